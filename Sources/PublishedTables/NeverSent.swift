public import Topics

/// Tables and columns that never leave the database, whatever a publication lists.
public struct NeverSent: Hashable, Sendable {
    /// An entry that names neither a table nor a column.
    public struct Malformed: Error, Hashable, Sendable {
        /// The entry.
        public let entry: String
    }

    /// Nothing is kept back.
    public static let nothing = NeverSent(tables: [], columns: [:])

    private let tables: Set<TableName>
    private let columns: [TableName: Set<String>]

    /// Keeps these back.
    ///
    /// - Parameters:
    ///   - tables: Whole tables.
    ///   - columns: Single columns, by their tables.
    public init(tables: Set<TableName>, columns: [TableName: Set<String>]) {
        self.tables = tables
        self.columns = columns
    }

    /// Reads a list of `schema.table` and `schema.table.column`, names as in the catalog.
    ///
    /// - Parameter entries: The list.
    /// - Throws: ``Malformed`` with the first entry that has not two or three parts.
    public init(parsing entries: [String]) throws(Malformed) {
        var tables: Set<TableName> = []
        var columns: [TableName: Set<String>] = [:]
        for entry in entries {
            let parts = entry.split(separator: ".", omittingEmptySubsequences: false)
                .map(String.init)
            guard (2...3).contains(parts.count), !parts.contains("") else {
                throw Malformed(entry: entry)
            }
            let table = TableName(schema: parts[0], parts[1])
            if parts.count == 2 {
                tables.insert(table)
            } else {
                columns[table, default: []].insert(parts[2])
            }
        }
        self.init(tables: tables, columns: columns)
    }

    /// Says whether nothing of a table is sent.
    ///
    /// - Parameter table: Any table.
    /// - Returns: Whether the whole table is kept back.
    public func contains(_ table: TableName) -> Bool { tables.contains(table) }

    /// Answers the columns of a table that are not sent.
    ///
    /// - Parameter table: Any table.
    /// - Returns: Names as in the catalog; empty where only the table as a whole is kept back.
    public func columns(of table: TableName) -> Set<String> { columns[table] ?? [] }
}

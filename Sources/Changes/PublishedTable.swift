public import Topics

/// A table whose changes the publication `supabase_realtime` offers, as the catalog describes it.
public struct PublishedTable: Hashable, Sendable {
    /// The table's number in the catalog.
    public let oid: UInt32

    /// Its schema and name.
    public let name: TableName

    /// The columns that may be sent, in their order in the table: those that the publication lists
    /// and that are copied to the outbox.
    public let columns: [PublishedColumn]

    /// Whether the outbox lacks some column of the table, so that a rule on whole rows or on that
    /// column cannot be evaluated over a change's own values.
    public let isPartial: Bool

    /// Whether row level security is on.
    public let isRowSecured: Bool

    /// Whether old rows are shown whole (`REPLICA IDENTITY FULL`), and not their key alone.
    public let showsOldRows: Bool

    /// Which kinds of change are published.
    public let operations: Set<ChangedRow.Operation>

    /// Describes a table.
    ///
    /// - Parameters:
    ///   - oid: Its number in the catalog.
    ///   - name: Its schema and name.
    ///   - columns: The columns that may be sent, in order.
    ///   - isPartial: Whether the outbox lacks some other column.
    ///   - isRowSecured: Whether row level security is on.
    ///   - showsOldRows: Whether its replica identity is the whole row.
    ///   - operations: Which kinds of change are published.
    public init(
        oid: UInt32,
        name: TableName,
        columns: [PublishedColumn],
        isPartial: Bool,
        isRowSecured: Bool,
        showsOldRows: Bool,
        operations: Set<ChangedRow.Operation>
    ) {
        self.oid = oid
        self.name = name
        self.columns = columns
        self.isPartial = isPartial
        self.isRowSecured = isRowSecured
        self.showsOldRows = showsOldRows
        self.operations = operations
    }

    /// Whether the table has a primary key that is sent.
    public var hasKey: Bool { columns.contains(where: \.isKey) }
}

/// A column of a published table.
public struct PublishedColumn: Hashable, Sendable {
    /// Its name, not quoted.
    public let name: String

    /// Its type's short name (`pg_type.typname`), such as `int8`, `timestamptz` or `_text`.
    public let type: String

    /// Its type's number in the catalog.
    public let typeOID: UInt32

    /// Whether it is part of the primary key.
    public let isKey: Bool

    /// Describes a column.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - type: Its type's short name.
    ///   - typeOID: Its type's number.
    ///   - isKey: Whether it is part of the primary key.
    public init(name: String, type: String, typeOID: UInt32, isKey: Bool) {
        self.name = name
        self.type = type
        self.typeOID = typeOID
        self.isKey = isKey
    }
}

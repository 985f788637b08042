/// What a channel wants to hear of the database's changes: one entry of `postgres_changes`.
public struct ChangeBinding: Hashable, Sendable {
    /// Which kinds of change; nil for all.
    public let operation: ChangedRow.Operation?

    /// The schema; nil for every one.
    public let schema: String?

    /// The table, as a pattern of SQL's LIKE; nil for every one.
    public let table: String?

    /// Conditions, all of which must hold.
    public let filters: [ChangeFilter]

    /// The columns that are wanted beside the primary key; nil for all.
    public let columns: [String]?

    /// Describes a binding.
    ///
    /// - Parameters:
    ///   - operation: Which kinds of change; nil for all.
    ///   - schema: The schema; nil for every one.
    ///   - table: The table, as a pattern of LIKE; nil for every one.
    ///   - filters: Conditions, all of which must hold.
    ///   - columns: The columns that are wanted; nil for all.
    public init(
        operation: ChangedRow.Operation?,
        schema: String?,
        table: String?,
        filters: [ChangeFilter] = [],
        columns: [String]? = nil
    ) {
        self.operation = operation
        self.schema = schema
        self.table = table
        self.filters = filters
        self.columns = columns
    }
}

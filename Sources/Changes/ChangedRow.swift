public import Topics
public import Wire

/// One committed change of a row, as the outbox has it.
public struct ChangedRow: Equatable, Sendable {
    /// What can happen to a row.
    public enum Operation: String, CaseIterable, Sendable {
        /// It is new.
        case insert = "INSERT"

        /// It has other values.
        case update = "UPDATE"

        /// It is gone.
        case delete = "DELETE"
    }

    /// Its place in the outbox.
    public let seq: Int64

    /// The number of the transaction that changed it.
    public let transaction: UInt64

    /// The table that it is of.
    public let table: TableName

    /// What happened to it.
    public let operation: Operation

    /// Its primary key as a JSON object; nil where the table has none.
    public let key: JSONText?

    /// The row before, as `to_jsonb` writes it; nil for an INSERT.
    public let old: JSONText?

    /// The row after, as `to_jsonb` writes it; nil for a DELETE.
    public let new: JSONText?

    /// When the window that brought it was read, in milliseconds since 1970.
    public let readAt: Int64

    /// Describes a change.
    ///
    /// - Parameters:
    ///   - seq: Its place in the outbox.
    ///   - transaction: The number of the transaction.
    ///   - table: The table that it is of.
    ///   - operation: What happened to it.
    ///   - key: Its primary key as a JSON object.
    ///   - old: The row before.
    ///   - new: The row after.
    ///   - readAt: When the window was read, in milliseconds since 1970.
    public init(
        seq: Int64,
        transaction: UInt64,
        table: TableName,
        operation: Operation,
        key: JSONText?,
        old: JSONText?,
        new: JSONText?,
        readAt: Int64
    ) {
        self.seq = seq
        self.transaction = transaction
        self.table = table
        self.operation = operation
        self.key = key
        self.old = old
        self.new = new
        self.readAt = readAt
    }

    /// The values that a rule or a filter is about: those after, and for a DELETE those before.
    public var values: JSONText? { operation == .delete ? old : new }
}

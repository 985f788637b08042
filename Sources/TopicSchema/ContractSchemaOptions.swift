internal import Postgres
public import PublishedTables
internal import Topics

/// What a contract is held against, besides the database.
public struct ContractSchemaOptions: Sendable {
    /// Tables and columns that no file may send.
    public let neverSent: NeverSent
    /// Rows from which on a table without a usable index is an error, not a warning.
    public let rowCountMax: Int
    /// The longest time that ``ContractSchema/apply(on:)`` tries to get the tables it changes.
    public let lockTimeout: Duration

    /// Sets what counts.
    ///
    /// - Parameters:
    ///   - neverSent: What no file may send. Default nothing beyond what is secret by its name.
    ///   - rowCountMax: Rows from which on an index is demanded. Default 10,000.
    ///   - lockTimeout: How long busy tables are waited for, and with them whoever writes to
    ///     them meanwhile. Default 3 s.
    public init(
        neverSent: NeverSent = .nothing,
        rowCountMax: Int = 10_000,
        lockTimeout: Duration = .seconds(3)
    ) {
        self.neverSent = neverSent
        self.rowCountMax = rowCountMax
        self.lockTimeout = lockTimeout
    }

    /// The triggers that the publication asks for, as if no topic carried its tables.
    func publicationPlans(
        on connection: PostgresConnection
    ) throws(PostgresError) -> [TableName: ChangeTriggerPlan] {
        try PublicationTriggers(neverSent: neverSent).plans(within: connection)
    }
}

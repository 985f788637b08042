public import Postgres
public import Topics

/// Keeps a database in step with its topic files: says what differs, brings it in step, and finds
/// what cannot work.
public struct ContractSchema: Sendable {
    let contract: TopicContract
    let options: ContractSchemaOptions

    /// Prepares to look and to act.
    ///
    /// - Parameters:
    ///   - contract: What the files say.
    ///   - options: What is kept back, and what counts as large.
    public init(_ contract: TopicContract, options: ContractSchemaOptions = .init()) {
        self.contract = contract
        self.options = options
    }

    /// Says what ``apply(on:)`` would do, and changes nothing.
    ///
    /// - Parameter connection: Any login's that may read the catalog; not in a transaction.
    /// - Returns: The steps; none when the database is as the files want it.
    /// - Throws: ``ContractSchemaFailure``.
    public func plan(
        on connection: PostgresConnection
    ) throws(ContractSchemaFailure) -> SchemaPlan {
        try Transaction.readOnly(on: connection) { () throws(ContractSchemaFailure) in
            try readPlan(on: connection)
        }
    }

    /// Reads the catalog within a transaction under an empty search path, and compares.
    func readPlan(on connection: PostgresConnection) throws(ContractSchemaFailure) -> SchemaPlan {
        let catalog: SchemaCatalog?
        let published: [TableName: ChangeTriggerPlan]
        do throws(PostgresError) {
            catalog = try SchemaCatalog.read(for: contract, on: connection)
            published = try options.publicationPlans(on: connection)
        } catch {
            throw .connection(error)
        }
        guard let catalog else { throw .schemaMissing }
        let triggers = TriggerPlans(contract, catalog.tables, options.neverSent)
        guard triggers.problems.isEmpty else { throw .disagreements(triggers.problems) }
        return SchemaPlanner(
            contract: contract,
            catalog: catalog,
            triggerPlans: triggers.plans,
            published: published
        ).plan
    }
}

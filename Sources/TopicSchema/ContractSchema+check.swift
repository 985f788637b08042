public import Postgres
internal import Topics

extension ContractSchema {
    /// Finds every way in which files and database disagree; changes nothing.
    ///
    /// - Parameter connection: Not in a transaction. An administrator's sees everything; of what
    ///   another login cannot look at, ``SchemaReview/skipped`` tells.
    /// - Returns: All problems, also those that ``apply(on:)`` would mend.
    /// - Throws: ``ContractSchemaFailure`` when the database could not be asked.
    public func check(
        on connection: PostgresConnection
    ) throws(ContractSchemaFailure) -> SchemaReview {
        var problems = try disagreements(on: connection)
        // What cannot work cannot be missing either.
        let canWork = !problems.contains { $0.severity == .error }
        if canWork {
            problems += try plan(on: connection).steps.map { step in
                TopicProblem(
                    step.place,
                    "\(step.object): \(Self.words(step.action)); run waypost topics apply"
                )
            }
        }
        return SchemaReview(problems: problems, skipped: [])
    }

    private static func words(_ action: SchemaPlan.Action) -> String {
        switch action {
        case .make: "it is missing"
        case .replace: "it is not what the files say"
        case .remove: "no file asks for it"
        case .grant: "some are missing"
        }
    }

    /// Finds what no SQL of ours mends.
    func disagreements(
        on connection: PostgresConnection
    ) throws(ContractSchemaFailure) -> [TopicProblem] {
        try Transaction.readOnly(on: connection) { () throws(ContractSchemaFailure) in
            let catalog: SchemaCatalog?
            do throws(PostgresError) {
                catalog = try SchemaCatalog.read(for: contract, on: connection)
            } catch {
                throw .connection(error)
            }
            guard let catalog else { throw .schemaMissing }
            return TableChecks(contract: contract, catalog: catalog, options: options).problems
                + TriggerPlans(contract, catalog.tables, options.neverSent).problems
        }
    }
}

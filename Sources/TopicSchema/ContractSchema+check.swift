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
        let review = try disagreements(on: connection)
        // What cannot work is not missing either.
        guard !review.hasErrors else { return review }
        let drift = try plan(on: connection).steps.map { step in
            TopicProblem(
                step.place,
                "\(step.object): \(Self.words(step.action)); run waypost topics apply"
            )
        }
        return SchemaReview(problems: review.problems + drift, skipped: review.skipped)
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
    ) throws(ContractSchemaFailure) -> SchemaReview {
        try Transaction.undone(on: connection) { () throws(ContractSchemaFailure) in
            let catalog: SchemaCatalog?
            do throws(PostgresError) {
                catalog = try SchemaCatalog.read(for: contract, on: connection)
            } catch {
                throw .connection(error)
            }
            guard let catalog else { throw .schemaMissing }
            do throws(PostgresError) {
                return try disagreements(with: catalog, on: connection)
            } catch {
                throw .connection(error)
            }
        }
    }

    private func disagreements(
        with catalog: SchemaCatalog,
        on connection: PostgresConnection
    ) throws(PostgresError) -> SchemaReview {
        let surroundings = try SchemaSurroundings.read(
            for: contract,
            catalog.tables,
            on: connection
        )
        let tables = TableChecks(
            contract: contract,
            catalog: catalog,
            surroundings: surroundings,
            options: options
        )
        let rights = RightsChecks(contract: contract, catalog: catalog)
        var trial = RuleTrial(
            contract: contract,
            catalog: catalog,
            options: options,
            connection: connection
        )
        try trial.run()
        return SchemaReview(
            problems: tables.problems + rights.problems + trial.problems
                + triggerProblems(catalog, tables.problems)
                + surroundings.errors.map { TopicProblem(nil, $0) }
                + surroundings.warnings.map { TopicProblem(nil, severity: .warning, $0) },
            skipped: trial.skipped
                + (surroundings.countsScans
                    ? [] : ["whether rules use indexes: track_counts is off"])
        )
    }

    /// What keeps triggers from being made, of tables that nothing else was said about.
    private func triggerProblems(
        _ catalog: SchemaCatalog,
        _ known: [TopicProblem]
    ) -> [TopicProblem] {
        let places = known.filter { $0.severity == .error }.map(\.place)
        return TriggerPlans(contract, catalog.tables, options.neverSent).problems.filter {
            !places.contains($0.place)
        }
    }
}

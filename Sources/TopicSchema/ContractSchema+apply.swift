public import Postgres
internal import Topics

extension ContractSchema {
    /// Brings a database in step with the files, in one transaction.
    ///
    /// May run while gateways serve and people write. The tables whose triggers change, and
    /// `realtime.messages`, stand still for the moment; if somebody keeps one of them longer than
    /// ``ContractSchemaOptions/lockTimeout``, nothing is changed. Run again it does nothing.
    ///
    /// - Parameter connection: An administrator's, not in a transaction.
    /// - Returns: What was done; empty when there was nothing to do.
    /// - Throws: ``ContractSchemaFailure``; the database is then as it was.
    public func apply(
        on connection: PostgresConnection
    ) throws(ContractSchemaFailure) -> SchemaPlan {
        try demandAgreement(on: connection)
        return try Transaction.kept(on: connection) { () throws(ContractSchemaFailure) in
            let locks = SchemaLocks(connection: connection, timeout: options.lockTimeout)
            try locks.takeTurn()
            var done: [SchemaPlan.Step] = []
            // What one round made may need another: rights that the database itself gave away.
            for _ in 0..<Self.roundCountMax {
                let plan = try readPlan(on: connection)
                guard !plan.isEmpty else { return SchemaPlan(steps: done) }
                try locks.take(plan.locks)
                for step in plan.steps { try run(step, on: connection) }
                done += plan.steps
            }
            let rest = try readPlan(on: connection)
            guard rest.isEmpty else { throw .unsettled(objects: rest.steps.map(\.object)) }
            return SchemaPlan(steps: done)
        }
    }

    /// Checks as ``apply(on:)`` does, and says what it would do; changes nothing.
    ///
    /// - Parameter connection: An administrator's, not in a transaction.
    /// - Returns: The steps; none when there is nothing to do.
    /// - Throws: ``ContractSchemaFailure``.
    public func rehearse(
        on connection: PostgresConnection
    ) throws(ContractSchemaFailure) -> SchemaPlan {
        try demandAgreement(on: connection)
        return try plan(on: connection)
    }

    private func demandAgreement(
        on connection: PostgresConnection
    ) throws(ContractSchemaFailure) {
        let errors = try disagreements(on: connection).problems.filter { $0.severity == .error }
        guard errors.isEmpty else { throw .disagreements(errors) }
    }

    private static let roundCountMax = 2

    private func run(
        _ step: SchemaPlan.Step,
        on connection: PostgresConnection
    ) throws(ContractSchemaFailure) {
        do throws(PostgresError) {
            try connection.execute(step.statements.joined(separator: "\n"))
        } catch {
            guard !error.isConnectionLost else { throw .connection(error) }
            guard !SchemaLocks.isBusy(error) else { throw .busy(object: step.object) }
            throw .refused(object: step.object, place: step.place, error)
        }
    }
}

internal import Postgres

/// Takes the locks that a plan needs, so that those who write wait shortly and never lose.
struct SchemaLocks {
    let connection: PostgresConnection
    let timeout: Duration

    /// Waits until nobody else applies topics.
    func takeTurn() throws(ContractSchemaFailure) {
        do throws(PostgresError) {
            try connection.execute(
                """
                SET LOCAL lock_timeout = '\(Self.milliseconds(timeout))ms';
                LOCK TABLE realtime.schema_migrations IN SHARE UPDATE EXCLUSIVE MODE
                """
            )
        } catch {
            if error.sqlState == "42P01" || error.sqlState == "3F000" { throw .schemaMissing }
            throw Self.failure(error, of: "schema realtime")
        }
    }

    /// Takes all locks, or none.
    ///
    /// Somebody may hold one of the tables and want another: PostgreSQL would end one of the two
    /// transactions after `deadlock_timeout`, perhaps not ours. So each attempt is shorter than
    /// that, and lets go of everything before the next.
    func take(_ locks: [TableLock]) throws(ContractSchemaFailure) {
        guard !locks.isEmpty else { return }
        let attemptMax = try attemptMax()
        let deadline = ContinuousClock.now + timeout
        while true {
            let attemptEnd = min(ContinuousClock.now + attemptMax, deadline)
            guard let (lock, error) = try attempt(locks, until: attemptEnd) else { return }
            let object = "table \(lock.table)"
            if let error { throw .refused(object: object, place: nil, error) }
            guard ContinuousClock.now + Self.pause < deadline else {
                throw .busy(object: object)
            }
            do throws(PostgresError) {
                _ = try connection.query("SELECT pg_catalog.pg_sleep($1)", [Self.pauseSeconds])
            } catch {
                throw .connection(error)
            }
        }
    }

    /// Tries once.
    ///
    /// - Returns: The lock that was not given, and why if not because somebody else has it; nil
    ///   when all were taken.
    private func attempt(
        _ locks: [TableLock],
        until end: ContinuousClock.Instant
    ) throws(ContractSchemaFailure) -> (TableLock, PostgresError?)? {
        do throws(PostgresError) {
            try connection.execute("SAVEPOINT waypost_locks")
            for lock in locks {
                let rest = max(Self.milliseconds(end - .now), 1)
                do throws(PostgresError) {
                    try connection.execute("SET LOCAL lock_timeout = '\(rest)ms'; \(lock.sql)")
                } catch {
                    guard !error.isConnectionLost else { throw error }
                    try connection.execute("ROLLBACK TO SAVEPOINT waypost_locks")
                    return (lock, Self.isBusy(error) ? nil : error)
                }
            }
            try connection.execute("RELEASE SAVEPOINT waypost_locks")
            return nil
        } catch {
            throw .connection(error)
        }
    }

    private func attemptMax() throws(ContractSchemaFailure) -> Duration {
        do throws(PostgresError) {
            let rows = try connection.query(
                """
                SELECT setting FROM pg_catalog.pg_settings WHERE name = 'deadlock_timeout'
                """
            )
            return .milliseconds(max((rows.integer(0, 0) ?? 1_000) / 2, 1))
        } catch {
            throw .connection(error)
        }
    }

    /// Whether an error says that somebody else has what was asked for.
    static func isBusy(_ error: PostgresError) -> Bool {
        error.sqlState == "55P03" || error.sqlState == "40P01"
    }

    private static func failure(
        _ error: PostgresError,
        of object: String
    ) -> ContractSchemaFailure {
        isBusy(error) ? .busy(object: object) : .connection(error)
    }

    private static func milliseconds(_ duration: Duration) -> Int {
        Int(duration / .milliseconds(1))
    }

    private static let pause = Duration.milliseconds(100)
    private static let pauseSeconds = "0.1"
}

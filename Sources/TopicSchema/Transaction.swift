internal import Postgres

/// A transaction around some work, under an empty search path: names mean the same to everybody.
enum Transaction {
    /// Runs work that changes nothing, under one snapshot.
    static func readOnly<R>(
        on connection: PostgresConnection,
        _ body: () throws(ContractSchemaFailure) -> R
    ) throws(ContractSchemaFailure) -> R {
        try run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", on: connection, body)
    }

    /// Runs work that is kept.
    static func kept<R>(
        on connection: PostgresConnection,
        _ body: () throws(ContractSchemaFailure) -> R
    ) throws(ContractSchemaFailure) -> R {
        try run("BEGIN ISOLATION LEVEL READ COMMITTED", on: connection, body)
    }

    /// Runs work of which nothing is kept.
    static func undone<R>(
        on connection: PostgresConnection,
        _ body: () throws(ContractSchemaFailure) -> R
    ) throws(ContractSchemaFailure) -> R {
        try run("BEGIN ISOLATION LEVEL READ COMMITTED", end: "ROLLBACK", on: connection, body)
    }

    private static func run<R>(
        _ begin: String,
        end: String = "COMMIT",
        on connection: PostgresConnection,
        _ body: () throws(ContractSchemaFailure) -> R
    ) throws(ContractSchemaFailure) -> R {
        do throws(PostgresError) {
            try connection.execute("\(begin); SET LOCAL search_path = ''")
        } catch {
            throw .connection(error)
        }
        do throws(ContractSchemaFailure) {
            let answer = try body()
            do throws(PostgresError) {
                try connection.execute(end)
            } catch {
                throw .connection(error)
            }
            return answer
        } catch {
            try? connection.execute("ROLLBACK")
            throw error
        }
    }
}

import Changes
import Postgres
import Topics

/// The truth that row security is held to: the caller's role and claims, and a SELECT by key.
struct RowProbe {
    /// Logged in as a superuser, who may become anybody.
    let connection: PostgresConnection
    let table: TableName

    /// Whether the row is there for the caller; an error is a no.
    func sees(_ caller: Caller, key: String) throws -> Bool {
        try connection.execute("BEGIN READ ONLY")
        defer { try? connection.execute("ROLLBACK") }
        do throws(PostgresError) {
            _ = try connection.query(
                """
                SELECT set_config('request.jwt.claims', $1, true),
                    set_config('request.jwt.claim.sub', coalesce($1::json ->> 'sub', ''), true),
                    set_config('request.jwt.claim.role', $2, true),
                    set_config('request.headers', $3, true),
                    set_config('role', $2, true)
                """,
                [caller.claims, caller.role, caller.headers]
            )
            let sql = "SELECT id FROM \(table.sql) WHERE id = \(SQLText.literal(key))"
            return try connection.query(sql).count == 1
        } catch {
            return false
        }
    }
}

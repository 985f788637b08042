import Authorization
import Postgres
import Topics

/// The truth that compiled rules are held to: rows are written, looked for, and rolled back.
struct Probe {
    /// Logged in as a superuser, who may write the row that is looked for.
    let connection: PostgresConnection

    /// What the database allows, each answer in a transaction of its own; an error is a no.
    func verdict(on question: Question) throws -> Verdict {
        Verdict(
            broadcastRead: try mayRead(question, "broadcast"),
            presenceRead: try mayRead(question, "presence"),
            broadcastWrite: try mayWrite(question, "broadcast"),
            presenceWrite: try mayWrite(question, "presence")
        )
    }

    private func mayRead(_ question: Question, _ extensionName: String) throws -> Bool {
        try connection.execute("BEGIN")
        defer { try? connection.execute("ROLLBACK") }
        let id = try connection.query(
            "INSERT INTO realtime.messages (topic, extension) VALUES ($1, $2) RETURNING id",
            [question.topic.text, extensionName]
        )[0, 0]
        do throws(PostgresError) {
            try become(question)
            let sql = "SELECT id FROM realtime.messages WHERE id = $1"
            return try connection.query(sql, [id]).count == 1
        } catch {
            return false
        }
    }

    private func mayWrite(_ question: Question, _ extensionName: String) throws -> Bool {
        try connection.execute("BEGIN")
        defer { try? connection.execute("ROLLBACK") }
        do throws(PostgresError) {
            try become(question)
            _ = try connection.query(
                "INSERT INTO realtime.messages (topic, extension) VALUES ($1, $2)",
                [question.topic.text, extensionName]
            )
            return true
        } catch {
            return false
        }
    }

    private func become(_ question: Question) throws(PostgresError) {
        let caller = question.caller
        _ = try connection.query(
            """
            SELECT set_config('realtime.topic', $1, true),
                set_config('request.jwt.claims', $2, true),
                set_config('request.jwt.claim.sub', coalesce($2::json ->> 'sub', ''), true),
                set_config('request.jwt.claim.role', $3, true),
                set_config('request.headers', $4, true),
                set_config('role', $3, true)
            """,
            [question.topic.text, caller.claims, caller.role, caller.headers]
        )
    }
}

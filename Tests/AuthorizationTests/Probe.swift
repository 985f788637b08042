import Authorization
import Postgres
import Topics

/// The truth that compiled rules are held to: rows are written, looked for, and rolled back.
struct Probe {
    /// Logged in as a superuser, who may write the row that is looked for.
    let connection: PostgresConnection

    /// What the database allows, each answer in a transaction of its own; an error is a no.
    func verdict(on question: Question) throws -> Verdict {
        let questions = [
            reading(question, "broadcast"), reading(question, "presence"),
            writing(question, "broadcast"), writing(question, "presence"),
        ]
        var outcomes = try connection.pipeline(questions.flatMap { $0 })[...]
        let answers = questions.map { steps in
            // What separates groups has no outcome.
            let own = outcomes.prefix(steps.count - 2)
            outcomes = outcomes.dropFirst(own.count)
            // The last is the rollback, behind what the answer is about.
            guard case .success(let rows) = own.dropLast().last else { return false }
            return rows.affectedCount == 1
        }
        return Verdict(
            broadcastRead: answers[0],
            presenceRead: answers[1],
            broadcastWrite: answers[2],
            presenceWrite: answers[3]
        )
    }

    private func reading(_ question: Question, _ extensionName: String) -> [PipelineStep] {
        let id = "00000000-0000-4000-9000-000000000001"
        return [
            .query("BEGIN"),
            .query(
                "INSERT INTO realtime.messages (id, topic, extension) VALUES ($1, $2, $3)",
                [id, question.topic.text, extensionName]
            ),
            becoming(question),
            .query("SELECT id FROM realtime.messages WHERE id = $1", [id]),
            .sync, .query("ROLLBACK"), .sync,
        ]
    }

    private func writing(_ question: Question, _ extensionName: String) -> [PipelineStep] {
        [
            .query("BEGIN"), becoming(question),
            .query(
                "INSERT INTO realtime.messages (topic, extension) VALUES ($1, $2)",
                [question.topic.text, extensionName]
            ),
            .sync, .query("ROLLBACK"), .sync,
        ]
    }

    private func becoming(_ question: Question) -> PipelineStep {
        let caller = question.caller
        return .query(
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

import Authorization
import Postgres
import TestSupport
import Testing
import Topics

/// Explanations as tests want them.
enum Explaining {
    static func explain(
        _ database: TestDatabase,
        _ question: Question,
        by contract: TopicContract = .none
    ) throws -> Explanation {
        let configuration = AuthorizationConfiguration(
            dsn: database.waypostDSN,
            allowedRoles: RulesDatabase.toolboxRoles + ["rules_nobody", "postgres"]
        )
        return try #require(try Explainer(configuration).explain(question, by: contract))
    }

    /// The policies of a database with the toolbox, explained to an authenticated person.
    static func lines(
        _ sql: String,
        topic: String = "trip:1",
        role: String = "authenticated",
        sub: String? = nil
    ) async throws -> [String] {
        try await TestDatabase.with(RulesDatabase.toolbox) { database in
            try database.connect().execute(sql)
            let question = try Question(topic, role: role, sub: sub)
            return ExplanationText(try explain(database, question)).lines
        }
    }
}

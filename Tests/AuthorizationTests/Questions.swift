import Authorization
import Observation
import TestSupport
import Topics

@testable import class Authorization.Evaluator

extension Question {
    /// Makes a question of a test.
    init(
        _ topic: String,
        role: String = "authenticated",
        sub: String? = nil,
        more: String = "",
        headers: String = "{}"
    ) throws {
        let id = sub.map { ", \"sub\": \"\($0)\"" } ?? ""
        self.init(
            caller: Caller(
                role: role,
                claims: "{\"role\": \"\(role)\"\(id)\(more)}",
                headers: headers
            ),
            topic: try TopicName(topic)
        )
    }
}

extension Evaluator {
    /// Connects to a test's database as the gateway does.
    convenience init(
        _ database: TestDatabase,
        roles: [String] = ["anon", "authenticated", "service_role"],
        policyCheckInterval: Duration = .seconds(2),
        statementTimeout: Duration = .seconds(10)
    ) throws {
        try self.init(
            configuration: AuthorizationConfiguration(
                dsn: database.waypostDSN,
                allowedRoles: roles,
                policyCheckInterval: policyCheckInterval,
                statementTimeout: statementTimeout
            ),
            observe: { _ in }
        )
    }

    /// Asks questions in one round.
    func answers(to questions: [Question]) throws -> [Answer] {
        let deadline = ContinuousClock.now + .seconds(60)
        return try answer(questions.map { Asked(question: $0, deadline: deadline) })
    }

    /// Asks one question; nothing but a verdict will do.
    func verdict(on question: Question) throws -> Verdict {
        let answer = try answers(to: [question])[0]
        guard case .verdict(let verdict, _) = answer else { throw NoVerdict(answer: answer) }
        return verdict
    }

    /// Where a verdict was expected, there was none.
    struct NoVerdict: Error {
        let answer: Answer
    }
}

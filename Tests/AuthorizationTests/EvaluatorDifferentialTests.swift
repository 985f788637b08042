import Authorization
import Postgres
import TestSupport
import Testing
import Topics

@testable import class Authorization.Evaluator

@Suite("Compiled rules answer as rows that are written and rolled back")
struct EvaluatorDifferentialTests {
    @Test("Generated policies and privileges", arguments: seeds(5))
    func generated(seed: UInt64) async throws {
        try await TestDatabase.with(RulesDatabase.toolbox) { database in
            var rules = RandomRules(generator: SeededGenerator(seed: seed))
            var order = SeededGenerator(seed: seed ^ 0xFFFF)
            let administrator = try database.connect()
            let probe = Probe(connection: try database.connect())
            let evaluator = try Evaluator(
                database,
                roles: RulesDatabase.toolboxRoles,
                policyCheckInterval: .nanoseconds(1)
            )
            for _ in 0..<8 {
                let statements = rules.statements()
                for statement in statements { try administrator.execute(statement) }
                let questions = try Self.questions().shuffled(using: &order)
                let answers = try evaluator.answers(to: questions)
                for (question, answer) in zip(questions, answers) {
                    let truth = try probe.verdict(on: question)
                    guard case .verdict(truth, _) = answer else {
                        Issue.record(
                            """
                            \(question.caller.claims) on \(question.topic): \(answer), \
                            not \(truth), by \(statements.dropFirst().joined(separator: ";\n"))
                            """
                        )
                        return
                    }
                }
            }
        }
    }

    private static func questions() throws -> [Question] {
        var questions: [Question] = []
        let ids = (1...3).map { "00000000-0000-4000-8000-00000000000\($0)" }
        for topic in ["trip:1", "trip:2", "user:2", "trip:x", "lobby"] {
            for role in RulesDatabase.toolboxRoles {
                questions.append(try Question(topic, role: role, sub: ids[0]))
                questions.append(
                    try Question(
                        topic,
                        role: role,
                        sub: ids[1],
                        more: ", \"plan\": \"gold\"",
                        headers: "{\"x-door\": \"open\"}"
                    )
                )
            }
            questions.append(try Question(topic, role: "anon"))
            questions.append(try Question(topic, sub: "no uuid"))
            questions.append(try Question(topic, sub: ids[2]))
        }
        return questions
    }
}

import Authorization
import Postgres
import TestSupport
import Testing
import Topics

@testable import class Authorization.Evaluator
@testable import enum Authorization.ExplainedOutcome

@Suite("Compiled rules answer as rows that are written and rolled back")
struct EvaluatorDifferentialTests {
    @Test("Generated policies and privileges", arguments: seeds(4))
    func generated(seed: UInt64) async throws {
        try await Self.compare(seed, RandomRules(generator: SeededGenerator(seed: seed)))
    }

    @Test(
        "Policies with helpers of somebody's own, nested and raising, and roles that inherit",
        arguments: seeds(6)
    )
    func foreign(seed: UInt64) async throws {
        let generator = SeededGenerator(seed: seed &+ 0xF0E1)
        try await Self.compare(seed, RandomRules(generator: generator, isForeign: true))
    }

    /// Draws rules and asks about every topic for everybody: evaluator, explainer and probe.
    private static func compare(_ seed: UInt64, _ generated: RandomRules) async throws {
        try await TestDatabase.with(RulesDatabase.toolbox) { database in
            var rules = generated
            var order = SeededGenerator(seed: seed ^ 0xFFFF)
            let administrator = try database.connect()
            let probe = Probe(connection: try database.connect())
            let evaluator = try Evaluator(
                database,
                roles: RulesDatabase.heirs,
                policyCheckInterval: .nanoseconds(1)
            )
            let explainer = try Explainer(
                AuthorizationConfiguration(
                    dsn: database.waypostDSN,
                    allowedRoles: RulesDatabase.heirs
                )
            )
            var stricterCount = 0
            for _ in 0..<8 {
                let statements = rules.statements()
                for statement in statements { try administrator.execute(statement) }
                let questions = try Self.questions().shuffled(using: &order)
                let answers = try evaluator.answers(to: questions)
                for (place, (question, answer)) in zip(questions, answers).enumerated() {
                    let truth = try probe.verdict(on: question)
                    if answer.isStricterByAnError(than: truth) {
                        stricterCount += 1
                        continue
                    }
                    guard case .verdict(truth, _) = answer else {
                        let policies = statements.dropFirst().joined(separator: ";\n")
                        Issue.record(
                            """
                            seed \(seed): \(question.caller.role) \(question.caller.claims) on \
                            \(question.topic): \(answer), not \(truth), by \(policies)
                            """
                        )
                        return
                    }
                    guard place < 4 else { continue }
                    let explanation = try #require(try explainer.explain(question))
                    let why = ExplanationText(explanation).lines.joined(separator: "\n")
                    #expect(explanation.verdict == truth, "seed \(seed): \(why)")
                    let isSound = explanation.rights.allSatisfy(\.isSound)
                    #expect(isSound, "seed \(seed): \(why)")
                }
            }
            #expect(stricterCount <= 8, "seed \(seed)")
        }
    }

    private static func questions() throws -> [Question] {
        var questions: [Question] = []
        let ids = (1...3).map { "00000000-0000-4000-8000-00000000000\($0)" }
        for topic in ["trip:1", "trip:2", "user:2", "trip:x", "lobby"] {
            for role in RulesDatabase.heirs {
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

extension Answer {
    /// Whether it denies, because of an error, what the probe came past without one.
    ///
    /// That happens where a part stands in two policies: a WHERE takes it out of the OR and so
    /// never reaches the error beside it. It never happens the other way round.
    fileprivate func isStricterByAnError(than truth: Verdict) -> Bool {
        guard case .verdict(let verdict, let failedRules) = self, !failedRules.isEmpty else {
            return false
        }
        let isWithin = ExplainedRight.Right.allCases.allSatisfy { right in
            !right.isAllowed(by: verdict) || right.isAllowed(by: truth)
        }
        return verdict != truth && isWithin
    }
}

extension ExplainedRight {
    /// Whether the reasons add up: parts to their policy, policies to the right.
    fileprivate var isSound: Bool {
        guard ground == .policies else { return policies.isEmpty || !isAllowed }
        guard policies.allSatisfy({ $0.condition.isSound }) else { return false }
        guard policies.allSatisfy({ $0.condition.isKnown }) else { return true }
        let permits = policies.contains { $0.isPermissive && $0.condition.outcome == .yes }
        let vetoes = policies.contains { !$0.isPermissive && $0.condition.outcome != .yes }
        return isAllowed == (permits && !vetoes)
    }
}

extension ExplainedCondition {
    /// Whether every leaf came to a truth value; beside an error PostgreSQL may or may not stop
    /// before it gets there.
    fileprivate var isKnown: Bool {
        guard kind == .leaf else { return parts.allSatisfy(\.isKnown) }
        return [.yes, .no, .unknown].contains(outcome)
    }

    /// Whether the parts, put together, come to what the whole came to.
    fileprivate var isSound: Bool {
        guard isKnown else { return true }
        let outcomes = parts.map(\.outcome)
        return switch kind {
        case .leaf: true
        case .not: outcome == outcomes[0].inverse
        case .all: outcome == .of(outcomes, deciding: .no, other: .yes)
        case .any: outcome == .of(outcomes, deciding: .yes, other: .no)
        }
    }
}

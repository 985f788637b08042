import Authorization
import Postgres
import TestSupport
import Testing
import Topics

@testable import class Authorization.Evaluator

/// Texts of other people's making reach the database as values, never as SQL.
@Suite("Hostile texts in questions")
struct InjectionTests {
    private static let policies = """
        CREATE POLICY "o""pen's; --" ON realtime.messages TO authenticated USING (
            topic = realtime.topic() AND split_part(topic, ':', 1) = 'trip'
            AND EXISTS (SELECT FROM public.things AS t WHERE t.topic = realtime.topic()
                AND t.owner::text = auth.jwt() ->> 'sub'));
        CREATE POLICY "$waypost$ \\ é" ON realtime.messages TO authenticated USING (
            realtime.topic() = 'door:' || coalesce(auth.jwt() ->> 'door', '\\ $waypost$ '''));
        CREATE POLICY "by header" ON realtime.messages FOR SELECT TO anon USING (
            current_setting('request.headers', true)::json ->> 'x-door' = topic)
        """

    private static func json(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\" + String(scalar)
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    private static func questions() -> [Question] {
        let person = "00000000-0000-4000-8000-000000000001"
        var questions: [Question] = []
        for text in HostileTexts.all + HostileTexts.breaking.map(HostileTexts.long) {
            let quoted = json(text)
            let claims = [
                #"{"role":"authenticated","sub":"\#(person)"}"#,
                #"{"role":"authenticated","sub":\#(quoted),"door":\#(quoted)}"#,
                #"{"role":"authenticated",\#(quoted):\#(quoted),"sub":"\#(person)"}"#,
            ]
            for topic in [text, "trip:\(text)", "trip:1\(text)", "door:\(text)"] {
                guard let name = try? TopicName(topic) else { continue }
                for claim in claims {
                    let caller = Caller(role: "authenticated", claims: claim)
                    questions.append(Question(caller: caller, topic: name))
                }
                let headers = #"{"x-door":\#(quoted)}"#
                let anon = Caller(role: "anon", claims: claims[1], headers: headers)
                questions.append(Question(caller: anon, topic: name))
            }
        }
        return questions
    }

    @Test("Topics, claims and headers get the probe's verdict, and raise nothing of our own")
    func questions() async throws {
        try await TestDatabase.with(RulesDatabase.toolbox) { database in
            try database.connect().execute(Self.policies)
            let evaluator = try Evaluator(database)
            let probe = Probe(connection: try database.connect())
            let questions = Self.questions()
            var openCount = 0
            for start in stride(from: 0, to: questions.count, by: 50) {
                let part = Array(questions[start..<min(start + 50, questions.count)])
                for (question, answer) in zip(part, try evaluator.answers(to: part)) {
                    let truth = try probe.verdict(on: question)
                    #expect(answer == .verdict(truth, failedRules: []), "\(question.topic)")
                    if truth.mayJoin { openCount += 1 }
                }
            }
            // The doors that open are those whose key is the text itself.
            #expect(openCount > 50 && openCount < questions.count / 3, "\(openCount)")
        }
    }

    @Test("Explaining them raises nothing either, and prints nothing that a terminal obeys")
    func explanations() async throws {
        try await TestDatabase.with(RulesDatabase.toolbox) { database in
            try database.connect().execute(Self.policies)
            let explainer = try Explainer(
                AuthorizationConfiguration(
                    dsn: database.waypostDSN,
                    statementTimeout: .seconds(30)
                )
            )
            let probe = Probe(connection: try database.connect())
            let questions = Self.questions()
            for question in stride(from: 0, to: questions.count, by: 7).map({ questions[$0] }) {
                let explanation = try #require(try explainer.explain(question))
                #expect(explanation.verdict == (try probe.verdict(on: question)))
                let outcomes = explanation.rights.flatMap(\.policies).flatMap(\.condition.outcomes)
                #expect(outcomes.allSatisfy { [.yes, .no, .unknown].contains($0) })
                let lines = ExplanationText(explanation).lines
                #expect(
                    lines.joined().unicodeScalars.allSatisfy {
                        ![.control, .format].contains($0.properties.generalCategory)
                    }
                )
            }
        }
    }

    @Test("Claims that are JSON for us and not for PostgreSQL deny, and spoil nothing")
    func surrogates() async throws {
        try await TestDatabase.with(RulesDatabase.toolbox) { database in
            try database.connect().execute(Self.policies)
            let evaluator = try Evaluator(database)
            let claims = [
                #"{"sub":"\u0000"}"#, #"{"sub":"\ud800"}"#, "{", "", "null", "[]", "{}{}", "'",
                #"{"sub":{"a":1}}"#, #"{"sub":1e999}"#,
            ]
            let member = "00000000-0000-4000-8000-000000000001"
            let good = try Question("trip:1", sub: member)
            let asked = claims.flatMap { claim in
                [
                    Question(
                        caller: Caller(role: "authenticated", claims: claim),
                        topic: good.topic
                    ), good,
                ]
            }
            let answers = try evaluator.answers(to: asked)
            for (place, answer) in answers.enumerated() {
                guard case .verdict(let verdict, _) = answer else {
                    Issue.record("\(asked[place].caller.claims): \(answer)")
                    continue
                }
                #expect(verdict == (place % 2 == 0 ? .denied : .all), "\(asked[place])")
            }
        }
    }

    @Test("A topic file's parameters take any text without raising, and admit none but their own")
    func parameters() async throws {
        let place = SourcePlace(file: "it's \"a\" file.yaml", line: 1)
        let types: [TopicPattern.ParameterType] = [
            .bigint, .uuid, .text(matching: "[a-z0-9'\\\\]{1,40}"),
        ]
        try await TestDatabase.with(RulesDatabase.toolbox) { database in
            try database.connect().execute(
                """
                CREATE FUNCTION realtime.member_trip_read() RETURNS boolean LANGUAGE sql STABLE
                AS 'SELECT false';
                CREATE POLICY waypost_trip_read ON realtime.messages TO authenticated
                USING (realtime.member_trip_read())
                """
            )
            let explainer = try Explainer(AuthorizationConfiguration(dsn: database.waypostDSN))
            for type in types {
                let family = TopicFamily(
                    pattern: TopicPattern(
                        family: "trip",
                        parameters: [.init(name: "the_id", type: type)]
                    ),
                    members: MemberRules(
                        read: RuleExpression("the_id::text = 'x' or the_id is null", at: place),
                        write: nil
                    ),
                    at: place
                )
                let contract = TopicContract([family])
                for text in HostileTexts.all where !text.contains(":") {
                    let question = try Question("trip:\(text)")
                    let found = try #require(try explainer.explain(question, by: contract))
                    #expect(found.verdict == .denied)
                    let rule = try #require(found.rights.first?.policies.first?.rule)
                    guard let condition = rule.condition else { continue }
                    #expect(condition.outcomes.allSatisfy { $0 == .no }, "\(text)")
                }
            }
        }
    }
}

extension ExplainedCondition {
    /// What it came to, and every part of it.
    fileprivate var outcomes: [ExplainedOutcome] { [outcome] + parts.flatMap(\.outcomes) }
}

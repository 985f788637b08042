import Authorization
import Postgres
import TestSupport
import Testing
import Topics

@testable import class Authorization.Evaluator

@Suite("Evaluating rules")
struct EvaluatorTests {
    private static let one = "00000000-0000-4000-8000-000000000001"
    private static let two = "00000000-0000-4000-8000-000000000002"

    /// Makes a database with the given policies and functions.
    private static func with(
        _ sql: String,
        _ body: @Sendable (TestDatabase, PostgresConnection) throws -> Void
    ) async throws {
        try await TestDatabase.with(RulesDatabase.toolbox) { database in
            let administrator = try database.connect()
            try administrator.execute(sql)
            try body(database, administrator)
        }
    }

    private static func policy(_ name: String, _ condition: String) -> String {
        "CREATE POLICY \(name) ON realtime.messages TO authenticated USING (\(condition));"
    }

    @Test("A raising rule is named, denies, and spoils no other question of the round")
    func raisingRule() async throws {
        let sql = Self.policy("numbers", "split_part(topic, ':', 2)::bigint < 100")
        try await Self.with(sql) { database, _ in
            let evaluator = try Evaluator(database)
            let answers = try evaluator.answers(
                to: ["trip:x", "trip:1", "trip:100", "trip:2"].map { try Question($0) }
            )
            #expect(
                answers == [
                    .verdict(
                        .denied,
                        failedRules: [.policy(name: "numbers", sqlState: "22P02")]
                    ),
                    .verdict(.all, failedRules: []),
                    .verdict(.denied, failedRules: []),
                    .verdict(.all, failedRules: []),
                ]
            )
        }
    }

    @Test("An error beside another policy's yes denies; one for broadcasts leaves presence alone")
    func errorBesideYes() async throws {
        let sql =
            Self.policy("b_raises", "CASE extension WHEN 'broadcast' THEN raises('XX000') END")
            + Self.policy("a_yes", "topic = realtime.topic()")
        try await Self.with(sql) { database, _ in
            let answer = try Evaluator(database).answers(to: [Question("lobby")])[0]
            let verdict = Verdict(
                broadcastRead: false,
                presenceRead: true,
                broadcastWrite: false,
                presenceWrite: true
            )
            let failed = FailedRule.policy(name: "b_raises", sqlState: "XX000")
            #expect(answer == .verdict(verdict, failedRules: [failed]))
        }
    }

    @Test("A failed assertion and claims that are no JSON deny one question only")
    func assertionAndClaims() async throws {
        let sql = Self.policy(
            "asserts",
            "topic <> 'trip:2' OR public.raises('P0004')"
        )
        try await Self.with(sql) { database, _ in
            let broken = Question(
                caller: Caller(role: "authenticated", claims: "{\"sub\": "),
                topic: try TopicName("trip:1")
            )
            let answers = try Evaluator(database).answers(
                to: [Question("trip:2"), broken, Question("trip:1")]
            )
            let asserted = FailedRule.policy(name: "asserts", sqlState: "P0004")
            #expect(answers[0] == .verdict(.denied, failedRules: [asserted]))
            #expect(
                answers[1] == .verdict(.denied, failedRules: [.preparation(sqlState: "22P02")])
            )
            #expect(answers[2] == .verdict(.all, failedRules: []))
        }
    }

    @Test("What a rule remembers of one caller is gone before the next")
    func remembering() async throws {
        let sql = Self.policy("remembered", "public.remembered_id() = '\(Self.one)'")
        try await Self.with(sql) { database, _ in
            let evaluator = try Evaluator(database)
            let subs = [Self.one, Self.two, nil, Self.one, Self.two]
            for _ in 0..<3 {
                let answers = try evaluator.answers(
                    to: subs.map { try Question("lobby", sub: $0) }
                )
                let expected: [Answer] = subs.map {
                    .verdict($0 == Self.one ? .all : .denied, failedRules: [])
                }
                #expect(answers == expected)
            }
        }
    }

    @Test("A function wrongly declared IMMUTABLE opens no door, however deep it hides")
    func falseImmutable() async throws {
        let sql = """
            CREATE FUNCTION public.caller_id() RETURNS text LANGUAGE sql STABLE
            AS $$ SELECT current_setting('request.jwt.claim.sub', true) $$;
            CREATE FUNCTION public.frozen_id() RETURNS text LANGUAGE plpgsql IMMUTABLE
            AS $$ BEGIN RETURN public.caller_id(); END $$;
            CREATE FUNCTION public.is_one() RETURNS boolean LANGUAGE sql STABLE
            AS $$ SELECT public.frozen_id() = '\(Self.one)' $$;
            """
        try await Self.with(sql + Self.policy("frozen", "public.is_one()")) { database, _ in
            let evaluator = try Evaluator(database)
            for round in 0..<10 {
                let answers = try evaluator.answers(
                    to: [Self.one, Self.two, Self.one].map { try Question("lobby", sub: $0) }
                )
                #expect(
                    answers.map { $0 == .verdict(.all, failedRules: []) } == [true, false, true],
                    "round \(round)"
                )
            }
        }
    }

    @Test("A rule that writes is denied: nothing is ever written")
    func writingRule() async throws {
        let sql = """
            CREATE TABLE public.visits (at timestamptz);
            GRANT INSERT ON public.visits TO PUBLIC;
            CREATE FUNCTION public.visit() RETURNS boolean LANGUAGE plpgsql
            AS $$ BEGIN INSERT INTO public.visits VALUES (now()); RETURN true; END $$;
            """
        try await Self.with(sql + Self.policy("visits", "public.visit()")) { database, _ in
            let answer = try Evaluator(database).answers(to: [Question("lobby")])[0]
            let failed = FailedRule.policy(name: "visits", sqlState: "25006")
            #expect(answer == .verdict(.denied, failedRules: [failed]))
        }
    }

    @Test("A rule that takes too long denies nobody else")
    func slowRule() async throws {
        let sql = Self.policy(
            "slow",
            "CASE topic WHEN 'slow' THEN pg_sleep(30) IS NOT NULL ELSE true END"
        )
        try await Self.with(sql) { database, _ in
            let evaluator = try Evaluator(database, statementTimeout: .milliseconds(200))
            let answers = try evaluator.answers(
                to: ["a", "slow", "b", "c"].map { try Question($0) }
            )
            #expect(
                answers == [
                    .verdict(.all, failedRules: []), .unavailable(.queryCanceled),
                    .verdict(.all, failedRules: []), .verdict(.all, failedRules: []),
                ]
            )
        }
    }

    @Test("Topics, claims and headers are values, whatever they hold")
    func injection() async throws {
        let nasty = [
            "'", "''", "\"", "\\", "\\'", "{a,b}", "a,b", "NULL", "$1", "$$", "%", "{}", "{", " ",
            "'; DROP TABLE realtime.messages; --", "\u{1}\u{7F}", "é",
            "e\u{301}", "👩‍👩‍👧‍👦", "\u{202E}x",
            String(repeating: "'\\\"", count: 341),
        ]
        let sql = """
            CREATE TABLE public.expected (topic text, claims text, headers text);
            GRANT SELECT ON public.expected TO PUBLIC;
            """
        let rule = Self.policy(
            "expected",
            """
            EXISTS (SELECT FROM public.expected e WHERE e.topic = realtime.topic()
                AND e.topic = messages.topic
                AND e.claims = current_setting('request.jwt.claims')
                AND e.headers = current_setting('request.headers'))
            """
        )
        try await Self.with(sql + rule) { database, administrator in
            var questions: [Question] = []
            for text in nasty {
                let quoted = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
                    .replacing("\u{1}", with: "\\u0001")
                let long = String(repeating: quoted, count: 10_240 / quoted.utf8.count + 1)
                let claims = "{\"sub\": \"\(quoted)\", \"x\": \"\(long)\"}"
                questions.append(
                    Question(
                        caller: Caller(role: "authenticated", claims: claims, headers: quoted),
                        topic: try TopicName(text)
                    )
                )
            }
            let evaluator = try Evaluator(database)
            let before = try evaluator.answers(to: questions)
            #expect(before.allSatisfy { $0 == .verdict(.denied, failedRules: []) })
            for question in questions {
                _ = try administrator.query(
                    "INSERT INTO public.expected VALUES ($1, $2, $3)",
                    [question.topic.text, question.caller.claims, question.caller.headers]
                )
            }
            let after = try evaluator.answers(to: questions)
            #expect(after.allSatisfy { $0 == .verdict(.all, failedRules: []) })
        }
    }

    @Test("Whole rows, system columns and columns named like keywords are understood")
    func columns() async throws {
        let sql =
            """
            ALTER TABLE realtime.messages ADD COLUMN "order ""by" int DEFAULT 7;
            CREATE POLICY s ON realtime.messages FOR SELECT TO authenticated USING (
                tableoid IS NOT NULL AND ctid IS NOT NULL AND xmin IS NOT NULL
                AND xmax = '0'::xid AND cmin IS NOT NULL AND cmax IS NOT NULL
                AND EXISTS (SELECT FROM pg_class c WHERE c.oid = messages.tableoid)
                AND "order ""by" = 7 AND seq > 0 AND xid IS NOT NULL);
            CREATE POLICY i ON realtime.messages FOR INSERT TO authenticated WITH CHECK (
                public.is_broadcast(messages) OR messages.extension = 'presence');
            """
        try await Self.with(sql) { database, _ in
            let answer = try Evaluator(database).answers(to: [Question("lobby")])[0]
            #expect(answer == .verdict(.all, failedRules: []))
        }
    }
}

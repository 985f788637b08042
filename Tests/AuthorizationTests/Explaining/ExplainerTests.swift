import Authorization
import Postgres
import TestSupport
import Testing
import Topics

@Suite("Explaining a verdict")
struct ExplainerTests {
    private static let ana = "a0000000-0000-4000-8000-000000000001"
    private static let dora = "d0000000-0000-4000-8000-000000000004"

    @Test("Who is no member is told which part was false, and the values it saw")
    func stranger() async throws {
        try await TestDatabase.with(RulesDatabase.byHand) { database in
            let explanation = try Explaining.explain(database, Question("trip:1", sub: Self.dora))
            #expect(explanation.verdict == .denied)
            let reading = try #require(explanation.rights.first)
            #expect(reading.ground == .policies)
            let policy = try #require(reading.policies.first { $0.name == "trip_topic_read" })
            #expect(policy.condition.outcome == .no)
            #expect(policy.condition.parts.map(\.outcome) == [.yes, .yes, .no])
            let values = policy.condition.parts[2].values
            #expect(values.map(\.value) == [Self.dora, "1"])
            #expect(values.first?.expression == "public.rt_user_id()")

            let lines = ExplanationText(explanation).lines
            #expect(lines.first == "denied: trip:1 for the role authenticated")
            #expect(lines.allSatisfy { $0.count <= 80 }, "\(lines.joined(separator: "\n"))")
            #expect(lines.contains { $0.hasPrefix("  asked afresh, at snapshot ") })
            #expect(lines.contains("          public.rt_user_id() is '\(Self.dora)'"))
        }
    }

    @Test("A member is told yes, with the same verdict as a join gets")
    func member() async throws {
        try await TestDatabase.with(RulesDatabase.demonstration) { database in
            let explanation = try Explaining.explain(database, Question("trip:1", sub: Self.ana))
            #expect(explanation.verdict == .all)
            #expect(explanation.rights.map(\.isAllowed) == [true, true, true, true])
            #expect(
                ExplanationText(explanation).lines.first
                    == "allowed: trip:1 for the role authenticated"
            )
        }
    }

    @Test("What raised is named with its SQLSTATE and message, and so is what it raised at")
    func raising() async throws {
        let lines = try await Explaining.lines(
            """
            CREATE POLICY numbers ON realtime.messages TO authenticated
            USING (split_part(topic, ':', 2)::bigint < 100 AND NOT private IS NULL)
            """,
            topic: "trip:x"
        )
        let text = lines.joined(separator: "\n")
        #expect(text.contains("  policy numbers raised 22P02, which denies"))
        #expect(lines.contains("          invalid input syntax for type bigint: \"x\""))
        #expect(text.contains("true  not this:"))
    }

    @Test("Claims that are no JSON are the reason themselves")
    func brokenClaims() async throws {
        try await TestDatabase.with(RulesDatabase.toolbox) { database in
            try database.connect().execute(
                "CREATE POLICY open ON realtime.messages TO authenticated USING (topic <> 'x')"
            )
            let question = Question(
                caller: Caller(role: "authenticated", claims: "{"),
                topic: try TopicName("trip:1")
            )
            let explanation = try Explaining.explain(database, question)
            #expect(explanation.verdict == .denied)
            #expect(explanation.failedRules == [.preparation(sqlState: "22P02")])
        }
    }

    @Test("A role that cannot be asked about is the reason")
    func roles() async throws {
        for (role, reason) in [
            ("none", "the role is not one of token.allowed_roles"),
            ("somebody", "the role is not one of token.allowed_roles"),
            ("rules_nobody", "the database has no such role"),
            ("postgres", "the gateway's login may not act as the role: grant it"),
        ] {
            let lines = try await Explaining.lines("SELECT", role: role)
            #expect(lines.first == "denied: trip:1 for the role \(role)")
            #expect(lines.contains("  \(reason)"), "\(lines)")
        }
    }

    @Test("A database without the gateway's tables has no explanation")
    func notMigrated() async throws {
        try await TestDatabase.with(.empty) { database in
            try database.connect().execute(
                """
                DO $$ BEGIN CREATE ROLE rules_login LOGIN; EXCEPTION WHEN duplicate_object THEN
                END $$
                """
            )
            let dsn = database.dsn(user: "rules_login")
            let explainer = try Explainer(AuthorizationConfiguration(dsn: dsn))
            #expect(try explainer.explain(Question("trip:1")) == nil)
        }
    }

    @Test("Nothing is written, and nothing is left behind for the next question")
    func traceless() async throws {
        try await TestDatabase.with(RulesDatabase.toolbox) { database in
            let administrator = try database.connect()
            try administrator.execute(
                """
                CREATE FUNCTION public.writes() RETURNS boolean LANGUAGE plpgsql AS $$
                BEGIN INSERT INTO public.things VALUES (99); RETURN true; END $$;
                GRANT INSERT ON public.things TO authenticated;
                CREATE POLICY writes ON realtime.messages TO authenticated USING (
                    public.remembered_id() = '\(Self.ana)' OR public.writes())
                """
            )
            let explainer = try Explainer(AuthorizationConfiguration(dsn: database.waypostDSN))
            for sub in [Self.ana, Self.dora] {
                let found = try explainer.explain(Question("trip:1", sub: sub))
                let condition = try #require(found?.rights.first?.policies.first?.condition)
                #expect(condition.parts[0].outcome == (sub == Self.ana ? .yes : .no))
                guard case .raised("25006", _) = condition.parts[1].outcome else {
                    Issue.record("\(condition.parts[1].outcome)")
                    continue
                }
            }
            let count = try administrator.query("SELECT count(*) FROM public.things")
            #expect(count.integer(0, 0) == 2)
        }
    }
}

import Authorization
import Postgres
import TestSupport
import Testing
import Topics

@Suite("What decided a right")
struct ExplanationDraftTests {
    @Test("Missing privileges, missing policies, and row security that does not apply")
    func rights() async throws {
        let open = "CREATE POLICY open ON realtime.messages TO authenticated USING (true);"
        let schema = try await Explaining.lines(
            "REVOKE USAGE ON SCHEMA realtime FROM authenticated"
        )
        #expect(schema.contains("  the role lacks USAGE on schema realtime"))
        let column = try await Explaining.lines(
            open + "REVOKE INSERT (topic) ON realtime.messages FROM authenticated"
        )
        #expect(column.first == "allowed: trip:1 for the role authenticated")
        #expect(column.contains("no : send broadcasts, track presence"))
        #expect(column.contains("  the role lacks INSERT (topic) on realtime.messages"))
        let sequence = try await Explaining.lines(
            open + "REVOKE USAGE ON SEQUENCE realtime.outbox_seq FROM authenticated"
        )
        #expect(sequence.contains("  the role lacks USAGE on sequence realtime.outbox_seq"))
        let none = try await Explaining.lines(
            "CREATE POLICY strict ON realtime.messages AS RESTRICTIVE USING (topic = 'a')"
        )
        #expect(none.contains("  no permissive policy for SELECT is for this role"))
        #expect(none.contains("  restrictive policy strict: false"))
        let off = try await Explaining.lines(
            "ALTER TABLE realtime.messages DISABLE ROW LEVEL SECURITY"
        )
        #expect(
            off.contains("  policies do not apply: row level security is off for realtime.messages")
        )
        let bypassing = try await Explaining.lines("SELECT", role: "service_role")
        #expect(
            bypassing.contains("  policies do not apply: the role bypasses row level security")
        )
    }

    @Test("A parameter that is not of its type is said, and a rule of a file is explained by line")
    func family() async throws {
        let sql = """
            CREATE FUNCTION realtime.member_trip_read() RETURNS boolean
            LANGUAGE plpgsql STABLE AS $$
            BEGIN
                RETURN split_part(realtime.topic(), ':', 2) = '1' AND EXISTS (
                    SELECT FROM public.things AS t WHERE t.id = 1 AND t.owner = auth.uid());
            END $$;
            CREATE POLICY waypost_trip_read ON realtime.messages FOR SELECT TO authenticated
            USING (realtime.member_trip_read())
            """
        let place = SourcePlace(file: "trip.yaml", line: 7)
        let rule = """
            trip_id < 100 AND EXISTS (
                SELECT FROM public.things AS t WHERE t.id = trip_id AND t.owner = auth.uid()) -- own
            """
        let contract = TopicContract([
            TopicFamily(
                pattern: TopicPattern(
                    family: "trip",
                    parameters: [.init(name: "trip_id", type: .bigint)]
                ),
                members: MemberRules(read: RuleExpression(rule, at: place), write: nil),
                at: SourcePlace(file: "trip.yaml", line: 1)
            )
        ])
        let two = "00000000-0000-4000-8000-000000000002"
        try await TestDatabase.with(RulesDatabase.toolbox) { database in
            try database.connect().execute(sql)
            let denied = try Explaining.explain(
                database,
                Question("trip:1", sub: two),
                by: contract
            )
            #expect(denied.verdict == .denied)
            let explained = try #require(denied.rights[0].policies.first?.rule)
            #expect(explained.place == place)
            #expect(explained.parameters.map(\.value) == ["1"])
            #expect(explained.condition?.outcome == .no)
            #expect(explained.condition?.parts.map(\.outcome) == [.yes, .no])
            #expect(explained.condition?.parts[0].values.map(\.expression) == ["trip_id"])
            #expect(ExplanationText(denied).lines.contains("    the rule at trip.yaml:7:"))

            for topic in ["trip:x", "trip:01", "trip: 1", "trip:", "trip:1'; SELECT 1/0 --"] {
                let wrong = try Explaining.explain(
                    database,
                    Question(topic, sub: two),
                    by: contract
                )
                let rule = try #require(wrong.rights[0].policies.first?.rule)
                #expect(rule.condition == nil)
                #expect(rule.parameters.first?.raised != nil)
            }
        }
    }
}

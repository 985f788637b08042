import Authorization
import Postgres
import TestSupport
import Testing
import Topics

@testable import class Authorization.Evaluator

@Suite("The class of readers, asked with the verdict")
struct ReaderClassTests {
    /// Reading is allowed on all topics but those that begin with `no`, writing on all.
    private static let policies = """
        CREATE POLICY readable ON realtime.messages FOR SELECT TO authenticated
            USING (topic !~ '^no');
        CREATE POLICY writable ON realtime.messages FOR INSERT TO authenticated WITH CHECK (true)
        """

    /// What is said depends on the topic; who asks stands behind it.
    private static let function = """
        CREATE OR REPLACE FUNCTION realtime.reader_class() RETURNS text
        LANGUAGE plpgsql STABLE AS $$
        BEGIN
            CASE split_part(realtime.topic(), ':', 1)
            WHEN 'raises' THEN RAISE EXCEPTION 'no' USING ERRCODE = '22012';
            WHEN 'ends' THEN RAISE EXCEPTION 'no' USING ERRCODE = 'WPEND';
            WHEN 'null' THEN RETURN NULL;
            WHEN 'long' THEN RETURN repeat('x', 64);
            WHEN 'nothing' THEN RAISE EXCEPTION 'asked about what may not be read';
            ELSE RETURN concat_ws(' ', current_user, auth.uid());
            END CASE;
        END $$
        """
    private static let ana = "a0000000-0000-4000-8000-000000000001"

    private static func classed(_ readerClass: String?) -> Verdict {
        var verdict = Verdict.all
        verdict.readerClass = readerClass
        return verdict
    }

    @Test("An error costs the class and is noted, and the door is as open as the rules say")
    func failures() async throws {
        try await TestDatabase.with(RulesDatabase.schema) { database in
            try database.connect().execute(Self.policies)
            try database.connect().execute(Self.function)
            let evaluator = try Evaluator(database)
            let topics = ["raises:1", "ends:1", "null:1", "long:1", "nothing:1", "no", "fine"]
            let answers = try evaluator.answers(
                to: topics.map { try Question($0, sub: Self.ana) }
            )
            let writeOnly = Verdict(
                broadcastRead: false,
                presenceRead: false,
                broadcastWrite: true,
                presenceWrite: true
            )
            #expect(
                answers == [
                    .verdict(.all, failedRules: [.readerClass(sqlState: "22012")]),
                    .verdict(.all, failedRules: []), .verdict(.all, failedRules: []),
                    .verdict(.all, failedRules: [.readerClass(sqlState: "22001")]),
                    .verdict(writeOnly, failedRules: []), .verdict(writeOnly, failedRules: []),
                    .verdict(Self.classed("authenticated \(Self.ana)"), failedRules: []),
                ]
            )
        }
    }

    @Test("Beside a rule that raises, whoever may read still has a class")
    func besideFailure() async throws {
        try await TestDatabase.with(RulesDatabase.toolbox) { database in
            try database.connect().execute(Self.policies)
            try database.connect().execute(Self.function)
            try database.connect().execute(
                """
                CREATE POLICY broken ON realtime.messages AS RESTRICTIVE FOR INSERT
                WITH CHECK (public.raises('22023'))
                """
            )
            let answers = try Evaluator(database).answers(to: [
                Question("fine"), Question("raises:1"), Question("no"),
            ])
            var readOnly = Verdict(
                broadcastRead: true,
                presenceRead: true,
                broadcastWrite: false,
                presenceWrite: false
            )
            let broken = FailedRule.policy(name: "broken", sqlState: "22023")
            #expect(
                answers[1]
                    == .verdict(readOnly, failedRules: [broken, .readerClass(sqlState: "22012")])
            )
            #expect(answers[2] == .verdict(.denied, failedRules: [broken]))
            readOnly.readerClass = "authenticated"
            #expect(answers[0] == .verdict(readOnly, failedRules: [broken]))
        }
    }

    @Test("Who obeys no policies has a class, too, and who may not call the function has none")
    func everyRole() async throws {
        try await TestDatabase.with(RulesDatabase.schema) { database in
            let administrator = try database.connect()
            try administrator.execute(Self.policies)
            try administrator.execute(Self.function)
            try administrator.execute(
                """
                REVOKE EXECUTE ON FUNCTION realtime.reader_class() FROM PUBLIC;
                GRANT EXECUTE ON FUNCTION realtime.reader_class() TO service_role
                """
            )
            let answers = try Evaluator(database).answers(to: [
                Question("fine", role: "service_role"), Question("fine"),
            ])
            #expect(answers[1] == .verdict(.all, failedRules: [.readerClass(sqlState: "42501")]))
            guard case .verdict(let verdict, let failedRules) = answers[0] else { return }
            #expect(failedRules.isEmpty)
            #expect(verdict.readerClass == (verdict.mayJoin ? "service_role" : nil))
        }
    }

    @Test("A function of that name that returns something else is not asked")
    func otherFunction() async throws {
        try await TestDatabase.with(RulesDatabase.schema) { database in
            let administrator = try database.connect()
            try administrator.execute(Self.policies)
            try administrator.execute(
                """
                CREATE FUNCTION realtime.reader_class() RETURNS SETOF text LANGUAGE sql
                AS 'SELECT ''a'' UNION SELECT ''b'''
                """
            )
            #expect(try Evaluator(database).verdict(on: Question("fine")) == .all)
        }
    }
}

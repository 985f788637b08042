import Authorization
import Postgres
import TestSupport
import Testing
import Topics

@testable import class Authorization.Evaluator

@Suite("Rights besides policies, and their changes")
struct EvaluatorRightsTests {
    private static let openDoor =
        "CREATE POLICY open ON realtime.messages TO authenticated, rules_group USING (true)"
    private static let readOnly = Verdict(
        broadcastRead: true,
        presenceRead: true,
        broadcastWrite: false,
        presenceWrite: false
    )
    private static let writeOnly = Verdict(
        broadcastRead: false,
        presenceRead: false,
        broadcastWrite: true,
        presenceWrite: true
    )

    /// Changes the database in steps, each with what the role may do afterwards.
    ///
    /// The probe has to agree at every step.
    private static func check(
        role: String,
        _ steps: [(sql: String, verdict: Verdict)]
    ) async throws {
        try await TestDatabase.with(RulesDatabase.toolbox) { database in
            let administrator = try database.connect()
            let probe = Probe(connection: try database.connect())
            let evaluator = try Evaluator(
                database,
                roles: RulesDatabase.toolboxRoles,
                policyCheckInterval: .nanoseconds(1)
            )
            for (sql, verdict) in steps {
                try administrator.execute(sql)
                let question = try Question("lobby", role: role)
                #expect(try evaluator.verdict(on: question) == verdict, "\(sql)")
                #expect(try probe.verdict(on: question) == verdict, "\(sql)")
            }
        }
    }

    @Test("Without a policy nothing is allowed, and a dropped policy is missed at once")
    func policies() async throws {
        try await Self.check(
            role: "authenticated",
            [
                ("SELECT", .denied), (Self.openDoor, .all),
                ("DROP POLICY open ON realtime.messages", .denied),
                ("CREATE POLICY r ON realtime.messages AS RESTRICTIVE USING (true)", .denied),
                (Self.openDoor, .all),
                ("ALTER POLICY r ON realtime.messages USING (NULL)", .denied),
                ("ALTER POLICY r ON realtime.messages TO anon", .all),
                ("ALTER POLICY open ON realtime.messages WITH CHECK (false)", Self.readOnly),
            ]
        )
    }

    @Test("Privileges of schema, table, columns and sequence count")
    func privileges() async throws {
        try await Self.check(
            role: "authenticated",
            [
                (Self.openDoor, .all),
                ("REVOKE SELECT ON realtime.messages FROM authenticated", Self.writeOnly),
                ("GRANT SELECT (topic) ON realtime.messages TO authenticated", Self.writeOnly),
                ("GRANT SELECT (id) ON realtime.messages TO authenticated", .all),
                ("REVOKE INSERT (topic) ON realtime.messages FROM authenticated", Self.readOnly),
                ("GRANT INSERT ON realtime.messages TO authenticated", .all),
                ("REVOKE USAGE ON SEQUENCE realtime.outbox_seq FROM authenticated", Self.readOnly),
                ("GRANT UPDATE ON SEQUENCE realtime.outbox_seq TO authenticated", .all),
                ("REVOKE USAGE ON SCHEMA realtime FROM authenticated", .denied),
            ]
        )
    }

    @Test("Row security switched off, bypassed and owned is what it is in PostgreSQL")
    func switchedOff() async throws {
        try await Self.check(
            role: "service_role",
            [("SELECT", .all), ("ALTER TABLE realtime.messages FORCE ROW LEVEL SECURITY", .all)]
        )
        try await Self.check(
            role: "authenticated",
            [
                ("ALTER TABLE realtime.messages DISABLE ROW LEVEL SECURITY", .all),
                ("ALTER TABLE realtime.messages ENABLE ROW LEVEL SECURITY", .denied),
            ]
        )
        let owned = """
            ALTER TABLE realtime.messages OWNER TO rules_group;
            GRANT USAGE ON SEQUENCE realtime.outbox_seq TO rules_heir, rules_member
            """
        try await Self.check(
            role: "rules_heir",
            [
                ("SELECT", .denied), (owned, .all),
                ("ALTER TABLE realtime.messages FORCE ROW LEVEL SECURITY", .denied),
            ]
        )
        try await Self.check(role: "rules_member", [(owned, .denied)])
    }

    @Test("A policy for a group is for who inherits from it")
    func inheritance() async throws {
        try await Self.check(role: "rules_heir", [(Self.openDoor, .all)])
        try await Self.check(role: "rules_member", [(Self.openDoor, .denied)])
    }

    @Test("A role that is missing, or not granted to the gateway, is denied with the reason")
    func roles() async throws {
        try await TestDatabase.with(RulesDatabase.toolbox) { database in
            let administrator = try database.connect()
            try administrator.execute(
                """
                DO $$ BEGIN CREATE ROLE rules_stranger; EXCEPTION WHEN duplicate_object THEN END $$;
                GRANT USAGE ON SCHEMA realtime TO rules_stranger;
                GRANT ALL ON realtime.messages TO rules_stranger;
                CREATE POLICY open ON realtime.messages USING (true)
                """
            )
            let evaluator = try Evaluator(
                database,
                roles: ["rules_stranger", "rules_nobody", "none", "postgres"]
            )
            let answers = try evaluator.answers(
                to: ["rules_stranger", "rules_nobody", "none", "postgres", "waypost"].map {
                    try Question("lobby", role: $0)
                }
            )
            let reasons: [FailedRule] = [
                .roleNotGranted, .roleUnknown, .roleUnknown, .roleNotGranted, .roleNotAllowed,
            ]
            #expect(answers == reasons.map { .verdict(.denied, failedRules: [$0]) })
        }
    }

    @Test("A renamed function is found again at once, not after the interval")
    func renamedFunction() async throws {
        try await TestDatabase.with(RulesDatabase.toolbox) { database in
            let administrator = try database.connect()
            try administrator.execute(
                """
                CREATE FUNCTION public.door() RETURNS boolean LANGUAGE sql AS 'SELECT true';
                CREATE POLICY open ON realtime.messages TO authenticated USING (public.door())
                """
            )
            let evaluator = try Evaluator(database, policyCheckInterval: .seconds(3600))
            let question = try Question("lobby")
            #expect(try evaluator.verdict(on: question) == .all)
            try administrator.execute("ALTER FUNCTION public.door() RENAME TO gate")
            // The catalog is read again for an error only when the last reading is a while ago.
            try await Task.sleep(for: .milliseconds(300))
            #expect(try evaluator.verdict(on: question) == .all)
        }
    }

    @Test("A table that is missing or a login without TEMPORARY makes questions unanswerable")
    func unreadable() async throws {
        try await TestDatabase.with(.empty) { database in
            try database.connect().execute(
                """
                DO $$ BEGIN CREATE ROLE rules_login LOGIN; EXCEPTION WHEN duplicate_object THEN
                END $$
                """
            )
            let evaluator = try Evaluator(
                configuration: AuthorizationConfiguration(dsn: database.dsn(user: "rules_login")),
                observe: { _ in }
            )
            #expect(
                try evaluator.answers(to: [Question("lobby")])
                    == [.unavailable(.policiesUnreadable(sqlState: "42P01"))]
            )
        }
        try await TestDatabase.with(RulesDatabase.toolbox) { database in
            let administrator = try database.connect()
            try administrator.execute(
                "\(Self.openDoor); REVOKE TEMPORARY ON DATABASE \"\(database.name)\" FROM PUBLIC"
            )
            let evaluator = try Evaluator(database, policyCheckInterval: .nanoseconds(1))
            #expect(
                try evaluator.answers(to: [Question("lobby")])
                    == [.unavailable(.policiesUnreadable(sqlState: "42501"))]
            )
            try administrator.execute(
                "GRANT TEMPORARY ON DATABASE \"\(database.name)\" TO waypost"
            )
            #expect(try evaluator.verdict(on: Question("lobby")) == .all)
        }
    }
}

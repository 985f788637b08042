import Authorization
import Postgres
import TestSupport
import Testing

@testable import struct Authorization.PolicyCatalog

@Suite("What the catalog says")
struct PolicyCatalogTests {
    private static func read(
        _ database: TestDatabase,
        roles: [String] = ["anon", "authenticated"],
        previous: PolicyCatalog? = nil
    ) throws -> PolicyCatalog {
        let connection = try database.connect(user: "waypost")
        return try #require(
            try PolicyCatalog.read(from: connection, roleNames: roles, previous: previous)
        )
    }

    @Test("The demonstration's policies need no planning afresh")
    func demonstration() async throws {
        try await TestDatabase.with(RulesDatabase.demonstration) { database in
            let catalog = try Self.read(database)
            #expect(!catalog.hasFalseImmutable)
            #expect(catalog.policies.count == 8)
            #expect(try Self.read(database) == catalog)
        }
    }

    @Test("Names are written out, policies come last first, with the roles they are for")
    func policies() async throws {
        try await TestDatabase.with(RulesDatabase.toolbox) { database in
            try database.connect().execute(
                """
                CREATE POLICY b ON realtime.messages TO rules_group USING (raises(topic));
                CREATE POLICY a ON realtime.messages AS RESTRICTIVE FOR INSERT WITH CHECK (true);
                CREATE POLICY c ON realtime.messages FOR UPDATE USING (true);
                CREATE POLICY d ON realtime.messages FOR SELECT TO anon USING (private)
                """
            )
            let catalog = try Self.read(database, roles: ["anon", "rules_heir", "rules_member"])
            #expect(catalog.policies.map(\.name) == ["d", "b", "a"])
            #expect(catalog.policies.map(\.using) == ["private", "public.raises(topic)", nil])
            #expect(catalog.policies.map(\.check) == [nil, nil, "true"])
            #expect(catalog.policies.map(\.isPermissive) == [true, true, false])
            #expect(catalog.policies.map(\.rolePlaces) == [[0], [1], [0, 1, 2]])
        }
    }

    @Test("A function that is IMMUTABLE by name only is noticed where rules reach it")
    func falseImmutable() async throws {
        try await TestDatabase.with(RulesDatabase.toolbox) { database in
            let administrator = try database.connect()
            try administrator.execute(
                """
                CREATE FUNCTION public.frozen() RETURNS text LANGUAGE sql IMMUTABLE
                AS $$ SELECT current_setting('request.jwt.claim.sub', true) $$;
                CREATE FUNCTION public.honest(text) RETURNS text LANGUAGE sql IMMUTABLE
                AS $$ SELECT lower($1) $$;
                CREATE POLICY a ON realtime.messages USING (public.honest(topic) = 'x')
                """
            )
            let before = try Self.read(database)
            #expect(!before.hasFalseImmutable)
            try administrator.execute(
                "CREATE POLICY b ON realtime.messages USING (public.frozen() = 'x')"
            )
            #expect(try Self.read(database, previous: before).hasFalseImmutable)
        }
    }

    @Test(
        "What rules may reach beside themselves counts",
        arguments: [
            "CREATE OR REPLACE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid'",
            "CREATE FUNCTION public.fresh() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "REVOKE EXECUTE ON FUNCTION public.raises(text) FROM PUBLIC",
            "CREATE VIEW public.seen AS SELECT * FROM public.members",
            "ALTER POLICY own ON public.members USING (false)",
            "ALTER TABLE public.members FORCE ROW LEVEL SECURITY",
            "GRANT UPDATE ON public.members TO anon",
            "CREATE SCHEMA fresh",
            "GRANT rules_group TO rules_fresh",
        ]
    )
    func surroundings(change: String) async throws {
        try await TestDatabase.with(RulesDatabase.toolbox) { database in
            let administrator = try database.connect()
            // Roles are the whole cluster's: this one is nobody else's.
            let role = "rules_fresh_\(database.name)"
            try administrator.execute(
                """
                ALTER TABLE public.members ENABLE ROW LEVEL SECURITY;
                CREATE ROLE \(role)
                """
            )
            let roles = ["anon", role]
            let before = try Self.read(database, roles: roles)
            #expect(try Self.read(database, roles: roles) == before)
            try administrator.execute(change.replacing("rules_fresh", with: role))
            let after = try Self.read(database, roles: roles)
            try administrator.execute("DROP ROLE \(role)")
            #expect(after.surroundings != before.surroundings)
        }
    }

    @Test("What rules cannot reach does not count")
    func elsewhere() async throws {
        try await TestDatabase.with(RulesDatabase.toolbox) { database in
            let administrator = try database.connect()
            let before = try Self.read(database)
            try administrator.execute(
                """
                CREATE FUNCTION public.noted() RETURNS trigger LANGUAGE plpgsql
                AS 'BEGIN RETURN NULL; END';
                CREATE FUNCTION pg_temp.own() RETURNS int LANGUAGE sql AS 'SELECT 1';
                CREATE TABLE public.copies AS SELECT * FROM public.members;
                CREATE TEMPORARY TABLE mine (id int);
                ALTER TABLE mine ENABLE ROW LEVEL SECURITY;
                CREATE TRIGGER noted AFTER INSERT ON public.members EXECUTE FUNCTION public.noted();
                INSERT INTO public.things VALUES (9, NULL, 'trip:9');
                """
            )
            try administrator.execute("VACUUM FULL pg_policy")
            try administrator.execute("VACUUM FREEZE pg_proc")
            #expect(try Self.read(database) == before)
        }
    }
}

import Changes
import Postgres
import RowSecurity
import TestSupport
import Testing
import Topics
import Wire

@Suite("Who sees nothing, and who sees what")
struct RowSecurityRightsTests {
    private static let secured = """
        ALTER TABLE public.items ENABLE ROW LEVEL SECURITY;
        GRANT SELECT ON public.items TO authenticated, anon, rows_group, service_role;
        """

    private static func with(
        _ sql: String = secured,
        without hidden: Set<String> = [],
        _ body: @Sendable (RowStage) throws -> Void
    ) async throws {
        try await TestDatabase.with(RowsDatabase.toolbox) { database in
            let stage = try RowStage(database, without: hidden)
            try stage.administer(sql)
            try body(stage)
        }
    }

    @Test("Without a policy nobody sees a row, but who bypasses them")
    func noPolicy() async throws {
        try await Self.with { stage in
            let row = try stage.update("1")
            #expect(try !stage.sees(Caller(sub: People.first), row))
            #expect(try !stage.sees(Caller(role: "anon"), row))
            #expect(stage.withheld("policy") == 2)
            #expect(try stage.sees(Caller(role: "service_role"), row))
        }
    }

    @Test("A role that is not allowed sees nothing, nor does one that is not there or not granted")
    func roles() async throws {
        try await Self.with("GRANT SELECT ON public.items TO PUBLIC") { stage in
            let row = try stage.update("1")
            for role in ["postgres", "waypost", "none", "", "nobody", "rows_foreign"] {
                #expect(try !stage.sees(Caller(role: role), row), "\(role)")
                #expect(stage.security.readableColumns(of: stage.table.oid, role: role).isEmpty)
            }
            #expect(stage.withheld("role") == 6)
            #expect(try stage.sees(Caller(role: "anon"), row))
        }
        try await TestDatabase.with(RowsDatabase.toolbox) { database in
            let stage = try RowStage(database, roles: ["none", "rows_foreign", "nobody", ""])
            try stage.administer("GRANT SELECT ON public.items TO PUBLIC")
            let row = try stage.update("1")
            for role in ["none", "", "nobody", "rows_foreign"] {
                #expect(try !stage.sees(Caller(role: role), row), "\(role)")
            }
        }
    }

    @Test("Without the privilege to select the key a role sees nothing")
    func privileges() async throws {
        try await Self.with("GRANT SELECT (owner) ON public.items TO authenticated") { stage in
            let row = try stage.update("1")
            #expect(try !stage.sees(Caller(sub: People.first), row))
            #expect(stage.withheld("privilege") == 1)
            let columns = stage.security.readableColumns(of: stage.table.oid, role: "authenticated")
            #expect(columns == ["owner"])
            try stage.administer("GRANT SELECT (id) ON public.items TO authenticated")
            #expect(try stage.sees(Caller(sub: People.first), row))
            #expect(try !stage.sees(Caller(role: "anon"), row))
            try stage.administer("REVOKE USAGE ON SCHEMA public FROM PUBLIC")
            #expect(try !stage.sees(Caller(role: "rows_heir"), row))
        }
    }

    @Test("Without USAGE on the schema a role sees nothing")
    func schema() async throws {
        try await TestDatabase.with(RowsDatabase.toolbox) { database in
            try database.connect().execute(
                """
                CREATE TABLE far.away (id bigint PRIMARY KEY);
                INSERT INTO far.away VALUES (1);
                GRANT SELECT ON far.away TO authenticated
                """
            )
            let stage = try RowStage(database, table: TableName(schema: "far", "away"))
            let row = try stage.update("1")
            #expect(try !stage.sees(Caller(), row))
            #expect(
                stage.security.readableColumns(of: stage.table.oid, role: "authenticated") == []
            )
            try stage.administer("GRANT USAGE ON SCHEMA far TO authenticated")
            #expect(try stage.sees(Caller(), row))
        }
    }

    @Test("A policy for others does not help; one for a role that is inherited does")
    func policyRoles() async throws {
        try await Self.with(
            Self.secured + "CREATE POLICY p ON public.items TO rows_group USING (true)"
        ) { stage in
            let row = try stage.update("1")
            #expect(try !stage.sees(Caller(), row))
            #expect(try !stage.sees(Caller(role: "rows_member"), row))
            #expect(try stage.sees(Caller(role: "rows_heir"), row))
            try stage.administer(
                "CREATE POLICY q ON public.items FOR SELECT TO PUBLIC USING (true)"
            )
            #expect(try stage.sees(Caller(), row))
        }
    }

    @Test("A policy for another command says nothing about reading")
    func otherCommands() async throws {
        try await Self.with(
            Self.secured + """
                CREATE POLICY a ON public.items FOR INSERT WITH CHECK (true);
                CREATE POLICY b ON public.items FOR UPDATE USING (true);
                CREATE POLICY c ON public.items FOR DELETE USING (true)
                """
        ) { stage in
            let row = try stage.update("1")
            #expect(try !stage.sees(Caller(), row))
            try stage.administer("CREATE POLICY d ON public.items FOR ALL USING (true)")
            #expect(try stage.sees(Caller(), row))
        }
    }

    @Test("Every restrictive policy must hold")
    func restrictive() async throws {
        try await Self.with(
            Self.secured + """
                CREATE POLICY a ON public.items USING (true);
                CREATE POLICY b ON public.items AS RESTRICTIVE USING (team = 1)
                """
        ) { stage in
            #expect(try !stage.sees(Caller(), updated: "2"))
            #expect(try !stage.sees(Caller(), updated: "3"))
            #expect(try stage.sees(Caller(), updated: "1"))
            try stage.administer("DROP POLICY a ON public.items")
            #expect(try !stage.sees(Caller(), updated: "1"))
        }
    }

    @Test("The owner sees everything, unless the table forces its policies")
    func owner() async throws {
        try await Self.with { stage in
            let row = try stage.update("1")
            #expect(try stage.sees(Caller(role: "rows_owner"), row))
            try stage.administer("ALTER TABLE public.items FORCE ROW LEVEL SECURITY")
            #expect(try !stage.sees(Caller(role: "rows_owner"), row))
            try stage.administer("ALTER TABLE public.items DISABLE ROW LEVEL SECURITY")
            #expect(try stage.sees(Caller(sub: nil), row))
        }
    }

    @Test("A table that is gone, made anew or never told of shows nothing")
    func tables() async throws {
        try await Self.with("GRANT SELECT ON public.items TO authenticated") { stage in
            let row = try stage.update("1")
            let question = RowQuestion(table: 1, caller: Caller(), rows: [0])
            #expect(try stage.security.answer([question], about: [row])[0].isVisible == [false])
            let other = ChangedRow(
                seq: 1,
                transaction: 1,
                table: TableName("members"),
                operation: .insert,
                key: nil,
                old: nil,
                new: JSONText(trusted: Array("{\"id\": 1}".utf8)),
                readAt: 0
            )
            #expect(try !stage.sees(Caller(), other))
            try stage.administrator.execute("ALTER TABLE public.items RENAME TO things")
            #expect(try !stage.sees(Caller(), row))
            try stage.administrator.execute("DROP TABLE public.things CASCADE")
            #expect(try !stage.sees(Caller(), row))
        }
    }

    @Test("A policy that needs a column which is not copied withholds, and says which")
    func partial() async throws {
        try await Self.with(
            Self.secured + "CREATE POLICY hush ON public.items USING (secret IS NULL)",
            without: ["secret"]
        ) { stage in
            let row = try stage.update("1")
            #expect(try !stage.sees(Caller(), row))
            #expect(stage.withheld("unsupported") == 1)
            #expect(stage.unsupported == [["hush", "public.items", "secret"]])
            try stage.administer("CREATE POLICY whole ON public.items USING (is_mine(items))")
            #expect(try !stage.sees(Caller(sub: People.first), row))
            try stage.administer("CREATE POLICY system ON public.items USING (xmin IS NOT NULL)")
            #expect(try !stage.sees(Caller(sub: People.first), row))
            // A permissive policy that can be asked may still say yes; a restrictive one cannot
            // be made up for.
            try stage.administer("CREATE POLICY open ON public.items USING (team = 1)")
            #expect(try stage.sees(Caller(), row))
            try stage.administer(
                "CREATE POLICY shut ON public.items AS RESTRICTIVE USING (secret IS NULL)"
            )
            #expect(try !stage.sees(Caller(), row))
        }
    }

    @Test("The other half of a policy, which is about writing, needs no column")
    func checkIsNotNeeded() async throws {
        try await Self.with(
            Self.secured + """
                CREATE POLICY p ON public.items USING (team = 1) WITH CHECK (secret IS NULL)
                """,
            without: ["secret"]
        ) { stage in
            let own = try stage.update("1")
            #expect(try stage.sees(Caller(), own))
            #expect(try !stage.sees(Caller(), updated: "2"))
        }
    }

    @Test("A change from before a column was there withholds where a policy names it")
    func missing() async throws {
        try await Self.with(
            Self.secured + "CREATE POLICY p ON public.items USING (team = 1)"
        ) { stage in
            let before = try stage.update("1")
            #expect(try stage.sees(Caller(), before))
            try stage.administer(
                """
                ALTER TABLE public.items ADD COLUMN hidden boolean;
                CREATE POLICY q ON public.items AS RESTRICTIVE USING (hidden IS NULL)
                """
            )
            #expect(try !stage.sees(Caller(), before))
            #expect(stage.withheld("missing") == 1)
            #expect(try stage.sees(Caller(), updated: "1"))
            try stage.administer("ALTER TABLE public.items RENAME COLUMN team TO squad")
            #expect(try !stage.sees(Caller(), before))
        }
    }
}

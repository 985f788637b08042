import Postgres
import TestSupport
import Testing
import TopicSchema
import Topics

@Suite struct RuleTrialTests {
    private static let id = [TopicPattern.Parameter(name: "n", type: .bigint)]

    private func problems(
        of rules: [String],
        with sql: String = "",
        roles: [String] = ["authenticated"],
        dependencies: [MembershipDependency] = [],
        _ template: DatabaseTemplate = SchemaDatabase.migrated
    ) async throws -> [[String]] {
        let database = try await TestDatabase.make(from: template)
        defer { try? database.drop() }
        let connection = try database.connect()
        if !sql.isEmpty { try connection.execute(sql) }
        return try rules.map { rule in
            let family = Contracts.family(
                "x",
                Self.id,
                read: rule,
                roles: roles,
                dependencies: dependencies
            )
            return try ContractSchema(TopicContract([family])).check(on: connection).problems
                .map(\.description).filter { !$0.contains("run waypost topics apply") }
        }
    }

    @Test("A rule that is more than one expression, or not of its type, runs nothing")
    func form() async throws {
        let rules = [
            "true); drop table public.precious; select (true",
            "true), (select true", "true) from pg_class where (true", "true from pg_class",
            "n + 1", "'a'::text", "n", "generate_series(1, 2) = 1", "true as x", "*", "",
            "true, true", "n = 1 \\gexec", "true or", "$1 = 1", ":n = 1",
            "true) end; perform pg_sleep(0); return (true",
        ]
        let sql = "CREATE TABLE public.precious (id int)"
        let database = try await TestDatabase.make(from: SchemaDatabase.migrated)
        defer { try? database.drop() }
        let connection = try database.connect()
        try connection.execute(sql)
        for rule in rules {
            let contract = TopicContract([Contracts.family("x", Self.id, read: rule)])
            let review = try ContractSchema(contract).check(on: connection)
            #expect(review.hasErrors, "\(rule)")
            #expect(review.problems.first?.place == Contracts.place(3, in: "x.yaml"))
            #expect(throws: ContractSchemaFailure.self) {
                try ContractSchema(contract).apply(on: connection)
            }
        }
        #expect(try connection.query("SELECT FROM public.precious").count == 0)
        let left = "SELECT count(*) FROM pg_proc WHERE proname ~ '^(member_|waypost_trial|exact_)'"
        #expect(try connection.query(left)[0, 0] == "0")
    }

    @Test("What a rule names must be there, and be named with its schema")
    func names() async throws {
        let found = try await problems(
            of: [
                "public.nothing(n)", "exists (select from public.nothing t where t.id = n)",
                "exists (select from here t where t.id = n)",
                "exists (select from public.here t where t.nothing = n)",
                "exists (select from public.here t where t.word = n)", "m = 1",
            ],
            with: "CREATE TABLE public.here (id bigint PRIMARY KEY, word text)"
        )
        for one in found { #expect(one.contains { $0.hasPrefix("x.yaml:3: error: ") }) }
    }

    @Test("An unqualified name is the parameter, whatever columns there are")
    func capture() async throws {
        let found = try await problems(
            of: [
                "exists (select from public.here t where t.n = n)",
                "exists (select from public.here t where n = n)",
            ],
            with: """
                CREATE TABLE public.here (n bigint PRIMARY KEY);
                GRANT SELECT ON public.here TO authenticated
                """,
            dependencies: [
                MembershipDependency(
                    table: TableName("here"),
                    key: [ColumnPath("n")],
                    at: Contracts.place(5)
                )
            ]
        )
        #expect(found[0] == [])
        #expect(found[1].contains { $0.contains("compares n with itself") })
    }

    @Test("What a role may not do, a rule that raises, and one that writes are errors")
    func failing() async throws {
        let found = try await problems(
            of: [
                "exists (select from public.closed t where t.id = n)", "1 / (n - 1) = 1",
                "public.writes(n)", "n + 1 > 0", "public.hidden(n)",
            ],
            with: """
                CREATE TABLE public.closed (id bigint PRIMARY KEY);
                CREATE FUNCTION public.writes(bigint) RETURNS boolean LANGUAGE plpgsql AS
                    'begin insert into public.closed values ($1); return true; end';
                CREATE FUNCTION public.hidden(bigint) RETURNS boolean LANGUAGE sql STABLE
                    AS 'select true';
                REVOKE EXECUTE ON FUNCTION public.hidden(bigint) FROM PUBLIC
                """
        )
        #expect(found[0].contains { $0.contains("error") && $0.contains("permission denied") })
        #expect(found[1].contains { $0.contains("error") && $0.contains("division by zero") })
        #expect(found[2].contains { $0.contains("error") && $0.contains("read-only") })
        #expect(found[3].contains { $0.contains("warning") && $0.contains("out of range") })
        #expect(found[4].contains { $0.contains("error") && $0.contains("permission denied") })
    }

    @Test("A rule that reads a table from end to end is an error once the table is large")
    func scans() async throws {
        let sql = """
            CREATE TABLE public.small (id bigint, n bigint);
            CREATE TABLE public.large (id bigint, n bigint);
            CREATE TABLE public.indexed (id bigint PRIMARY KEY, n bigint);
            INSERT INTO public.large SELECT i, i FROM generate_series(1, 20000) AS i;
            INSERT INTO public.indexed SELECT i, i FROM generate_series(1, 20000) AS i;
            ANALYZE public.large, public.indexed;
            CREATE FUNCTION public.nested(n bigint) RETURNS boolean
            LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS
                'begin return exists (select from public.large l where l.n = nested.n); end';
            GRANT SELECT ON ALL TABLES IN SCHEMA public TO authenticated;
            """
        let rules = [
            "exists (select from public.small s where s.n = n)",
            "exists (select from public.large s where s.n = n)", "public.nested(n)",
            "exists (select from public.indexed s where s.id = n)",
        ]
        let found = try await problems(of: rules, with: sql)
        func scans(_ lines: [String]) -> [String] { lines.filter { $0.contains("reads all of") } }
        #expect(scans(found[0]).count == 1)
        #expect(scans(found[0]).first?.hasPrefix("x.yaml:3: warning") == true)
        #expect(scans(found[1]).first?.hasPrefix("x.yaml:3: error") == true)
        #expect(scans(found[1]).first?.contains("public.large, about 20000 rows") == true)
        #expect(scans(found[2]).first?.hasPrefix("x.yaml:3: error") == true)
        #expect(scans(found[3]) == [])
    }

    @Test("Tables that a rule looks at and depends_on does not name are warned of")
    func dependencies() async throws {
        let sql = """
            CREATE TABLE public.listed (id bigint PRIMARY KEY);
            CREATE TABLE public.unlisted (id bigint PRIMARY KEY);
            CREATE TABLE public."Odd ""Name" (id bigint PRIMARY KEY);
            CREATE TABLE public.behind_policy (id bigint PRIMARY KEY);
            CREATE TABLE public.secured (id bigint PRIMARY KEY);
            CREATE VIEW public.shown AS SELECT id FROM public.unlisted;
            ALTER TABLE public.secured ENABLE ROW LEVEL SECURITY;
            GRANT SELECT ON ALL TABLES IN SCHEMA public TO authenticated;
            CREATE POLICY p ON public.secured FOR SELECT TO authenticated
                USING (EXISTS (SELECT FROM public.behind_policy b WHERE b.id = secured.id));
            CREATE FUNCTION public.inner_one(n bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS
                'begin return exists (select from public.unlisted u where u.id = n); end';
            CREATE FUNCTION public.outer_one(n bigint) RETURNS boolean LANGUAGE sql STABLE
                RETURN public.inner_one(n);
            """
        let found = try await problems(
            of: [
                "exists (select from public.listed l where l.id = n)", "public.outer_one(n)",
                #"exists (select from public."Odd ""Name" o where o.id = n)"#,
                "exists (select from public.secured s where s.id = n)",
                "exists (select from public.shown s where s.id = n)",
            ],
            with: sql,
            dependencies: [
                MembershipDependency(
                    table: TableName("listed"),
                    key: [ColumnPath("id")],
                    at: Contracts.place(5)
                )
            ]
        )
        func tables(_ lines: [String]) -> [String] {
            lines.filter { $0.contains("depends_on does not name") }.compactMap { line in
                line.split(separator: "looks at ").last?.split(separator: ", which").first
            }.map(String.init)
        }
        #expect(tables(found[0]) == [])
        #expect(tables(found[1]) == ["public.unlisted"])
        #expect(tables(found[2]) == [#"public.Odd "Name"#])
        #expect(tables(found[3]) == ["public.behind_policy", "public.secured"])
        #expect(tables(found[4]) == ["public.unlisted"])
    }

    @Test("A function that says IMMUTABLE and is not is an error, a VOLATILE one a warning")
    func volatility() async throws {
        let found = try await problems(
            of: ["public.lies()", "public.lazy(n)", "public.honest(n)", "public.steady(n)"],
            with: """
                CREATE FUNCTION public.lies() RETURNS boolean LANGUAGE sql IMMUTABLE
                    AS 'select auth.uid() is not null';
                CREATE FUNCTION public.lazy(bigint) RETURNS boolean LANGUAGE sql
                    AS 'select $1 > 1';
                CREATE FUNCTION public.honest(bigint) RETURNS boolean LANGUAGE sql IMMUTABLE
                    AS 'select extract(epoch from now.x) > $1 from (values (now())) as now(x)';
                CREATE FUNCTION public.steady(bigint) RETURNS boolean LANGUAGE sql IMMUTABLE
                    AS 'select $1 > 1';
                """
        )
        #expect(found[0].contains { $0.contains("error") && $0.contains("IMMUTABLE") })
        #expect(found[1].contains { $0.contains("warning") && $0.contains("VOLATILE") })
        #expect(found[2].contains { $0.contains("error") && $0.contains("IMMUTABLE") })
        #expect(found[3] == [])
    }

    @Test("A pattern that closes its group opens no door")
    func pattern() async throws {
        try await SchemaDatabase.with(SchemaDatabase.migrated) { database in
            for pattern in ["a)|(b", "a|b)", "[a", "a\\", "(?i)a", "***=a"] {
                let parameter = TopicPattern.Parameter(name: "s", type: .text(matching: pattern))
                let contract = TopicContract([Contracts.family("x", [parameter], read: "true")])
                let problems = try database.problems(contract)
                #expect(problems.contains { $0.contains("no regular expression") }, "\(pattern)")
            }
            let parameter = TopicPattern.Parameter(name: "s", type: .text(matching: "a|b'\\d"))
            try database.apply(TopicContract([Contracts.family("x", [parameter], read: "true")]))
            let person = "5a2f0f9e-1111-4111-8111-000000000001"
            var verdicts: [String] = []
            for topic in ["x:a", "x:b'7", "x:ab", "x:xa", "x:a\n", "x:b'77", "x:"] {
                verdicts.append(try database.verdict(person, topic))
            }
            let yes = "reads bp sends -"
            let no = "reads - sends -"
            #expect(verdicts == [yes, yes, no, no, no, no, no])
        }
    }
}

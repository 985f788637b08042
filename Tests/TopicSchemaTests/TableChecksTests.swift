import Postgres
import PublishedTables
import TestSupport
import Testing
import TopicFiles
import TopicSchema
import Topics

@Suite struct TableChecksTests {
    private static let tables = """
        CREATE TABLE public.plans (
            id bigint PRIMARY KEY, owner uuid, name text, embedding real[], file_path text,
            half smallint
        );
        CREATE TABLE public.parts (id bigint PRIMARY KEY, plan_id integer, word text, secret text);
        CREATE TABLE public.keyless (plan_id bigint);
        CREATE TABLE public.api_keys (id bigint PRIMARY KEY, plan_id bigint);
        CREATE VIEW public.shown AS SELECT * FROM public.plans;
        GRANT SELECT (id, owner, name, half) ON public.plans TO authenticated;
        GRANT SELECT ON public.parts, public.keyless, public.api_keys TO authenticated;
        """

    /// The problems of a file whose changes, or whose depends_on, are one line.
    private func problems(
        changes: String? = nil,
        dependsOn: String? = nil,
        pattern: String = "plan:{plan_id}",
        parameters: String = "{ plan_id: bigint }",
        options: ContractSchemaOptions = .init(),
        sql: String = "",
        on connection: PostgresConnection
    ) throws -> [String] {
        try connection.execute("BEGIN; \(sql); COMMIT")
        var text = "topic: \(pattern)\nparameters: \(parameters)\nmembers:\n  read: 'true'\n"
        if let dependsOn { text += "  depends_on:\n    - \(dependsOn)\n" }
        if let changes { text += "changes:\n  - \(changes)\n" }
        let contract = try TopicFiles.contract(of: [TopicFileText(name: "plan.yaml", text: text)])
        return try ContractSchema(contract, options: options).check(on: connection).problems
            .map(\.description).filter { !$0.contains("run waypost topics apply") }
    }

    @Test("A file that names what is not there, or does not fit, is told by file and line")
    func wrong() async throws {
        try await SchemaDatabase.with(SchemaDatabase.migrated, Self.tables) { database in
            let cases: [(changes: String, problem: String)] = [
                ("{ table: nowhere, key: id }", "error: there is no table public.nowhere"),
                ("{ table: other.plans, key: id }", "error: there is no table other.plans"),
                ("{ table: shown, key: id }", "error: public.shown is no table"),
                ("{ table: keyless, key: plan_id }", "error: public.keyless has no primary key"),
                ("{ table: api_keys, key: plan_id }", "error: public.api_keys is secret"),
                ("{ table: parts, key: nothing }", "error: public.parts has no column nothing"),
                ("{ table: parts, key: word }", "error: public.parts.word is a text, and the"),
                ("{ table: plans, key: owner }", "error: public.plans.owner is a uuid, and the"),
                (
                    "{ table: parts, key: word -> plans.id -> id }",
                    "error: public.parts.word is a text and public.plans.id a bigint"
                ),
                (
                    "{ table: parts, key: plan_id -> plans.nothing -> id }",
                    "error: public.plans has no column nothing"
                ),
                (
                    "{ table: parts, key: plan_id -> nowhere.id -> id }",
                    "error: there is no table public.nowhere"
                ),
                (
                    "{ table: parts, key: plan_id -> plans.half -> id }",
                    "warning: public.plans is looked up by half"
                ),
                (
                    "{ table: parts, key: plan_id, columns: { only: [id, nothing] } }",
                    "error: public.parts has no column nothing"
                ),
                (
                    "{ table: parts, key: plan_id, columns: { except: [nothing] } }",
                    "error: public.parts has no column nothing"
                ),
                (
                    "{ table: parts, key: plan_id, when: nothing > 1 }",
                    "error: the condition on rows of public.parts cannot be used"
                ),
                (
                    "{ table: parts, key: plan_id, when: \"true) or (true\" }",
                    "error: the condition on rows of public.parts opens and closes"
                ),
                (
                    "{ table: parts, key: plan_id, when: word }",
                    "error: the condition on rows of public.parts cannot be used"
                ),
                (
                    "{ table: plans, key: id, columns: { except: [file_path] } }",
                    "error: public.plans.embedding is secret"
                ),
                (
                    "{ table: plans, key: id, columns: { except: [embedding] } }",
                    "error: public.plans.file_path is secret"
                ),
            ]
            for (changes, problem) in cases {
                let found = try problems(changes: changes, on: database.connection)
                #expect(
                    found.contains { $0.hasPrefix("plan.yaml:6: \(problem)") },
                    "\(changes): \(found)"
                )
            }
        }
    }

    @Test("A file that fits has no problems")
    func right() async throws {
        try await SchemaDatabase.with(SchemaDatabase.migrated, Self.tables) { database in
            for changes in [
                "{ table: parts, key: plan_id }",
                "{ table: parts, key: plan_id -> plans.id -> id }",
                "{ table: plans, key: id, columns: { except: [embedding, file_path] } }",
                "{ table: plans, key: id, columns: { only: [name] } }",
                "{ table: parts, key: plan_id, when: word <> 'x' and r.plan_id > 1 }",
            ] {
                #expect(try problems(changes: changes, on: database.connection) == [], "\(changes)")
            }
            let words = try problems(
                changes: "{ table: plans, key: name, columns: { only: [name] } }",
                pattern: "word:{word}",
                parameters: "{ word: { type: text, pattern: '[a-z]+' } }",
                on: database.connection
            )
            #expect(words == [])
        }
    }

    @Test("What the configuration keeps back, or a reader may not select, is an error")
    func secrets() async throws {
        try await SchemaDatabase.with(SchemaDatabase.migrated, Self.tables) { database in
            let never = ContractSchemaOptions(
                neverSent: try NeverSent(parsing: ["public.parts.secret", "public.plans"])
            )
            let column = try problems(
                changes: "{ table: parts, key: plan_id }",
                options: never,
                on: database.connection
            )
            #expect(column.contains { $0.contains("public.parts.secret is secret") })
            let table = try problems(
                changes: "{ table: plans, key: id, columns: { only: [id] } }",
                options: never,
                on: database.connection
            )
            #expect(table.contains { $0.contains("public.plans is secret") })
            let closed = try problems(
                changes: "{ table: parts, key: plan_id, columns: { except: [secret] } }",
                sql: """
                    REVOKE SELECT ON public.parts FROM authenticated;
                    GRANT SELECT (id, plan_id, secret) ON public.parts TO authenticated
                    """,
                on: database.connection
            )
            #expect(
                closed == [
                    "plan.yaml:6: error: role authenticated may not select word of public.parts, "
                        + "which would be sent to it: except them in columns, or grant SELECT"
                ]
            )
        }
    }

    @Test("Paths without an index are errors on a large table")
    func indexes() async throws {
        try await SchemaDatabase.with(SchemaDatabase.migrated, Self.tables) { database in
            let sql = """
                INSERT INTO public.plans (id, half) SELECT i, 1 FROM generate_series(1, 11000) AS i;
                CREATE INDEX ON public.plans (half) WHERE half > 0; ANALYZE public.plans
                """
            let line = "{ table: parts, key: plan_id -> plans.half -> id }"
            let found = try problems(changes: line, sql: sql, on: database.connection)
            #expect(found.first?.hasPrefix("plan.yaml:6: error: public.plans is looked up") == true)
            let options = ContractSchemaOptions(rowCountMax: 20_000)
            let small = try problems(changes: line, options: options, on: database.connection)
            #expect(small.first?.hasPrefix("plan.yaml:6: warning: public.plans") == true)
            let indexed = try problems(
                changes: line,
                sql: "CREATE INDEX ON public.plans (half, id)",
                on: database.connection
            )
            #expect(indexed == [])
        }
    }

    @Test("depends_on is held against the tables as well")
    func dependencies() async throws {
        try await SchemaDatabase.with(SchemaDatabase.migrated, Self.tables) { database in
            let cases: [(line: String, problem: String?)] = [
                ("{ table: plans, key: id, member: owner, columns: [owner] }", nil),
                ("{ table: nowhere, key: id }", "error: there is no table public.nowhere"),
                ("{ table: shown, key: id }", "error: public.shown is no table"),
                ("{ table: plans, key: nothing }", "error: public.plans has no column nothing"),
                ("{ table: plans, key: id, member: x }", "error: public.plans has no column x"),
                ("{ table: plans, key: id, columns: [y] }", "error: public.plans has no column y"),
                ("{ table: plans, key: name }", "error: public.plans.name is a text, and the"),
                ("{ table: plans, key: id, member: half }", "warning: public.plans.half is a"),
            ]
            for (line, problem) in cases {
                let found = try problems(dependsOn: line, on: database.connection)
                #expect(
                    problem.map { problem in
                        found.contains { $0.hasPrefix("plan.yaml:6: \(problem)") }
                    } ?? (found == []),
                    "\(line): \(found)"
                )
            }
        }
    }

    @Test("Settings that silence triggers, and policies of others, are warned of")
    func surroundings() async throws {
        let sql = """
            \(Self.tables)
            CREATE FUNCTION public.silent() RETURNS void LANGUAGE sql
                SET session_replication_role = replica AS '';
            CREATE PUBLICATION supabase_realtime FOR TABLE public.parts WHERE (id > 1);
            CREATE POLICY everybody ON realtime.messages FOR SELECT TO PUBLIC USING (true);
            CREATE POLICY plans ON realtime.messages FOR INSERT TO authenticated
                WITH CHECK (realtime.topic() LIKE 'plan:%');
            CREATE POLICY others ON realtime.messages FOR SELECT TO authenticated
                USING (realtime.topic() LIKE 'other:%');
            CREATE POLICY service ON realtime.messages FOR SELECT TO service_role USING (true);
            """
        try await SchemaDatabase.with(SchemaDatabase.migrated, sql) { database in
            let name = SQLText.identifier(database.database.name)
            try database.connection.execute(
                "ALTER DATABASE \(name) SET realtime.on_error = 'warn'"
            )
            let found = try problems(
                changes: "{ table: parts, key: plan_id }",
                on: database.connection
            )
            func holds(_ text: String) -> Bool {
                found.contains { $0.contains("warning: ") && $0.contains(text) }
            }
            #expect(holds("function public.silent() has session_replication_role=replica"))
            #expect(holds("\(database.database.name) has realtime.on_error=warn"))
            #expect(holds("policy everybody on realtime.messages"))
            #expect(holds("policy plans on realtime.messages"))
            #expect(!holds("policy others") && !holds("policy service"))
            #expect(holds("the publication lists public.parts with a condition"))
            #expect(!found.contains { $0.contains("error: ") })
        }
    }
}

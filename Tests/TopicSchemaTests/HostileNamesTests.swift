import Postgres
import TestSupport
import Testing
import TopicFiles
import TopicSchema
import Topics

/// Other people's schemas, with names and texts that break what is not quoted.
@Suite struct HostileNamesTests {
    private static let person = "5a2f0f9e-1111-4111-8111-000000000001"

    @Test(
        "Any name of a table, a column and a role works, and means itself",
        arguments: [
            #"we"ird"#, #"it's"#, #"back\slash"#, #"$$; drop table public.kept; --"#,
            "$waypost$", "naïve 表 🧭", "x); --", "%s %I", "select",
            String(repeating: "n", count: 63), String(repeating: "é", count: 31) + "x",
            "/* open", "a:b", "-- x",
        ]
    )
    func names(name: String) async throws {
        let quoted = SQLText.identifier(name)
        let plainRole = "r" + String(name.unicodeScalars.prefix(20))
        let role = SQLText.identifier(plainRole)
        let sql = """
            CREATE TABLE public.kept (id int);
            CREATE SCHEMA \(quoted);
            CREATE TABLE \(quoted).\(quoted) (\(quoted) bigint PRIMARY KEY, "value" text);
            CREATE TABLE public.ways (id bigint PRIMARY KEY, \(quoted) bigint);
            DO $do$ BEGIN
                IF NOT EXISTS (SELECT FROM pg_roles
                    WHERE rolname = \(SQLText.literal(plainRole)))
                THEN CREATE ROLE \(role); END IF;
            END $do$;
            GRANT USAGE ON SCHEMA \(quoted) TO \(role);
            GRANT SELECT ON \(quoted).\(quoted), public.ways TO \(role);
            """
        try await SchemaDatabase.with(SchemaDatabase.migrated, sql) { database in
            let table = TableName(schema: name, name)
            let family = Contracts.family(
                "odd",
                [.init(name: "n", type: .bigint)],
                read: "exists (select from \(table.sql) as t where t.\(quoted) = n) -- \(name)",
                roles: ["r" + String(name.unicodeScalars.prefix(20))],
                dependencies: [
                    MembershipDependency(
                        table: table,
                        key: [ColumnPath(name)],
                        at: Contracts.place(5)
                    )
                ],
                changes: [
                    FamilyChange(table: table, key: [ColumnPath(name)], at: Contracts.place(7)),
                    FamilyChange(
                        table: TableName("ways"),
                        key: [
                            ColumnPath(
                                name,
                                steps: [.init(table: table, match: name, take: name)]
                            )
                        ],
                        at: Contracts.place(8)
                    ),
                ]
            )
            let contract = TopicContract([family])
            let errors = try database.problems(contract).filter {
                $0.contains(" error: ") && !$0.contains("topics apply")
            }
            #expect(errors == [])
            try database.apply(contract)
            #expect(try database.apply(contract).isEmpty)
            try database.connection.execute(
                """
                INSERT INTO \(table.sql) VALUES (7, 'x');
                INSERT INTO public.ways VALUES (1, 7)
                """
            )
            let topics = """
                SELECT string_agg(topics::text, ' ') FROM realtime.changes WHERE topics <> '{}'
                """
            #expect(try database.value(topics) == "{odd:7} {odd:7}")
            let reader = "r" + String(name.unicodeScalars.prefix(20))
            let yes = try database.verdict(Self.person, "odd:7", role: reader)
            let no = try database.verdict(Self.person, "odd:8", role: reader)
            #expect(yes == "reads bp sends -" && no == "reads - sends -")
            try database.apply(TopicContract([]))
            #expect(try database.value("SELECT to_regclass('public.kept')") == "kept")
        }
    }

    @Test("Rules mean what they say, with comments, quotation marks and several lines")
    func texts() async throws {
        try await SchemaDatabase.with(SchemaDatabase.migrated) { database in
            let rules: [(sql: String, isOpen: Bool)] = [
                ("true -- or not", true), ("false or -- )\n true", true),
                ("/* false */ true", true),
                ("'$waypost$' = '$waypost$'", true), ("'a\n  b' = E'a\\n  b'", true),
                ("null", false), ("\"select\" = 1", true), ("(select true)", true),
                ("true) is null or (false", false), ("$$it's$$ = 'it''s'", true),
                ("case when \"select\" > 5 then true end", false),
            ]
            for (sql, isOpen) in rules {
                let family = Contracts.family(
                    "t",
                    [.init(name: "select", type: .bigint)],
                    read: sql
                )
                let contract = TopicContract([family])
                guard (try? database.apply(contract)) != nil else {
                    #expect(!isOpen, "\(sql)")
                    continue
                }
                let verdict = try database.verdict(Self.person, "t:1")
                #expect(verdict == (isOpen ? "reads bp sends -" : "reads - sends -"), "\(sql)")
                #expect(try database.apply(contract).isEmpty, "\(sql)")
            }
        }
    }

    @Test("Families whose names are long, or run into each other, keep their own rules")
    func families() async throws {
        try await SchemaDatabase.with(SchemaDatabase.migrated) { database in
            let long = String(repeating: "f", count: 70)
            let place = Contracts.place(3)
            func family(_ name: String, _ read: String, _ presence: String) -> TopicFamily {
                TopicFamily(
                    pattern: TopicPattern(
                        family: name,
                        parameters: [.init(name: "n", type: .bigint)]
                    ),
                    members: MemberRules(
                        read: RuleExpression(read, at: place),
                        write: nil,
                        presenceRead: RuleExpression(presence, at: place)
                    ),
                    at: place
                )
            }
            let contract = TopicContract([
                family("a", "n = 1", "n = 2"), family("a_presence", "n = 3", "n = 4"),
                family("a-b", "n = 5", "n = 6"), family("A", "n = 7", "n = 8"),
                family(long, "n = 9", "n = 10"), family(long + "x", "n = 11", "n = 12"),
            ])
            try database.apply(contract)
            #expect(try database.apply(contract).isEmpty)
            let names = ["a", "a_presence", "a-b", "A", long, long + "x"]
            for (index, name) in names.enumerated() {
                var open: [String] = []
                for number in 1...12 {
                    let verdict = try database.verdict(Self.person, "\(name):\(number)")
                    if verdict != "reads - sends -" { open.append("\(number) \(verdict)") }
                }
                #expect(
                    open == [
                        "\(2 * index + 1) reads b sends -", "\(2 * index + 2) reads p sends -",
                    ],
                    "\(name)"
                )
            }
        }
    }

    @Test("A family of its own tables needs a file and nothing else")
    func notes() async throws {
        let sql = """
            CREATE SCHEMA app;
            CREATE TABLE app.notes (
                id uuid PRIMARY KEY, title text, secret text
            );
            CREATE TABLE app.note_lines (
                note uuid REFERENCES app.notes, place int, words text, PRIMARY KEY (note, place)
            );
            CREATE TABLE app.readers (note uuid, person uuid, PRIMARY KEY (note, person));
            GRANT USAGE ON SCHEMA app TO authenticated;
            GRANT SELECT (id, title) ON app.notes TO authenticated;
            GRANT SELECT ON app.note_lines, app.readers TO authenticated;
            """
        let file = """
            topic: notes:{note_id}
            parameters: { note_id: uuid }
            members:
              read: |
                exists (
                  select from app.readers as r
                  where r.note = note_id and r.person = auth.uid()
                )
              depends_on:
                - { table: app.readers, key: note, member: person }
            changes:
              - { table: app.notes, key: id, columns: { only: [id, title] } }
              - { table: app.note_lines, key: note }
            """
        try await SchemaDatabase.with(SchemaDatabase.migrated, sql) { database in
            let contract = try TopicFiles.contract(of: [
                TopicFileText(name: "notes.yaml", text: file)
            ])
            let found = try database.problems(contract).filter { !$0.contains("topics apply") }
            #expect(found == [])
            try database.apply(contract)
            let note = "0A000000-0000-4000-8000-00000000000B"
            try database.connection.execute(
                """
                INSERT INTO app.notes VALUES ('\(note)', 'Packing', 'hush');
                INSERT INTO app.note_lines VALUES ('\(note)', 1, 'socks');
                INSERT INTO app.readers VALUES ('\(note)', '\(Self.person)')
                """
            )
            let rows = try database.connection.query(
                """
                SELECT topics[1] || ' ' || (new ->> 'title') FROM realtime.changes
                WHERE table_name = 'notes'
                UNION ALL
                SELECT topics[1] || ' ' || (new ->> 'words') FROM realtime.changes
                WHERE table_name = 'note_lines'
                UNION ALL
                SELECT 'secret' FROM realtime.changes WHERE new ? 'secret'
                """
            )
            let topic = "notes:\(note.lowercased())"
            #expect(
                (0..<rows.count).map { rows[$0, 0] } == ["\(topic) Packing", "\(topic) socks"]
            )
            for name in [topic, "notes:\(note)"] {
                #expect(try database.verdict(Self.person, name) == "reads bp sends p")
            }
            let stranger = "5a2f0f9e-1111-4111-8111-000000000009"
            #expect(try database.verdict(stranger, topic) == "reads - sends -")
        }
    }
}

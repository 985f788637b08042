import Postgres
import TestSupport
import Testing
import Topics

@Suite struct ChangeRoutesTests {
    private let talk = DemonstrationDatabase.lisbonTalk

    /// A fresh table `moves` with its triggers: `a`, `b`, `c` name topics, `shown` is a condition.
    private func database(_ routes: [TopicRoute]) async throws -> DemonstrationDatabase {
        let database = try await DemonstrationDatabase.make()
        try database.connection.execute(
            """
            create table public.moves
                (id int primary key, a bigint, b uuid, c text, shown boolean default true, n int)
            """
        )
        let definition = ChangeDefinition(table: TableName("moves"), routes: routes)
        try database.connection.execute(ChangeTriggerPlan(definition, secretTables: []).sql)
        return database
    }

    /// Operation, topics, and whether the row is published or has moved.
    private func told(_ sql: String, on database: DemonstrationDatabase) throws -> [String] {
        _ = try database.changes(of: sql)
        return try database.column(
            """
            select operation || ' ' || array_to_string(topics, ',')
                || case when published then ' published' else '' end
                || case when moved then ' moved' else '' end
            from realtime.changes order by seq, operation
            """
        )
    }

    @Test("A row that goes to another topic of the family has moved; one that only goes has not")
    func moved() async throws {
        let database = try await database([
            TopicRoute(family: "trip", column: "a"), TopicRoute(family: "note", column: "c"),
        ])
        let told = try told(
            """
            insert into public.moves (id, a, c) values (1, 1, 'x');
            update public.moves set a = 2;
            update public.moves set a = null;
            update public.moves set a = 3, c = null;
            update public.moves set a = 4, c = 'y';
            delete from public.moves
            """,
            on: database
        )
        #expect(
            told == [
                "INSERT trip:1,note:x published",
                "DELETE trip:1 moved", "UPDATE note:x published", "INSERT trip:2",
                "DELETE trip:2", "UPDATE note:x published",
                "DELETE note:x", "UPDATE  published", "INSERT trip:3",
                "DELETE trip:3 moved", "UPDATE  published", "INSERT note:y,trip:4",
                "DELETE trip:4,note:y published",
            ]
        )
    }

    @Test("A row that ceases to fulfil a family's condition has not moved, wherever it is")
    func hidden() async throws {
        let database = try await database([
            TopicRoute(family: "trip", keys: [ColumnPath("a")], condition: "shown -- really"),
            TopicRoute(family: "note", keys: [ColumnPath("c")]),
        ])
        let told = try told(
            """
            insert into public.moves (id, a, c, shown) values (1, 1, 'x', null);
            update public.moves set n = 1;
            update public.moves set shown = true;
            update public.moves set a = 2, shown = false;
            update public.moves set a = 3
            """,
            on: database
        )
        #expect(
            told == [
                "INSERT note:x published", "UPDATE note:x published",
                "UPDATE note:x published", "INSERT trip:1",
                "DELETE trip:1", "UPDATE note:x published",
                "UPDATE note:x published",
            ]
        )
    }

    @Test("A family is told of its own operations alone")
    func operations() async throws {
        let database = try await database([
            TopicRoute(family: "trip", keys: [ColumnPath("a")], operations: [.insert]),
            TopicRoute(family: "note", keys: [ColumnPath("c")], operations: [.update, .delete]),
            TopicRoute(family: "all", keys: [ColumnPath("b")]),
        ])
        let id = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
        let told = try told(
            """
            insert into public.moves (id, a, b, c) values (1, 1, upper('\(id)')::uuid, 'x');
            update public.moves set n = 1;
            update public.moves set a = 2, c = 'y';
            delete from public.moves
            """,
            on: database
        )
        #expect(
            told == [
                "INSERT trip:1,all:\(id) published", "UPDATE note:x,all:\(id) published",
                "DELETE note:x moved", "UPDATE all:\(id) published", "INSERT trip:2",
                "DELETE note:y,all:\(id) published",
            ]
        )
    }

    @Test("Several parameters make one name; a path may stand for each of them")
    func severalParameters() async throws {
        let step = TopicRoute.Step(table: TableName("chat_sessions"), match: "id", take: "trip_id")
        let database = try await database([
            TopicRoute(family: "pair", keys: [ColumnPath("a"), ColumnPath("b")]),
            TopicRoute(family: "far", keys: [ColumnPath("b", steps: [step]), ColumnPath("c")]),
        ])
        let told = try told(
            """
            insert into public.moves (id, a, b, c) values (1, 5, '\(talk)', 'x'),
                (2, null, '\(talk)', 'x'), (3, 5, null, 'x'), (4, -5, gen_random_uuid(), 'x');
            update public.moves set c = 'y' where id = 1
            """,
            on: database
        )
        #expect(told[0] == "INSERT pair:5:\(talk),far:1:x published")
        #expect(told[1...2] == ["INSERT far:1:x published", "INSERT  published"])
        #expect(told[3].hasPrefix("INSERT pair:-5:"))
        #expect(
            told[4...] == [
                "DELETE far:1:x moved", "UPDATE pair:5:\(talk) published", "INSERT far:1:y",
            ]
        )
    }

    @Test("A text that cannot be a part of a name is no topic")
    func texts() async throws {
        let database = try await database([
            TopicRoute(family: "note", keys: [ColumnPath("c")]),
            TopicRoute(family: "pair", keys: [ColumnPath("c"), ColumnPath("a")]),
        ])
        let told = try told(
            """
            insert into public.moves (id, a, c) values (1, 1, 'a:b'), (2, 1, repeat('x', 2000)),
                (3, 1, '"{,'' \\')
            """,
            on: database
        )
        #expect(
            told == [
                "INSERT  published", "INSERT  published",
                #"INSERT note:"{,' \,pair:"{,' \:1 published"#,
            ]
        )
    }

    @Test("Topic files of one table are put together, and apply again without harm")
    func contract() async throws {
        let place = SourcePlace(file: "test.yaml", line: 1)
        func family(_ name: String, key: String, columns: FamilyColumns) -> TopicFamily {
            TopicFamily(
                pattern: TopicPattern(
                    family: name,
                    parameters: [TopicPattern.Parameter(name: "id", type: .bigint)]
                ),
                members: MemberRules(read: RuleExpression("true", at: place), write: nil),
                changes: [
                    FamilyChange(
                        table: TableName("moves"),
                        key: [ColumnPath(key)],
                        columns: columns,
                        condition: RuleExpression("shown", at: place),
                        at: place
                    )
                ],
                at: place
            )
        }
        let database = try await database([TopicRoute(family: "old", column: "a")])
        let contract = TopicContract([
            family("one", key: "a", columns: .same(.only(["n"]))),
            family("two", key: "c", columns: .byClass(["x": .only(["a"]), "y": .only(["shown"])])),
        ])
        for _ in 0..<2 {
            let sql = try ChangeTriggerPlan.sql(for: contract.changeDefinitions(), secretTables: [])
            try database.connection.execute(sql)
        }
        _ = try database.changes(
            of: "insert into public.moves (id, a, c, n) values (1, 2, 'x', 3);"
                + "insert into public.moves (id, a, c, shown) values (2, 2, 'x', false)"
        )
        let rows = try database.column("select topics || array[new::text] from realtime.changes")
        #expect(rows == [#"{one:2,two:x,"{\"a\": 2, \"n\": 3, \"id\": 1, \"shown\": true}"}"#])
    }
}

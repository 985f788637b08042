import Postgres
import TestSupport
import Testing
import Topics

@Suite struct ConcernRowsTests {
    private let ana = DemonstrationDatabase.Person.ana.rawValue
    private let ben = DemonstrationDatabase.Person.ben.rawValue
    private let cleo = DemonstrationDatabase.Person.cleo.rawValue
    private let lisbonTalk = DemonstrationDatabase.lisbonTalk

    private static let trips = ChangeDefinition(
        table: TableName("trips"),
        routes: [],
        concerns: [
            ConcernRoute(
                family: "trip",
                keys: [ColumnPath("id")],
                columns: ["user_id"],
                endsTopic: true
            )
        ]
    )
    private static let collaborators = ChangeDefinition(
        table: TableName("trip_collaborators"),
        routes: [],
        concerns: [
            ConcernRoute(family: "trip", keys: [ColumnPath("trip_id")], member: "user_id"),
            ConcernRoute(
                family: "session",
                keys: [
                    ColumnPath(
                        "trip_id",
                        steps: [
                            TopicRoute.Step(
                                table: TableName("chat_sessions"),
                                match: "trip_id",
                                take: "id"
                            )
                        ]
                    )
                ],
                member: "user_id",
                columns: []
            ),
        ]
    )
    private static let sessions = ChangeDefinition(
        table: TableName("chat_sessions"),
        routes: [],
        concerns: [
            ConcernRoute(
                family: "session",
                keys: [ColumnPath("id")],
                columns: ["user_id", "trip_id"],
                endsTopic: true
            )
        ]
    )

    /// The demonstration, and triggers that note concerns.
    private func database(
        _ definitions: [ChangeDefinition] = [trips, collaborators, sessions]
    ) async throws -> DemonstrationDatabase {
        let database = try await DemonstrationDatabase.makeWithoutTopics()
        for _ in 0..<2 {
            try database.connection.execute(
                ChangeTriggerPlan.sql(for: definitions, secretTables: [])
            )
        }
        return database
    }

    @Test("What changes no membership concerns nobody and makes no row")
    func nobody() async throws {
        let database = try await database()
        let concerns = try database.concerns(
            of: """
                update public.trips set name = name || '!', budget = 7;
                update public.trip_collaborators set role = role;
                update public.chat_sessions set title = 'x';
                update public.trips set user_id = user_id;
                delete from public.trip_collaborators where false;
                insert into public.trip_collaborators (trip_id, user_id) select 1, '\(cleo)'
                    where false
                """
        )
        #expect(concerns == [])
        #expect(
            try database.column("select 1 from realtime.changes where topics = '{}'") == []
        )
    }

    @Test("Each operation concerns the topics and members of its old and new rows")
    func operations() async throws {
        let database = try await database()
        try database.connection.execute("delete from public.trip_collaborators where trip_id = 2")
        let concerns = try database.concerns(
            of: """
                insert into public.trip_collaborators (trip_id, user_id) values (2, '\(cleo)');
                update public.trip_collaborators set role = 'editor'
                    where trip_id = 2 and user_id = '\(cleo)';
                update public.trip_collaborators set trip_id = 1
                    where trip_id = 2 and user_id = '\(cleo)';
                delete from public.trip_collaborators where user_id = '\(cleo)'
                """
        )
        let talks = try database.column(
            "select id from public.chat_sessions where trip_id = 2 order by 1"
        )
        let (one, two) = ("trip:1 \(cleo) -", "trip:2 \(cleo) -")
        let ofOne = ["session:\(lisbonTalk) \(cleo) -"]
        let ofTwo = talks.map { "session:\($0) \(cleo) -" }
        #expect(
            concerns
                == [
                    (ofTwo + [two]).sorted(), [two], (ofOne + ofTwo + [one, two]).sorted(),
                    (ofOne + [one]).sorted(),
                ].map { $0.joined(separator: ", ") }
        )
    }

    @Test("A deleted trip ends its topic; its collaborators are concerned, too")
    func ownRow() async throws {
        let database = try await database([Self.trips, Self.collaborators])
        let concerns = try database.concerns(of: "delete from public.trips where id = 1")
        #expect(concerns.contains("trip:1 - end"))
        #expect(concerns.contains { $0.contains("trip:1 \(ben) -") })
        #expect(
            try database.column(
                """
                select 1 from realtime.changes where concerns is not null
                    and (published or topics <> '{}' or old is not null or new is not null)
                """
            ) == []
        )
    }

    @Test("A trip with another owner concerns everybody on it; one with another key, both topics")
    func ownersAndKeys() async throws {
        let database = try await database([Self.trips])
        try database.connection.execute("delete from public.trips where id <> 1")
        let concerns = try database.concerns(
            of: """
                update public.trips set user_id = '\(cleo)' where id = 1;
                delete from public.trip_collaborators; delete from public.chat_sessions;
                delete from public.file_attachments; delete from public.itinerary_items;
                delete from public.trip_notes; delete from public.bookings;
                delete from public.saved_options; delete from public.flights;
                delete from public.accommodations; delete from public.transportation;
                update public.trips set id = 77 where id = 1
                """
        )
        #expect(concerns == ["trip:1 - -", "trip:1 - -, trip:77 - -"])
    }

    @Test("A session that moves to another trip concerns its members")
    func movedSession() async throws {
        let database = try await database([Self.sessions])
        let concerns = try database.concerns(
            of: """
                update public.chat_sessions set trip_id = 2 where id = '\(lisbonTalk)';
                update public.chat_sessions set trip_id = null where id = '\(lisbonTalk)';
                delete from public.chat_sessions where id = '\(lisbonTalk)'
                """
        )
        let talk = "session:\(lisbonTalk) -"
        #expect(concerns == ["\(talk) -", "\(talk) -", "\(talk) end"])
    }

    @Test("TRUNCATE concerns everybody of the families")
    func truncate() async throws {
        let database = try await database([Self.collaborators])
        let concerns = try database.concerns(of: "truncate public.trip_collaborators")
        #expect(concerns == ["session:* - -, trip:* - -"])
    }

    @Test("Without a key the member is concerned wherever he is; without a member, all are")
    func families() async throws {
        let users = ChangeDefinition(
            table: TableName(schema: "auth", "users"),
            routes: [],
            concerns: [
                ConcernRoute(family: "trip", keys: nil, member: "id", columns: []),
                ConcernRoute(family: "session", keys: nil, columns: ["email"]),
                ConcernRoute(family: "user", keys: [ColumnPath("id")], endsTopic: true),
            ]
        )
        let database = try await database([users])
        let concerns = try database.concerns(
            of: """
                update auth.users set email = 'new@example.com' where id = '\(cleo)';
                update auth.users set created_at = now() - interval '1 day' where id = '\(cleo)';
                delete from auth.users where id = '\(cleo)'
                """
        )
        let user = "user:\(cleo)"
        #expect(
            concerns == [
                "session:* - -, \(user) - -", "\(user) - -",
                "session:* - -, trip:* \(cleo) -, \(user) - end",
            ]
        )
    }

    @Test("Some thousand rows of a statement are one row that names topics, members or the family")
    func bulk() async throws {
        let database = try await database([])
        try database.connection.execute(
            "create table public.held (id int primary key, place int, person text, note text)"
        )
        let definition = ChangeDefinition(
            table: TableName("held"),
            routes: [],
            concerns: [
                ConcernRoute(
                    family: "place",
                    keys: [ColumnPath("place")],
                    member: "person",
                    columns: []
                )
            ]
        )
        try database.connection.execute(ChangeTriggerPlan(definition, secretTables: []).sql)
        let concerns = try database.concerns(
            of: """
                insert into public.held select n, 7, 'p' || n from generate_series(1, 3000) as n;
                delete from public.held;
                insert into public.held select n, n, 'p' from generate_series(1, 3000) as n;
                delete from public.held;
                insert into public.held select n, n, 'p' || n from generate_series(1, 3000) as n;
                update public.held set place = place + 10000, person = 'q';
                delete from public.held where id <= 2;
                delete from public.held where id <= 1002
                """
        )
        #expect(
            concerns.map { $0.prefix(60) } == [
                "place:7 - -", "place:7 - -", "place:* p -", "place:* p -", "place:* - -",
                "place:* - -", "place:10001 q -, place:10002 q -",
                "place:10003 q -, place:10004 q -, place:10005 q -, place:100",
            ]
        )
    }

    @Test("A path to very many topics concerns the member everywhere")
    func manyTopics() async throws {
        let database = try await database([Self.collaborators])
        try database.connection.execute(
            """
            insert into public.chat_sessions (user_id, trip_id)
            select '\(ana)', 1 from generate_series(1, 1500)
            """
        )
        let concerns = try database.concerns(
            of: "delete from public.trip_collaborators where trip_id = 1 and user_id = '\(ben)'"
        )
        #expect(concerns == ["session:* \(ben) -, trip:1 \(ben) -"])
    }

    @Test("Values are no names of their own: nothing, colons and length are no part of a topic")
    func hostileValues() async throws {
        let database = try await database([])
        let table = TableName(schema: "o\"dd", "m'e\\mbers $waypost$")
        let columns = ["k\"1'\\", "k 2", "select", "w;--"]
        let list = columns.map(SQLText.identifier)
        try database.connection.execute(
            """
            create schema \(SQLText.identifier(table.schema));
            create table \(table.sql) (\(list[0]) text, \(list[1]) uuid, \(list[2]) text,
                \(list[3]) json, r text, c text, s text)
            """
        )
        let definition = ChangeDefinition(
            table: table,
            key: [],
            columns: .only([]),
            routes: [],
            concerns: [
                ConcernRoute(
                    family: "it's\\",
                    keys: [ColumnPath(columns[0]), ColumnPath(columns[1])],
                    member: columns[2],
                    columns: [columns[3], "r"]
                )
            ]
        )
        try database.connection.execute(ChangeTriggerPlan(definition, secretTables: []).sql)
        let id = "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"
        let concerns = try database.concerns(
            of: """
                insert into \(table.sql) values ('a:b', '\(id)', 'x'), (null, '\(id)', 'x'),
                    (repeat('a', 2000), '\(id)', 'x'), ('a', null, 'x');
                insert into \(table.sql) values ('{"a",\\b', '\(id)', '", end');
                update \(table.sql) set \(list[3]) = '{"a": 1}' where \(list[2]) = '", end';
                update \(table.sql) set c = 'x', s = 'y' where \(list[2]) = '", end';
                update \(table.sql) set \(list[2]) = repeat('m', 300) where \(list[2]) = '", end';
                update \(table.sql) set \(list[2]) = null where \(list[2]) like 'mm%'
                """
        )
        let topic = #"it's\:{"a",\b:a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"#
        #expect(
            concerns == [
                #"\#(topic) ", end -"#, #"\#(topic) ", end -"#,
                #"\#(topic) ", end -, \#(topic) - -"#,
            ]
        )
    }

    @Test("Whoever may change a row need not be allowed to follow a path, or to write concerns")
    func rights() async throws {
        let database = try await database()
        try database.connection.execute(
            """
            begin; truncate realtime.changes;
            select set_config('request.jwt.claims', '{"sub": "\(ana)"}', true);
            set local role authenticated;
            delete from public.trip_collaborators where trip_id = 1;
            commit
            """
        )
        let noted = try database.column(
            "select array_to_string(concerns, ' ') from realtime.changes where concerns is not null"
        )
        #expect(noted.count == 1 && noted[0].contains("session:\(lisbonTalk) \(ben)"))
        let callable = try database.column(
            """
            select p.proname from pg_proc p, (values ('anon'), ('authenticated')) as r (role)
            where p.pronamespace = 'realtime'::regnamespace and p.proname ~ '^concern'
                and has_function_privilege(r.role, p.oid, 'execute')
            """
        )
        #expect(callable == [])
    }

    @Test("With session_replication_role = replica nothing is noted, as of any trigger")
    func replicas() async throws {
        let database = try await database()
        let concerns = try database.concerns(
            of: """
                set session_replication_role = replica;
                delete from public.trip_collaborators;
                set session_replication_role = origin
                """
        )
        #expect(concerns == [])
    }

    @Test("Where an error is only a warning, everybody is concerned whom it may be about")
    func lenient() async throws {
        let database = try await database([Self.collaborators])
        try database.connection.execute("drop table public.chat_sessions cascade")
        #expect(throws: PostgresError.self) {
            try database.connection.execute("delete from public.trip_collaborators")
        }
        let concerns = try database.concerns(
            of: "set realtime.on_error = 'warn'; delete from public.trip_collaborators"
        )
        #expect(concerns == ["session:* - -, trip:* - -"])
    }
}

extension DemonstrationDatabase {
    /// Runs statements, and returns whom each row of the outbox concerns, in order.
    func concerns(of sql: String) throws -> [String] {
        _ = try changes(of: sql)
        return try column(
            """
            select (
                select string_agg(coalesce(nullif(concerns[i], ''), '-') || ' '
                    || coalesce(nullif(concerns[i + 1], ''), '-') || ' '
                    || coalesce(nullif(concerns[i + 2], ''), '-'), ', '
                    order by concerns[i] collate "C", concerns[i + 1] collate "C" desc)
                from generate_series(1, cardinality(concerns), 3) as i
            )
            from realtime.changes where concerns is not null order by seq
            """
        )
    }
}

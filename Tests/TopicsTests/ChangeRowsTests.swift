import Postgres
import TestSupport
import Testing
import Topics

@Suite struct ChangeRowsTests {
    private let ana = DemonstrationDatabase.Person.ana.rawValue
    private let ben = DemonstrationDatabase.Person.ben.rawValue
    private let cleo = DemonstrationDatabase.Person.cleo.rawValue
    private let talk = DemonstrationDatabase.lisbonTalk

    @Test("A statement without rows writes nothing and rings nobody")
    func nothing() async throws {
        let database = try await DemonstrationDatabase.make()
        try countRings(database)
        let changes = try database.changes(
            of: """
                update public.flights set price = 1 where id = 99;
                delete from public.flights where id = 99;
                insert into public.flights (trip_id, origin, destination, departure_time,
                    arrival_time) select 1, 'A', 'B', now(), now() where false
                """
        )
        #expect(changes == [])
        #expect(try rings(database) == 0)
    }

    @Test("An UPDATE that changes nothing that is sent is no change")
    func unchanged() async throws {
        let database = try await DemonstrationDatabase.make()
        try countRings(database)
        let changes = try database.changes(
            of: """
                update public.itinerary_items set title = title;
                update public.chat_tool_calls set result = '{"found": 3}', arguments = '{"q": 1}';
                update public.trips set name = name
                """
        )
        #expect(changes == [])
        #expect(try rings(database) == 0)
    }

    @Test("INSERT, UPDATE and DELETE carry the row as it was and as it is")
    func operations() async throws {
        let database = try await DemonstrationDatabase.make()
        let changes = try database.changes(
            of: """
                insert into public.trip_notes (id, trip_id, content) values (7, 1, 'a');
                update public.trip_notes set content = 'b' where id = 7;
                delete from public.trip_notes where id = 7
                """
        )
        #expect(
            changes == [
                #"INSERT trip_notes {"id": 7} trip:1"#,
                #"UPDATE trip_notes {"id": 7} trip:1"#,
                #"DELETE trip_notes {"id": 7} trip:1"#,
            ]
        )
        let contents = try database.column(
            """
            select concat_ws('>', coalesce(old ->> 'content', '-'),
                coalesce(new ->> 'content', '-')) from realtime.changes order by seq
            """
        )
        #expect(contents == ["->a", "a>b", "b>-"])
        #expect(
            try database.column("select distinct table_schema from realtime.changes") == ["public"]
        )
    }

    @Test("A bulk statement writes a row for each change and rings once")
    func bulk() async throws {
        let database = try await DemonstrationDatabase.make()
        try countRings(database)
        let changes = try database.changes(
            of: """
                insert into public.itinerary_items (id, trip_id, day_number, title)
                select 1000 + n, 1 + n % 3, n, 'stop ' || n from generate_series(1, 500) as n
                """
        )
        #expect(changes.count == 500)
        #expect(changes.first == #"INSERT itinerary_items {"id": 1001} trip:2"#)
        #expect(try rings(database) == 1)
        let updates = try database.changes(
            of: "update public.itinerary_items set day_number = day_number + 1 where id > 1000"
        )
        #expect(updates.count == 500)
        #expect(updates.allSatisfy { $0.hasPrefix("UPDATE") })
        #expect(try rings(database) == 2)
        let upserts = try database.changes(
            of: """
                insert into public.itinerary_items (id, trip_id, day_number, title)
                values (1001, 2, 9, 'again'), (2000, 3, 1, 'new')
                on conflict (id) do update set day_number = excluded.day_number
                """
        )
        #expect(
            Set(upserts) == [
                #"UPDATE itinerary_items {"id": 1001} trip:2"#,
                #"INSERT itinerary_items {"id": 2000} trip:3"#,
            ]
        )
    }

    @Test("A moved row is deleted where it was and inserted where it is")
    func moved() async throws {
        let database = try await DemonstrationDatabase.make()
        let changes = try database.changes(
            of: "update public.itinerary_items set trip_id = 3, title = 'later' where id = 1"
        )
        #expect(
            changes == [
                #"DELETE itinerary_items {"id": 1} trip:1"#,
                #"UPDATE itinerary_items {"id": 1} "#,
                #"INSERT itinerary_items {"id": 1} trip:3"#,
            ]
        )
        let published = try database.column(
            "select operation from realtime.changes where published"
        )
        #expect(published == ["UPDATE"])
        let seen = try database.column(
            """
            select coalesce(old ->> 'title', '-') || '>' || coalesce(new ->> 'title', '-')
            from realtime.changes order by seq
            """
        )
        #expect(
            seen == ["Tram 28 from end to end>-", "Tram 28 from end to end>later", "->later"]
        )
    }

    @Test("A row of two topics that leaves one is updated in the other")
    func movedPartly() async throws {
        let database = try await DemonstrationDatabase.make()
        let file = "f0000000-0000-4000-8000-000000000001"
        try database.connection.execute(
            """
            insert into public.file_attachments
                (id, user_id, trip_id, filename, file_path, mime_type, file_size)
            values ('\(file)', '\(ana)', 1, 'map.pdf', '/secret/map', 'application/pdf', 9)
            """
        )
        let changes = try database.changes(of: "update public.file_attachments set trip_id = null")
        #expect(
            changes == [
                #"DELETE file_attachments {"id": "\#(file)"} trip:1"#,
                #"UPDATE file_attachments {"id": "\#(file)"} user:\#(ana)"#,
            ]
        )
        let handedOver = try database.changes(
            of: "update public.trip_collaborators set user_id = '\(cleo)' where user_id = '\(ben)'"
        )
        #expect(
            handedOver == [
                #"DELETE trip_collaborators {"id": 1} user:\#(ben)"#,
                #"UPDATE trip_collaborators {"id": 1} trip:1"#,
                #"INSERT trip_collaborators {"id": 1} user:\#(cleo)"#,
            ]
        )
    }

    @Test("A changed key is a DELETE and an INSERT, and keys that swap rows are UPDATEs")
    func changedKey() async throws {
        let database = try await DemonstrationDatabase.make()
        let changes = try database.changes(
            of: "update public.itinerary_items set id = 77 where id = 1"
        )
        #expect(
            Set(changes) == [
                #"DELETE itinerary_items {"id": 1} trip:1"#,
                #"INSERT itinerary_items {"id": 77} trip:1"#,
            ]
        )
        try database.connection.execute(
            """
            create table public.pairs (a int, b text, trip_id int, note text,
                primary key (a, b) deferrable);
            insert into public.pairs values (1, 'x', 1, 'one'), (2, 'x', 1, 'two')
            """
        )
        let definition = ChangeDefinition(
            table: TableName("pairs"),
            key: ["a", "b"],
            routes: [TopicRoute(family: "trip", column: "trip_id")]
        )
        try database.connection.execute(ChangeTriggerPlan(definition, secretTables: []).sql)
        let swapped = try database.changes(of: "update public.pairs set a = 3 - a")
        #expect(
            Set(swapped) == [
                #"UPDATE pairs {"a": 1, "b": "x"} trip:1"#,
                #"UPDATE pairs {"a": 2, "b": "x"} trip:1"#,
            ]
        )
    }

    @Test("A deleted trip takes everything with it, each to its topics")
    func cascade() async throws {
        let database = try await DemonstrationDatabase.make()
        let changes = try database.changes(of: "delete from public.trips where id = 1")
        #expect(
            Set(changes) == [
                #"DELETE trips {"id": 1} trip:1"#,
                #"DELETE trip_collaborators {"id": 1} trip:1,user:\#(ben)"#,
                #"DELETE flights {"id": 1} trip:1"#,
                #"DELETE accommodations {"id": 1} trip:1"#,
                #"DELETE itinerary_items {"id": 1} trip:1"#,
                #"DELETE itinerary_items {"id": 2} trip:1"#,
                #"UPDATE chat_sessions {"id": "\#(talk)"} session:\#(talk),user:\#(ana)"#,
            ]
        )
        let numbers = try database.column("select count(distinct xid) from realtime.changes")
        #expect(numbers == ["1"])
    }

    @Test("To topics, rows on a path go silently with their ancestor, whose DELETE is told")
    func cascadeOnPath() async throws {
        let database = try await DemonstrationDatabase.make()
        let changes = try database.changes(of: "delete from public.chat_messages where id = 1")
        #expect(
            changes == [
                #"DELETE chat_messages {"id": 1} session:\#(talk)"#,
                #"DELETE chat_tool_calls {"id": 1} "#,
            ]
        )
    }

    @Test("A message is told when it is final, and not a word of it before")
    func finalMessages() async throws {
        let database = try await DemonstrationDatabase.make()
        let write = """
            insert into public.chat_messages (id, session_id, role, content, is_final)
            values (50, '\(talk)', 'assistant', 'half', false);
            update public.chat_messages set content = 'half a sen' where id = 50
            """
        let drafts = try database.changes(of: write)
        #expect(drafts.allSatisfy { $0.hasPrefix("UPDATE chat_sessions") })
        let final = try database.changes(
            of: """
                update public.chat_messages set content = 'whole', is_final = true where id = 50
                """
        )
        #expect(final == [#"INSERT chat_messages {"id": 50} session:\#(talk)"#])
        #expect(
            try database.column(
                "select new ->> 'content' || ' ' || (old is null)::text "
                    + "from realtime.changes"
            ) == ["whole true"]
        )
        let edited = try database.changes(
            of: "update public.chat_messages set content = 'better' where id = 50"
        )
        #expect(edited == [#"UPDATE chat_messages {"id": 50} session:\#(talk)"#])
        let reopened = try database.changes(
            of: "update public.chat_messages set content = 'x', is_final = false where id = 50"
        )
        #expect(reopened == [#"DELETE chat_messages {"id": 50} session:\#(talk)"#])
        #expect(try database.changes(of: "delete from public.chat_messages where id = 50") == [])
    }

    @Test("A tool call finds its session, and keeps arguments and result to itself")
    func path() async throws {
        let database = try await DemonstrationDatabase.make()
        let changes = try database.changes(
            of: """
                insert into public.chat_tool_calls (id, message_id, tool_name, arguments, result)
                values (9, 1, 'book', '{"card": "4111"}', '{"code": "hush"}');
                update public.chat_tool_calls set status = 'running' where id = 9;
                update public.chat_tool_calls set message_id = 3 where id = 9
                """
        )
        let other = DemonstrationDatabase.cleoTalk
        #expect(
            changes == [
                #"INSERT chat_tool_calls {"id": 9} session:\#(talk)"#,
                #"UPDATE chat_tool_calls {"id": 9} session:\#(talk)"#,
                #"DELETE chat_tool_calls {"id": 9} session:\#(talk)"#,
                #"UPDATE chat_tool_calls {"id": 9} "#,
                #"INSERT chat_tool_calls {"id": 9} session:\#(other)"#,
            ]
        )
        let leaks = try database.column(
            "select 1 from realtime.changes as c where c::text ~ '4111|hush|arguments|result'"
        )
        #expect(leaks == [])
    }

    @Test("Secret columns are never copied")
    func secrets() async throws {
        let database = try await DemonstrationDatabase.make()
        let changes = try database.changes(
            of: """
                insert into public.memories (user_id, content, embedding)
                values ('\(ana)', 'likes tiles', '{0.4242}');
                update public.memories set content = 'likes trams', embedding = '{0.4243}';
                update public.memories set embedding = '{0.4244}', updated_at = updated_at;
                insert into public.file_attachments
                    (user_id, filename, file_path, mime_type, file_size)
                values ('\(ana)', 'a.pdf', '/secret/0.4242', 'application/pdf', 1);
                delete from public.file_attachments;
                insert into public.api_keys (user_id, service, encrypted_key)
                values ('\(ana)', 'maps', '0.4242')
                """
        )
        #expect(changes.contains { $0.hasPrefix("INSERT memories") })
        #expect(changes.contains { $0.hasPrefix("DELETE file_attachments") })
        #expect(!changes.contains { $0.contains("api_keys") })
        let leaks = try database.column(
            "select 1 from realtime.changes as c where c::text ~ '0\\.42|embedding|file_path'"
        )
        #expect(leaks == [])
    }

    @Test("Values are spelt the same whatever the writer's session prefers")
    func spelling() async throws {
        let database = try await DemonstrationDatabase.make()
        try database.connection.execute(
            """
            set timezone = 'Asia/Kolkata'; set datestyle = 'German'; set bytea_output = 'escape';
            set intervalstyle = 'iso_8601'; set extra_float_digits = 0;
            create table public.spelt
                (id int primary key, at timestamptz, span interval, bytes bytea, number float8,
                days daterange);
            """
        )
        let definition = ChangeDefinition(table: TableName("spelt"), routes: [])
        try database.connection.execute(
            ChangeTriggerPlan(definition, secretTables: [], isPublished: true).sql
        )
        _ = try database.changes(
            of: """
                insert into public.spelt values (1, '2026-01-02 03:04:05.5Z', '26 hours',
                    '\\x00ff', 0.1::float8 + 0.2::float8, '[2026-01-02,2026-01-05)')
                """
        )
        let rows = try database.column("select new::text from realtime.changes where published")
        #expect(
            rows == [
                #"{"at": "2026-01-02T03:04:05.5+00:00", "id": 1, "days": "[2026-01-02,2026-01-05)", "#
                    + #""span": "26:00:00", "bytes": "\\x00ff", "number": 0.30000000000000004}"#
            ]
        )
    }

    @Test("A table that only the publication asks for is noted without topics, and no TRUNCATE")
    func publishedOnly() async throws {
        let database = try await DemonstrationDatabase.make()
        try database.connection.execute(
            "create table public.plain (id int primary key, n int, secret text);"
                + "create table public.keyless (n int)"
        )
        for definition in [
            ChangeDefinition(table: TableName("plain"), columns: .only(["id", "n"]), routes: []),
            ChangeDefinition(table: TableName("keyless"), key: [], routes: []),
        ] {
            let plan = try ChangeTriggerPlan(definition, secretTables: [], isPublished: true)
            try database.connection.execute(plan.sql)
        }
        let changes = try database.changes(
            of: """
                insert into public.plain values (1, 1, 'hush'); update public.plain set n = 2;
                update public.plain set secret = 'hushed'; update public.plain set id = 3;
                delete from public.plain; truncate public.plain;
                insert into public.keyless values (1); update public.keyless set n = 2
                """
        )
        #expect(
            changes == [
                #"INSERT plain {"id": 1} "#, #"UPDATE plain {"id": 1} "#,
                #"DELETE plain {"id": 1} "#, #"INSERT plain {"id": 3} "#,
                #"DELETE plain {"id": 3} "#, "INSERT keyless - ", "UPDATE keyless - ",
            ]
        )
        #expect(
            try database.column(
                "select 1 from realtime.changes as c where c::text ~ 'hush' or not published"
            ) == []
        )
    }

    @Test("TRUNCATE is noted for the table and its families of topics, without rows")
    func truncate() async throws {
        let database = try await DemonstrationDatabase.make()
        try countRings(database)
        let changes = try database.changes(of: "truncate public.chat_tool_calls")
        #expect(changes == ["TRUNCATE chat_tool_calls - session:*"])
        #expect(try rings(database) == 1)
    }

    @Test("Names and conditions are taken literally, however they are spelt")
    func hostileNames() async throws {
        let database = try await DemonstrationDatabase.make()
        let table = TableName(schema: "o\"dd $waypost$", "r'\\ow; --")
        let id = SQLText.identifier("k\"e'y\\")
        try database.connection.execute(
            """
            create schema \(SQLText.identifier(table.schema));
            create table \(table.sql) (\(id) text primary key, r int, tg_op text, "new" text)
            """
        )
        let definition = ChangeDefinition(
            table: table,
            key: ["k\"e'y\\"],
            columns: .except(["s'x"]),
            condition: "tg_op <> 'two\nlines' -- and no more",
            routes: [
                TopicRoute(family: "it's\\", column: "k\"e'y\\"),
                TopicRoute(family: "it's\\", column: "new"),
            ]
        )
        try database.connection.execute(ChangeTriggerPlan(definition, secretTables: []).sql)
        try database.connection.execute(ChangeTriggerPlan(definition, secretTables: []).sql)
        let changes = try database.changes(
            of: """
                insert into \(table.sql) values ('a', 1, 'two\nlines', 'b'), ('c', 2, 'one', 'c'),
                    ('d', 3, 'one', 'e'), ('f', 4, 'one', null);
                update \(table.sql) set r = 9 where \(id) = 'c'
                """
        )
        let key = #"{"k\"e'y\\": "#
        #expect(
            changes == [
                #"INSERT r'\ow; -- \#(key)"c"} it's\:c"#,
                #"INSERT r'\ow; -- \#(key)"d"} it's\:d,it's\:e"#,
                #"INSERT r'\ow; -- \#(key)"f"} it's\:f"#,
                #"UPDATE r'\ow; -- \#(key)"c"} it's\:c"#,
            ]
        )
    }

    private func countRings(_ database: DemonstrationDatabase) throws {
        try database.connection.execute(
            """
            create table public.rings (at timestamptz default clock_timestamp());
            create or replace function realtime.ring() returns void
            language sql security definer set search_path = '' as
            'insert into public.rings default values';
            alter function realtime.ring() owner to postgres;
            grant execute on function realtime.ring() to waypost
            """
        )
    }

    private func rings(_ database: DemonstrationDatabase) throws -> Int {
        Int(try database.column("select count(*) from public.rings")[0]) ?? -1
    }
}

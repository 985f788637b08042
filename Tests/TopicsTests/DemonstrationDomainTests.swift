import Postgres
import TestSupport
import Testing

/// The demonstration's tables: what they keep up, refuse and say by themselves.
@Suite struct DemonstrationDomainTests {
    private let ana = DemonstrationDatabase.Person.ana.rawValue
    private let ben = DemonstrationDatabase.Person.ben.rawValue
    private let talk = DemonstrationDatabase.lisbonTalk

    @Test("The files can be loaded twice, and what people changed stays")
    func twice() async throws {
        let database = try await DemonstrationDatabase.make()
        try database.connection.execute(
            "delete from public.trips where id = 2; update public.trips set name = 'x' where id = 1"
        )
        try DemonstrationScripts.runWithTopics(on: database.connection)
        #expect(
            try database.column("select name from public.trips order by id") == [
                "x", "Kyoto alone",
            ]
        )
    }

    @Test("A row that cannot be is refused")
    func checks() async throws {
        let database = try await DemonstrationDatabase.make()
        let statements = [
            "update public.trips set end_date = start_date - 1",
            "update public.trips set travelers = 0", "update public.trips set budget = 0",
            "update public.trips set status = 'lost'", "update public.trips set trip_type = 'x'",
            "update public.flights set arrival_time = departure_time",
            "update public.flights set price = -1",
            "update public.accommodations set check_out_date = check_in_date",
            "update public.accommodations set rating = 5.1",
            "update public.itinerary_items set day_number = 0",
            "update public.trip_collaborators set role = 'owner'",
            "insert into public.trip_collaborators (trip_id, user_id) "
                + "select trip_id, user_id from public.trip_collaborators",
            "update public.chat_messages set content = repeat('x', 32769)",
            "update public.chat_messages set role = 'tool'",
            "update public.chat_tool_calls set status = 'done'",
        ]
        for sql in statements {
            #expect(throws: PostgresError.self, "\(sql)") { try database.connection.execute(sql) }
        }
    }

    @Test("A new message is its session's activity, and old sessions end")
    func sessions() async throws {
        let database = try await DemonstrationDatabase.make()
        try database.connection.execute(
            """
            update public.chat_sessions set last_message_at = now() - interval '25 hours';
            insert into public.chat_messages (session_id, role, content) values ('\(talk)', 'user', 'x')
            """
        )
        #expect(try database.column("select public.expire_chat_sessions()") == ["2"])
        #expect(
            try database.column("select id from public.chat_sessions where is_active") == [talk]
        )
        #expect(try database.column("select public.expire_chat_sessions()") == ["0"])
    }

    @Test("updated_at follows real changes only")
    func updatedAt() async throws {
        let database = try await DemonstrationDatabase.make()
        let moved = "select updated_at > created_at from public.trips where id = 1"
        try database.connection.execute("update public.trips set name = name")
        #expect(try database.column(moved) == ["f"])
        try database.connection.execute("update public.trips set name = 'x'")
        #expect(try database.column(moved) == ["t"])
    }

    @Test("Activity is told to the trip, and nobody is told of a trip that is gone")
    func activity() async throws {
        let database = try await DemonstrationDatabase.make()
        try database.connection.execute(
            """
            truncate realtime.messages;
            insert into public.trip_collaborators (trip_id, user_id, role)
            values (3, '\(ben)', 'viewer');
            update public.trip_collaborators set role = 'admin' where trip_id = 3;
            delete from public.trip_collaborators where trip_id = 3;
            update public.trips set name = 'Kyoto' where id = 3;
            delete from public.trips where id = 1
            """
        )
        let told = try database.column(
            """
            select concat_ws(' ', topic, event, private, payload ->> 'kind')
            from realtime.messages order by seq
            """
        )
        #expect(
            told == [
                "trip:3 trip:activity t collaborator_invited",
                "trip:3 trip:activity t collaborator_role_updated",
                "trip:3 trip:activity t collaborator_removed",
                "trip:3 trip:activity t trip_updated",
            ]
        )
        let keys = try database.column(
            "select distinct k from realtime.messages, jsonb_object_keys(payload) as k order by k"
        )
        #expect(keys == ["at", "id", "kind", "message"])
    }

    @Test("Caches are told of trips, flights and accommodations")
    func caches() async throws {
        let database = try await DemonstrationDatabase.make()
        try database.connection.execute("listen cache_invalidation")
        try database.connection.execute("delete from public.flights where id = 1")
        let told = try database.connection.notifications()
        #expect(told.count == 1)
        let payload = try #require(told.first?.payload)
        let fields = try database.column(
            "select k || '=' || v from jsonb_each_text($1::jsonb) as e (k, v) where k <> 'timestamp'"
                + " order by k",
            [payload]
        )
        #expect(
            fields == [
                "event_type=cache_invalidation", "operation=DELETE", "record_id=1",
                "table_name=flights",
            ]
        )
    }

    @Test("Rows are read and written by those whom row security names")
    func rowSecurity() async throws {
        let database = try await DemonstrationDatabase.make()
        func visible(_ person: DemonstrationDatabase.Person, _ sql: String) throws -> [String] {
            try database.connection.execute("begin")
            defer { try? database.connection.execute("rollback") }
            _ = try database.column(
                "select set_config('request.jwt.claims', $1, true) "
                    + "|| set_config('role', 'authenticated', true)",
                [#"{"sub":"\#(person.rawValue)"}"#]
            )
            return try database.column(sql)
        }
        let trips = "select id from public.trips order by id"
        #expect(try visible(.ana, trips) == ["1", "2"])
        #expect(try visible(.ben, trips) == ["1"])
        #expect(try visible(.cleo, trips) == ["2", "3"])
        let edit = "update public.trips set name = 'x' where id in (1, 2) returning id"
        #expect(try visible(.ben, edit) == ["1"])
        #expect(try visible(.cleo, edit) == [])
        #expect(try visible(.ben, "select id from public.chat_sessions") == [])
        #expect(try visible(.ana, "select id from public.chat_sessions").count == 2)
        #expect(try visible(.ben, "delete from public.trips returning id") == [])
        let added =
            "insert into public.trips (user_id, name, start_date, end_date, destination) "
            + "values ('\(ben)', 'x', '2027-01-01', '2027-01-02', 'y') returning name"
        #expect(try visible(.ben, added) == ["x"])
        #expect(throws: PostgresError.self) { try visible(.ana, added) }
        #expect(throws: PostgresError.self) {
            try visible(.ben, "update public.trips set user_id = '\(ben)'")
        }
        #expect(throws: PostgresError.self) { try visible(.ana, "select * from public.api_keys") }
        #expect(throws: PostgresError.self) {
            try visible(.ana, "select arguments from public.chat_tool_calls")
        }
    }

    @Test("postgres_changes is offered no secret table and no secret column")
    func offered() async throws {
        let database = try await DemonstrationDatabase.make()
        let published = try database.column(
            """
            select tablename || '.' || c from pg_publication_tables, unnest(attnames) as c
            where pubname = 'supabase_realtime' and (tablename = 'api_keys' or c in
                ('arguments', 'result', 'embedding', 'file_path', 'encrypted_key'))
            """
        )
        #expect(published == [])
        let tables = try database.column(
            "select count(*) from pg_publication_tables where pubname = 'supabase_realtime'"
        )
        #expect(tables == ["16"])
    }
}

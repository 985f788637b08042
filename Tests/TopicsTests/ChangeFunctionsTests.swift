import Postgres
import TestSupport
import Testing
import Topics

@Suite struct ChangeFunctionsTests {
    @Test("Nobody but their owner may call the generated functions, or forge with them")
    func rights() async throws {
        let database = try await DemonstrationDatabase.make()
        let count = try DemonstrationScripts.contract().changeDefinitions()
            .count { !$0.routes.isEmpty }
        let owners = try database.column(
            "select distinct proowner::regrole || ' ' || prosecdef || ' ' "
                + "|| array_to_string(proconfig, ',') "
                + "from pg_proc where pronamespace = 'realtime'::regnamespace "
                + "and proname like 'changes\\_public\\_%'"
        )
        let settings =
            "search_path=\"\",TimeZone=UTC,DateStyle=ISO,IntervalStyle=postgres,"
            + "bytea_output=hex,extra_float_digits=1"
        #expect(owners == ["waypost true \(settings)"])
        let callable = try database.column(
            """
            select r.role || ' ' || p.proname
            from pg_proc p, (values ('anon'), ('authenticated'), ('service_role')) as r (role)
            where p.pronamespace = 'realtime'::regnamespace
                and p.proname ~ '^(changes|route[0-9]+)_public_'
                and has_function_privilege(r.role, p.oid, 'execute')
            """
        )
        #expect(callable == [])
        let triggers = try database.column(
            "select count(*) from pg_trigger where tgname like 'realtime\\_changes\\_%'"
        )
        #expect(triggers == ["\(count * 4)"])
    }

    @Test("Whoever may change a row need not be allowed to write to the outbox")
    func writersNeedNoRights() async throws {
        let database = try await DemonstrationDatabase.make()
        try database.connection.execute(
            """
            begin;
            select set_config('request.jwt.claims',
                '{"sub": "\(DemonstrationDatabase.Person.ben.rawValue)"}', true);
            set local role authenticated;
            update public.trips set name = 'Lisbon, by Ben' where id = 1;
            commit
            """
        )
        #expect(try database.noted() == [#"UPDATE trips {"id": 1} trip:1"#])
        #expect(throws: PostgresError.self) {
            try database.connection.execute(
                "begin; set local role authenticated; select from realtime.changes; commit"
            )
        }
    }

    @Test("A path is followed past row security and without rights on its tables")
    func lookups() async throws {
        let database = try await DemonstrationDatabase.make()
        try database.connection.execute(
            """
            begin;
            set local role service_role;
            insert into public.chat_tool_calls (id, message_id, tool_name) values (9, 1, 'find');
            commit
            """
        )
        let talk = DemonstrationDatabase.lisbonTalk
        #expect(try database.noted() == [#"INSERT chat_tool_calls {"id": 9} session:\#(talk)"#])
        let mayRead = try database.column(
            "select has_table_privilege('waypost', 'public.chat_messages', 'select')"
        )
        #expect(mayRead == ["f"])
    }

    @Test("A writer's own type does not run with the rights of the owner")
    func temporaryTypes() async throws {
        let database = try await DemonstrationDatabase.make()
        try database.connection.execute(
            """
            create table public.caught (who text);
            grant insert on public.caught to public;
            set role authenticated;
            create function pg_temp.catch(value text) returns boolean language plpgsql as
                $$ begin insert into public.caught values (current_user); return true; end $$;
            create function pg_temp.catch(value jsonb) returns boolean language plpgsql as
                $$ begin insert into public.caught values (current_user); return true; end $$;
            create domain pg_temp.text as pg_catalog.text check (pg_temp.catch(value));
            create domain pg_temp.uuid as pg_catalog.uuid check (pg_temp.catch(value::text));
            create domain pg_temp.jsonb as pg_catalog.jsonb check (pg_temp.catch(value));
            select set_config('request.jwt.claims',
                '{"sub": "\(DemonstrationDatabase.Person.ben.rawValue)"}', false);
            update public.trips set name = 'x' where id = 1;
            update public.itinerary_items set trip_id = 1, title = 'y' where id = 1;
            reset role
            """
        )
        let caught = try database.column(
            "select distinct who from public.caught where who <> 'authenticated'"
        )
        #expect(caught == [])
        #expect(try database.noted().count == 2)
    }

    @Test("An error in the outbox fails the writer, or with `warn` is only a warning")
    func onError() async throws {
        let database = try await DemonstrationDatabase.make()
        try database.connection.execute("drop function realtime.ring() cascade")
        #expect(throws: PostgresError.self) {
            try database.connection.execute("update public.trips set name = 'x' where id = 3")
        }
        #expect(throws: PostgresError.self) {
            try database.connection.execute(
                "set realtime.on_error = 'else'; update public.trips set name = 'x' where id = 3"
            )
        }
        #expect(
            try database.column("select name from public.trips where id = 3") == ["Kyoto alone"]
        )
        try database.connection.execute(
            """
            set realtime.on_error = 'warn';
            update public.trip_notes set content = 'x';
            update public.itinerary_items set title = 'kept' where trip_id = 3
            """
        )
        #expect(
            try database.column("select title from public.itinerary_items where trip_id = 3")
                == ["kept"]
        )
        #expect(try database.noted() == [])
    }
}

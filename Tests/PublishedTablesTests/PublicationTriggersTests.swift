import Changes
import Postgres
import PublishedTables
import TestSupport
import Testing
import Topics

@Suite struct PublicationTriggersTests {
    private static let todos = """
        CREATE TABLE public.todos (id bigint PRIMARY KEY, title text, done bool, secret text);
        """

    @Test("Without a publication nothing is served and nothing is missing")
    func noPublication() async throws {
        try await PublicationDatabase.with("DROP PUBLICATION supabase_realtime") { database in
            let review = try PublicationTriggers.all.review(on: database.connection)
            #expect(review.tables.isEmpty && review.isInStep && review.problems.isEmpty)
        }
    }

    @Test("A listed table is not served before its triggers are there")
    func missing() async throws {
        let sql = Self.todos + "ALTER PUBLICATION supabase_realtime ADD TABLE public.todos"
        try await PublicationDatabase.with(sql) { database in
            let before = try PublicationTriggers.all.review(on: database.connection)
            #expect(before.tables.isEmpty)
            #expect(before.missing.map(\.definition.table) == [TableName("todos")])

            let after = try database.inStep()
            #expect(after.isInStep && after.problems.isEmpty)
            let table = try #require(after.tables.first)
            #expect(table.name == TableName("todos"))
            #expect(table.columns.map(\.name) == ["id", "title", "done", "secret"])
            #expect(table.columns.map(\.type) == ["int8", "text", "bool", "text"])
            #expect(table.columns.map(\.isKey) == [true, false, false, false])
            #expect(table.operations == [.insert, .update, .delete])
            #expect(!table.isPartial && !table.isRowSecured && !table.showsOldRows)
            #expect(
                try database.changes(of: "INSERT INTO public.todos VALUES (1, 'a', true, 's')")
                    == [#"INSERT todos - {"id": 1, "done": true, "title": "a", "secret": "s"}"#]
            )
        }
    }

    @Test("Making triggers that are there changes nothing")
    func twice() async throws {
        let sql = Self.todos + "ALTER PUBLICATION supabase_realtime ADD TABLE public.todos"
        try await PublicationDatabase.with(sql) { database in
            _ = try database.inStep()
            let facts = "SELECT array_agg(oid || xmin::text ORDER BY oid)::text FROM pg_trigger"
            let before = try database.connection.query(facts)[0, 0]
            #expect(try database.inStep().sql.isEmpty)
            #expect(try database.connection.query(facts)[0, 0] == before)
        }
    }

    @Test("What the publication does not list, or is never sent, is not copied to the outbox")
    func columns() async throws {
        let sql =
            Self.todos
                + """
                CREATE TABLE public.notes (id int PRIMARY KEY, text text, hidden text);
                CREATE TABLE public.keys (id int PRIMARY KEY, key text);
                ALTER PUBLICATION supabase_realtime
                    ADD TABLE public.todos (id, title), public.notes, public.keys;
                """
        try await PublicationDatabase.with(sql) { database in
            let never = try NeverSent(parsing: ["public.notes.hidden", "public.keys"])
            let review = try database.inStep(PublicationTriggers(neverSent: never))
            #expect(review.tables.map(\.name.name) == ["notes", "todos"])
            #expect(
                review.tables.map { $0.columns.map(\.name) } == [["id", "text"], ["id", "title"]]
            )
            #expect(review.tables.map(\.isPartial) == [true, true])
            #expect(review.problems.map(\.reason) == [.neverSent])
            let changes = try database.changes(
                of: """
                    INSERT INTO public.todos VALUES (1, 'a', true, 'hush');
                    INSERT INTO public.notes VALUES (1, 'b', 'hush');
                    INSERT INTO public.keys VALUES (1, 'hush');
                    """
            )
            #expect(
                changes == [
                    #"INSERT todos - {"id": 1, "title": "a"}"#,
                    #"INSERT notes - {"id": 1, "text": "b"}"#,
                ]
            )
        }
    }

    @Test("A publication for all tables leaves out schemas realtime and auth")
    func allTables() async throws {
        let sql =
            Self.todos
                + """
                DROP PUBLICATION supabase_realtime;
                CREATE TABLE auth.people (id int PRIMARY KEY);
                CREATE PUBLICATION supabase_realtime FOR ALL TABLES
                    WITH (publish = 'insert, delete');
                """
        try await PublicationDatabase.with(sql) { database in
            let review = try database.inStep()
            #expect(review.tables.map(\.name) == [TableName("todos")])
            #expect(review.tables.map(\.operations) == [[.insert, .delete]])
            try database.connection.execute("CREATE TABLE public.later (id int PRIMARY KEY)")
            #expect(try database.inStep().tables.map(\.name.name) == ["later", "todos"])
        }
    }

    @Test("A table that the publication drops loses its triggers, and the writers their cost")
    func dropped() async throws {
        let sql = Self.todos + "ALTER PUBLICATION supabase_realtime ADD TABLE public.todos"
        try await PublicationDatabase.with(sql) { database in
            _ = try database.inStep()
            try database.connection.execute(
                "ALTER PUBLICATION supabase_realtime DROP TABLE public.todos"
            )
            let review = try PublicationTriggers.all.review(on: database.connection)
            #expect(review.superfluous == [TableName("todos")] && review.tables.isEmpty)
            #expect(try database.inStep().isInStep)
            let left = try database.connection.query(
                """
                SELECT tgname::text FROM pg_trigger WHERE tgname ~ '^realtime_changes'
                UNION ALL SELECT proname::text FROM pg_proc WHERE proname ~ '^changes_public'
                """
            )
            #expect(left.count == 0)
        }
    }

    @Test("A publication's condition decides which rows are there, as for a standby")
    func condition() async throws {
        let sql =
            Self.todos
            + "ALTER PUBLICATION supabase_realtime ADD TABLE public.todos WHERE (done IS TRUE)"
        try await PublicationDatabase.with(sql + "; ALTER TABLE public.todos REPLICA IDENTITY FULL")
        { database in
            #expect(try database.inStep().tables.map(\.showsOldRows) == [true])
            let changes = try database.changes(
                of: """
                    INSERT INTO public.todos VALUES (1, 'a', false);
                    UPDATE public.todos SET done = true;
                    UPDATE public.todos SET done = false;
                    DELETE FROM public.todos
                    """
            )
            #expect(changes.map { String($0.prefix(12)) } == ["INSERT todos", "DELETE todos"])
        }
    }

    @Test("A table without a key, a partitioned one and one of odd names are served")
    func oddTables() async throws {
        let name = SQLText.identifier("o\"d'd\\ t")
        let sql = """
            CREATE TABLE public.plain (n int);
            CREATE TABLE public.days (day date, n int, PRIMARY KEY (day, n))
                PARTITION BY RANGE (day);
            CREATE TABLE public.days_1 PARTITION OF public.days
                FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
            CREATE TABLE public.\(name) (\(name) text PRIMARY KEY);
            ALTER PUBLICATION supabase_realtime
                ADD TABLE public.plain, public.days, public.\(name);
            """
        try await PublicationDatabase.with(sql) { database in
            let review = try database.inStep()
            #expect(review.tables.map(\.name.name) == ["days", "o\"d'd\\ t", "plain"])
            #expect(review.tables.map(\.hasKey) == [true, true, false])
            let changes = try database.changes(
                of: """
                    INSERT INTO public.days VALUES ('2026-01-05', 1);
                    INSERT INTO public.plain VALUES (1);
                    INSERT INTO public.\(name) VALUES ('x')
                    """
            )
            #expect(
                changes == [
                    #"INSERT days - {"n": 1, "day": "2026-01-05"}"#, "INSERT plain - -",
                    #"INSERT o"d'd\ t - {"o\"d'd\\ t": "x"}"#,
                ]
            )
        }
    }

    @Test("A list of columns without the key is said to be no use")
    func keyNotListed() async throws {
        let sql =
            Self.todos + "ALTER PUBLICATION supabase_realtime ADD TABLE public.todos (title)"
        try await PublicationDatabase.with(sql) { database in
            let review = try PublicationTriggers.all.review(on: database.connection)
            #expect(review.problems.map(\.reason) == [.keyNotListed])
            #expect(review.problems[0].description.hasPrefix("public.todos: the publication"))
        }
    }
}

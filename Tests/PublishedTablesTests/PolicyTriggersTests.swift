import Postgres
import PublishedTables
import TestSupport
import Testing
import Topics

@Suite struct PolicyTriggersTests {
    /// A domain written by somebody else: each table is read in another way, or not at all.
    private static let domain = """
        CREATE SCHEMA app;
        CREATE TABLE public.boards (id bigint PRIMARY KEY, owner uuid, title text, colour text);
        CREATE TABLE app.teams (slug varchar(20) PRIMARY KEY, note json);
        CREATE TABLE app.guests (board bigint REFERENCES public.boards ON DELETE CASCADE,
            person text, level int, seen_at timestamptz, UNIQUE (board, person));
        CREATE TABLE app.bans (person uuid, until date);
        CREATE TABLE app.settings (open boolean);
        CREATE TABLE public.unrelated (id bigint PRIMARY KEY, person uuid);
        CREATE VIEW app.banned AS SELECT person FROM app.bans WHERE until > now();
        ALTER TABLE public.boards ENABLE ROW LEVEL SECURITY;
        CREATE POLICY seen ON public.boards FOR SELECT
            USING (EXISTS (SELECT FROM app.settings WHERE open));
        CREATE FUNCTION app.is_guest(topic text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
        BEGIN
            RETURN EXISTS (SELECT FROM app.Guests AS g
                WHERE g.board::text = split_part(topic, ':', 2)
                AND g.person = auth.jwt() ->> 'sub' AND g.level > 0);
        END $$;
        CREATE FUNCTION app.has_team(name text) RETURNS boolean LANGUAGE sql STABLE
            BEGIN ATOMIC SELECT EXISTS (SELECT FROM app.teams WHERE slug = name); END;
        CREATE FUNCTION app.may(topic text) RETURNS boolean LANGUAGE sql STABLE AS
            'SELECT app.is_guest(topic) AND NOT EXISTS (SELECT FROM app.banned)';
        CREATE POLICY own ON realtime.messages FOR SELECT TO authenticated USING (
            EXISTS (SELECT FROM public.boards b WHERE 'board:' || b.id = realtime.topic()
                AND b.owner::text = auth.jwt() ->> 'sub'));
        CREATE POLICY guests ON realtime.messages FOR SELECT TO authenticated
            USING (app.may(realtime.topic()));
        CREATE POLICY teams ON realtime.messages FOR INSERT TO authenticated
            WITH CHECK (app.has_team(split_part(realtime.topic(), ':', 2)));
        """

    private func inStep(_ database: PublicationDatabase) throws -> PolicyTriggers.Review {
        let review = try PolicyTriggers().review(on: database.connection)
        let failures = try PolicyTriggers().apply(review, on: database.connection)
        if let failure = failures.first { throw failure.error }
        return try PolicyTriggers().review(on: database.connection)
    }

    /// Whom each row of the outbox concerns after some SQL.
    private func concerns(of sql: String, _ database: PublicationDatabase) throws -> [String] {
        try database.connection.execute("TRUNCATE realtime.changes; " + sql)
        let rows = try database.connection.query(
            """
            SELECT (
                SELECT string_agg(concerns[i] || ' ' || concerns[i + 1], ', '
                    ORDER BY concerns[i] COLLATE "C" DESC, concerns[i + 1] COLLATE "C")
                FROM generate_series(1, cardinality(concerns), 3) AS i
            ) || CASE WHEN published OR topics <> '{}' OR key IS NOT NULL THEN '!' ELSE '' END
            FROM realtime.changes ORDER BY seq
            """
        )
        return (0..<rows.count).map { rows[$0, 0] ?? "" }
    }

    @Test("Without policies nothing is missing")
    func noPolicies() async throws {
        try await PublicationDatabase.with("CREATE TABLE public.t (id int PRIMARY KEY)") {
            database in
            let review = try PolicyTriggers().review(on: database.connection)
            #expect(review.isInStep && review.closed.isEmpty && review.sql.isEmpty)
        }
    }

    @Test("Tables are found through policies, views, functions and the tables' own policies")
    func found() async throws {
        try await PublicationDatabase.with(Self.domain) { database in
            let review = try PolicyTriggers().review(on: database.connection)
            let plans = Dictionary(
                uniqueKeysWithValues: review.missing.map { ($0.table.description, $0) }
            )
            #expect(
                plans.keys.sorted() == [
                    "app.bans", "app.guests", "app.settings", "app.teams", "public.boards",
                ]
            )
            let boards = try #require(plans["public.boards"])
            #expect(boards.values == ["id", "owner"] && boards.members == ["owner"])
            #expect(boards.watched == ["id", "owner"])
            let guests = try #require(plans["app.guests"])
            #expect(guests.values == ["board", "person", "level"] && guests.members == ["person"])
            #expect(plans["app.teams"]?.members == ["slug"])
            #expect(
                plans["app.settings"]?.values == [] && plans["app.settings"]?.watched == ["open"]
            )
        }
    }

    @Test("Making triggers that are there changes nothing, and what is no longer read loses them")
    func inStep() async throws {
        try await PublicationDatabase.with(Self.domain) { database in
            let facts = "SELECT array_agg(oid || xmin::text ORDER BY oid)::text FROM pg_trigger"
            #expect(try inStep(database).isInStep)
            let before = try database.connection.query(facts)[0, 0]
            #expect(try inStep(database).sql.isEmpty)
            #expect(try database.connection.query(facts)[0, 0] == before)
            try database.connection.execute("DROP POLICY teams ON realtime.messages")
            let review = try PolicyTriggers().review(on: database.connection)
            #expect(review.superfluous == [TableName(schema: "app", "teams")])
            #expect(review.missing.isEmpty && review.sql.hasPrefix("BEGIN;"))
            #expect(try inStep(database).isInStep)
            let left = try database.connection.query(
                "SELECT count(*) FROM pg_proc WHERE proname LIKE 'memberships%'"
            )
            #expect(left[0, 0] == "4")
            // One that was switched off is made anew.
            try database.connection.execute(
                "ALTER TABLE app.bans DISABLE TRIGGER realtime_memberships_delete"
            )
            let silent = try PolicyTriggers().review(on: database.connection)
            #expect(silent.missing.map(\.table.name) == ["bans"])
        }
    }

    @Test("A change concerns whoever is called so, and the topics whose names have its values")
    func values() async throws {
        try await PublicationDatabase.with(Self.domain) { database in
            _ = try inStep(database)
            let id = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
            let concerns = try concerns(
                of: """
                    INSERT INTO public.boards VALUES (7, upper('\(id)')::uuid, 'x');
                    UPDATE public.boards SET title = 'y', colour = 'red';
                    UPDATE public.boards SET title = title, id = 8;
                    INSERT INTO app.guests VALUES (8, 'ann', 1), (8, 'a:b', 1);
                    UPDATE app.guests SET seen_at = now();
                    UPDATE app.guests SET level = 2 WHERE person = 'ann';
                    DELETE FROM app.guests WHERE person = 'ann';
                    DELETE FROM app.guests WHERE false;
                    INSERT INTO app.settings VALUES (true);
                    TRUNCATE app.teams;
                    INSERT INTO app.teams VALUES (repeat('x', 20), '{}');
                    INSERT INTO app.bans VALUES (NULL, now())
                    """,
                database
            )
            #expect(
                concerns == [
                    "*:\(id) , *:7 , * \(id)", "*:\(id) , *:8 , *:7 , * \(id)",
                    "*:b , *:ann , *:a , *:8 , *:1 , * a:b, * ann",
                    "*:ann , *:8 , *:2 , *:1 , * ann", "*:ann , *:8 , *:2 , * ann", "* ", "* ",
                    "*:\(String(repeating: "x", count: 20)) , * "
                        + String(repeating: "x", count: 20),
                    "* ",
                ]
            )
        }
    }

    @Test("Some thousand rows of a statement concern everybody, in one small row")
    func bulk() async throws {
        try await PublicationDatabase.with(Self.domain) { database in
            _ = try inStep(database)
            let concerns = try concerns(
                of: """
                    INSERT INTO public.boards SELECT n, gen_random_uuid() FROM
                        generate_series(1, 5000) AS n;
                    UPDATE public.boards SET owner = gen_random_uuid();
                    UPDATE public.boards SET title = 'x';
                    DELETE FROM public.boards
                    """,
                database
            )
            #expect(concerns == ["* ", "* ", "* "])
        }
    }

    @Test("A function that puts its statements together makes every column count")
    func dynamic() async throws {
        let sql =
            Self.domain + """
                CREATE OR REPLACE FUNCTION app.may(topic text) RETURNS boolean
                LANGUAGE plpgsql AS $$
                DECLARE found boolean;
                BEGIN
                    EXECUTE 'SELECT app.is_guest($1)' INTO found USING topic;
                    RETURN found;
                END $$;
                """
        try await PublicationDatabase.with(sql) { database in
            let review = try PolicyTriggers().review(on: database.connection)
            #expect(review.missing.allSatisfy { $0.watched == nil })
            #expect(review.missing.map(\.table.name).contains("guests"))
        }
    }

    @Test("Tables of topic files are left to them; the publication's triggers stay beside")
    func files() async throws {
        let sql = Self.domain + "ALTER PUBLICATION supabase_realtime ADD TABLE public.boards"
        try await PublicationDatabase.with(sql) { database in
            _ = try inStep(database)
            _ = try database.inStep()
            let definition = ChangeDefinition(
                table: TableName("boards"),
                routes: [],
                concerns: [ConcernRoute(family: "board", keys: [ColumnPath("id")])]
            )
            try database.connection.execute(ChangeTriggerPlan(definition, secretTables: []).sql)
            let review = try PolicyTriggers().review(on: database.connection)
            #expect(review.superfluous == [TableName("boards")] && review.missing.isEmpty)
            #expect(try inStep(database).isInStep)
            #expect(try PublicationTriggers.all.review(on: database.connection).isInStep)
            let changes = try database.changes(of: "INSERT INTO public.boards (id) VALUES (1)")
            #expect(changes.count == 1)
            let concerns = try database.connection.query(
                "SELECT concerns::text FROM realtime.changes WHERE concerns IS NOT NULL"
            )
            #expect(concerns.count == 1 && concerns[0, 0] == #"{board:1,"",""}"#)
        }
    }

    @Test("A login that may not make triggers is told the tables, and nothing is done")
    func rights() async throws {
        try await PublicationDatabase.with(Self.domain) { database in
            try database.connection.execute("GRANT USAGE ON SCHEMA app TO waypost")
            let waypost = try database.database.connect(user: "waypost")
            let review = try PolicyTriggers().review(on: waypost)
            #expect(review.missing.isEmpty && review.isInStep)
            #expect(review.closed.map(\.name) == ["bans", "guests", "settings", "teams", "boards"])
        }
    }

    @Test("Odd names are taken literally, and no end user calls the function")
    func hostile() async throws {
        let table = TableName(schema: "o'd\"d", "t $waypost$ \\")
        let columns = ["k\"e'y", "r", "se lect\\"].map(SQLText.identifier)
        let sql = """
            CREATE SCHEMA \(SQLText.identifier(table.schema));
            CREATE TABLE \(table.sql) (\(columns[0]) uuid PRIMARY KEY, \(columns[1]) text,
                \(columns[2]) text UNIQUE);
            CREATE POLICY odd ON realtime.messages FOR SELECT USING (EXISTS (
                SELECT FROM \(table.sql) WHERE \(columns[1]) = realtime.topic()));
            """
        try await PublicationDatabase.with(sql) { database in
            #expect(try inStep(database).isInStep)
            let id = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
            let concerns = try concerns(
                of: "INSERT INTO \(table.sql) VALUES ('\(id)', '{,\"', NULL)",
                database
            )
            #expect(concerns == [#"*:{," , *:\#(id) , * \#(id), * {,""#])
            let callable = try database.connection.query(
                """
                SELECT 1 FROM pg_proc WHERE proname LIKE 'memberships%'
                    AND has_function_privilege('authenticated', oid, 'execute')
                """
            )
            #expect(callable.count == 0)
        }
    }
}

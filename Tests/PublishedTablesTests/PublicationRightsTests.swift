import Changes
import Postgres
import PublishedTables
import TestSupport
import Testing
import Topics

@Suite struct PublicationRightsTests {
    private static let trip = ChangeDefinition(
        table: TableName("trips"),
        columns: .except(["secret"]),
        routes: [TopicRoute(family: "trip", column: "id")]
    )

    private static let trips = """
        CREATE TABLE public.trips (id bigint PRIMARY KEY, name text, secret text);
        ALTER PUBLICATION supabase_realtime ADD TABLE public.trips;
        """

    @Test("A table that feeds topics keeps its triggers, and is served with what they copy")
    func topics() async throws {
        let plan = try ChangeTriggerPlan(Self.trip, secretTables: [])
        try await PublicationDatabase.with(Self.trips + plan.sql) { database in
            let review = try PublicationTriggers.all.review(on: database.connection)
            #expect(review.isInStep)
            #expect(review.tables.map { $0.columns.map(\.name) } == [["id", "name"]])
            #expect(review.tables.map(\.isPartial) == [true])
            try database.connection.execute(
                "ALTER PUBLICATION supabase_realtime DROP TABLE public.trips"
            )
            #expect(try PublicationTriggers.all.review(on: database.connection).isInStep)
        }
    }

    @Test("Triggers that somebody switched off, or that have no note, serve nothing")
    func unknown() async throws {
        let plan = try ChangeTriggerPlan(Self.trip, secretTables: [])
        try await PublicationDatabase.with(Self.trips + plan.sql) { database in
            for sql in [
                "ALTER TABLE public.trips DISABLE TRIGGER realtime_changes_update",
                "COMMENT ON FUNCTION realtime.changes_public_trips() IS 'hello'",
            ] {
                try database.connection.execute(sql)
                let review = try PublicationTriggers.all.review(on: database.connection)
                #expect(review.tables.isEmpty && review.missing.isEmpty)
                #expect(review.problems.map(\.reason) == [.triggersUnknown])
            }
        }
    }

    @Test("The gateway's login makes triggers only where it was granted to")
    func login() async throws {
        try await PublicationDatabase.with(Self.trips) { database in
            let login = try database.database.connect(user: "waypost")
            let closed = try PublicationTriggers.all.review(on: login)
            #expect(closed.problems.map(\.reason) == [.notAllowed])
            #expect(try PublicationTriggers.all.apply(closed, on: login).isEmpty)
            #expect(try PublicationTriggers.all.review(on: login).tables.isEmpty)

            try database.connection.execute("GRANT TRIGGER ON public.trips TO waypost")
            let open = try PublicationTriggers.all.review(on: login)
            #expect(open.problems.isEmpty)
            #expect(try PublicationTriggers.all.apply(open, on: login).isEmpty)
            #expect(try PublicationTriggers.all.review(on: login).tables.count == 1)
            let changes = try database.changes(of: "INSERT INTO public.trips VALUES (1, 'a')")
            #expect(changes.count == 1)
        }
    }

    @Test("One table that fails leaves the others alone, and is named with what was said")
    func failure() async throws {
        let sql =
            Self.trips + "CREATE TABLE public.second (id int PRIMARY KEY);"
            + "ALTER PUBLICATION supabase_realtime ADD TABLE public.second"
        try await PublicationDatabase.with(sql) { database in
            let writer = try database.database.connect()
            try writer.execute("BEGIN; LOCK TABLE public.second IN ROW EXCLUSIVE MODE")
            let review = try PublicationTriggers.all.review(on: database.connection)
            let failures = try PublicationTriggers.all.apply(review, on: database.connection)
            #expect(failures.map(\.table) == [TableName("second")])
            #expect(failures.map(\.error.sqlState) == ["55P03"])
            try writer.execute("COMMIT")
            #expect(try database.inStep().tables.count == 2)
        }
    }

    @Test(
        "An entry of the list that names neither table nor column is refused",
        arguments: ["", "trips", "public.", "public.trips.name.first", ".trips"]
    )
    func malformed(entry: String) {
        let error = #expect(throws: NeverSent.Malformed.self) {
            try NeverSent(parsing: ["public.api_keys", entry])
        }
        #expect(error?.entry == entry)
    }
}

import Locking
import Postgres
import TestSupport
import Testing
import TopicSchema
import Topics

/// Applying while others write.
@Suite(.timeLimit(.minutes(2))) struct SchemaLocksTests {
    private static let person = "5a2f0f9e-1111-4111-8111-000000000001"
    private static let trip = """
        INSERT INTO auth.users (id) VALUES ('\(person)');
        INSERT INTO public.trips (id, user_id, name, start_date, end_date, destination)
        VALUES (42, '\(person)', 'Rome', now(), now(), 'Rome');
        """
    private static let flight = """
        INSERT INTO public.flights (trip_id, origin, destination, departure_time, arrival_time)
        VALUES (42, 'A', 'B', now(), now() + interval '1 hour')
        """

    /// A thread of its own for calls that wait, of which there are more than tasks run at once.
    private final class Hand: Sendable {
        private final class Box: Sendable {
            let outcome = Locked<Result<Int, any Error>?>(nil)
        }

        private let box = Box()
        private let thread: WorkThread

        init(_ body: @escaping @Sendable () throws -> Int) {
            let box = box
            thread = WorkThread(name: "hand") {
                let outcome = Result { try body() }
                box.outcome.withLock { $0 = outcome }
            }
        }

        /// Waits for the end.
        func outcome() throws -> Int {
            thread.join()
            return try box.outcome.withLock { $0 }?.get() ?? 0
        }
    }

    /// What several threads look at to see that they are done.
    private final class End: Sendable {
        let isReached = Locked(false)
    }

    /// The trip's family, carrying flights with or without a column.
    private static func contract(except columns: [String]) -> TopicContract {
        let trip = Contracts.trip
        let flights = FamilyChange(
            table: TableName("flights"),
            key: [ColumnPath("trip_id")],
            columns: .same(.except(columns)),
            at: Contracts.place(13)
        )
        return TopicContract([
            TopicFamily(
                pattern: trip.pattern,
                members: trip.members,
                changes: [flights],
                at: trip.place
            )
        ])
    }

    @Test("A table that somebody keeps is named, and nothing is changed")
    func busy() async throws {
        try await SchemaDatabase.with(SchemaDatabase.demonstration, Self.trip) { database in
            let before = try database.objects()
            let other = try database.database.connect()
            try other.execute("BEGIN; \(Self.flight)")
            let options = ContractSchemaOptions(lockTimeout: .milliseconds(300))
            let schema = ContractSchema(Contracts.both, options: options)
            #expect(throws: ContractSchemaFailure.busy(object: "table public.flights")) {
                try schema.apply(on: database.connection)
            }
            #expect(try database.objects() == before)
            // Nobody waits behind what failed.
            let third = try database.database.connect()
            try third.execute("SET lock_timeout = '1s'; \(Self.flight)")
            try other.execute("COMMIT")
            _ = try schema.apply(on: database.connection)
            #expect(try schema.plan(on: database.connection).isEmpty)
        }
    }

    @Test("Nothing that is written meanwhile is lost, and nobody who writes fails")
    func writers() async throws {
        try await SchemaDatabase.with(SchemaDatabase.demonstration, Self.trip) { database in
            try database.apply(Self.contract(except: []))
            let origin = database.database
            let end = End()
            let writers = (0..<3).map { _ in
                Hand {
                    let connection = try origin.connect()
                    var count = 0
                    while !end.isReached.withLock({ $0 }) {
                        try connection.execute(Self.flight)
                        count += 1
                    }
                    return count
                }
            }
            let keeper = Hand {
                defer { end.isReached.withLock { $0 = true } }
                let connection = try origin.connect()
                return try (0..<10).count { round in
                    let columns = round % 2 == 0 ? ["airline"] : []
                    let schema = ContractSchema(Self.contract(except: columns))
                    return try !schema.apply(on: connection).isEmpty
                }
            }
            #expect(try keeper.outcome() == 10)
            let rows = try writers.reduce(0) { try $0 + $1.outcome() }
            #expect(rows > 0)
            let noted = """
                SELECT count(*) FROM realtime.changes
                WHERE table_name = 'flights' AND topics = '{trip:42}'
                """
            #expect(try database.value(noted) == String(rows))
        }
    }

    @Test("Two who apply at once wait for each other, and the second finds nothing to do")
    func twoAtOnce() async throws {
        try await SchemaDatabase.with { database in
            let origin = database.database
            let hands = (0..<4).map { _ in
                Hand {
                    let connection = try origin.connect()
                    let options = ContractSchemaOptions(lockTimeout: .seconds(20))
                    let schema = ContractSchema(Contracts.both, options: options)
                    return try schema.apply(on: connection).steps.count
                }
            }
            let done = try hands.map { try $0.outcome() }
            #expect(done.count { $0 == 0 } == 3)
            #expect(done.count { $0 > 0 } == 1)
        }
    }

    @Test("Whoever holds one table and wants another is never the one to fail")
    func crossing() async throws {
        try await SchemaDatabase.with(SchemaDatabase.demonstration, Self.trip) { database in
            let writer = try database.database.connect()
            try writer.execute("BEGIN; UPDATE public.trips SET name = 'Oslo' WHERE id = 42")
            let origin = database.database
            let applied = Hand {
                let connection = try origin.connect()
                let options = ContractSchemaOptions(lockTimeout: .seconds(20))
                let schema = ContractSchema(Contracts.both, options: options)
                return try schema.apply(on: connection).steps.count
            }
            let waits = """
                SELECT count(*) FROM pg_locks WHERE NOT granted
                    AND relation = 'public.trips'::regclass
                """
            let isWaiting = try await eventually(within: .seconds(60)) {
                try database.value(waits) != "0"
            }
            #expect(isWaiting)
            // Now it has flights, and waits for trips; the writer has trips.
            try writer.execute("\(Self.flight); COMMIT")
            #expect(try applied.outcome() > 0)
        }
    }

    @Test("An outbox of an earlier version is not written to by triggers that need more")
    func outdated() async throws {
        let sql = "ALTER TABLE realtime.changes DROP COLUMN concerns"
        try await SchemaDatabase.with(SchemaDatabase.demonstration, sql) { database in
            let schema = ContractSchema(Contracts.both)
            #expect(throws: ContractSchemaFailure.schemaMissing) {
                try schema.apply(on: database.connection)
            }
        }
    }

    @Test("A table without a primary key still says whom its changes concern")
    func keyless() async throws {
        let sql = """
            CREATE TABLE public.guests (list bigint, person uuid);
            CREATE INDEX ON public.guests (list);
            GRANT SELECT ON public.guests TO authenticated;
            """
        try await SchemaDatabase.with(SchemaDatabase.migrated, sql) { database in
            let family = Contracts.family(
                "list",
                [.init(name: "n", type: .bigint)],
                read: "exists (select from public.guests g where g.list = n)",
                dependencies: [
                    MembershipDependency(
                        table: TableName("guests"),
                        key: [ColumnPath("list")],
                        member: "person",
                        at: Contracts.place(5)
                    )
                ]
            )
            try database.apply(TopicContract([family]))
            try database.connection.execute(
                """
                INSERT INTO public.guests VALUES (1, '\(Self.person)'), (2, NULL);
                TRUNCATE realtime.changes;
                UPDATE public.guests SET list = 3 WHERE list = 1
                """
            )
            let concerned = """
                SELECT string_agg(DISTINCT topic, ' ' ORDER BY topic)
                FROM realtime.changes, unnest(concerns) AS one(topic) WHERE topic ~ '^list:'
                """
            #expect(try database.value(concerned) == "list:1 list:3")
        }
    }

    @Test("Without the outbox, or with a table of somebody else's, the reason is told")
    func impossible() async throws {
        try await SchemaDatabase.with(.empty) { database in
            let schema = ContractSchema(Contracts.both)
            #expect(throws: ContractSchemaFailure.schemaMissing) {
                try schema.check(on: database.connection)
            }
            #expect(throws: ContractSchemaFailure.schemaMissing) {
                try schema.apply(on: database.connection)
            }
        }
        try await SchemaDatabase.with { database in
            let before = try database.objects()
            let login = try database.database.connect(user: "waypost")
            var said = ""
            do throws(ContractSchemaFailure) {
                _ = try ContractSchema(Contracts.both).apply(on: login)
            } catch {
                said = error.advice
            }
            #expect(said.contains("public.flights"), "\(said)")
            #expect(said.contains("42501"))
            #expect(try database.objects() == before)
        }
    }
}

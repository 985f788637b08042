import Locking
import Observation
import Postgres
import TestSupport
import Testing

@testable import Outbox

@Suite struct PartitionUpkeepTests {
    private static func upkeep(
        _ connection: PostgresConnection,
        _ observations: RecordedObservations,
        shiftedBy shift: Int = 0
    ) throws -> Bool {
        try PartitionUpkeep(
            connection: connection,
            retention: .seconds(72 * 3_600),
            daysAhead: 14,
            observe: observations.observe
        ).run(shiftedBy: shift)
    }

    /// The name of the partition of a day, today being 0.
    private static func name(
        _ table: String,
        _ offset: Int,
        _ connection: PostgresConnection
    ) throws -> String {
        let rows = try connection.query(
            """
            SELECT $1 || to_char(
                now() AT TIME ZONE 'utc' + make_interval(days => $2::int), '_YYYY_MM_DD')
            """,
            [table, "\(offset)"]
        )
        return try #require(rows[0, 0])
    }

    /// Adds a partition of a day long gone, with a row.
    private static func addOld(_ connection: PostgresConnection) throws -> String {
        let name = try name("messages", -10, connection)
        try connection.execute(
            """
            DO $$ BEGIN
                EXECUTE format('CREATE TABLE realtime.\(name) PARTITION OF realtime.messages '
                    'FOR VALUES FROM (%L) TO (%L)',
                    (now() AT TIME ZONE 'utc')::date - 10, (now() AT TIME ZONE 'utc')::date - 9);
            END $$;
            ALTER TABLE realtime.\(name) OWNER TO waypost;
            INSERT INTO realtime.messages (topic, extension, inserted_at)
                VALUES ('t', 'broadcast', now() AT TIME ZONE 'utc' - interval '10 days')
            """
        )
        return name
    }

    @Test("After the migration there is nothing to do")
    func nothing() async throws {
        try await TestDatabase.with(.outbox) { database in
            let observations = RecordedObservations()
            let isWell = try Self.upkeep(try database.connect(user: "waypost"), observations)
            #expect(isWell)
            #expect(observations.partitions == [])
        }
    }

    @Test("A new day gets its partitions, row security on, and the last one moves on")
    func newDay() async throws {
        try await TestDatabase.with(.outbox) { database in
            let connection = try database.connect(user: "waypost")
            let observations = RecordedObservations()
            for day in 1...3 {
                #expect(try Self.upkeep(connection, observations, shiftedBy: day))
            }
            let expected = try (1...3).flatMap { day in
                try ["messages", "changes"].map {
                    "+\(try Self.name($0, 14 + day, connection))"
                }
            }
            #expect(observations.partitions.filter { $0.hasPrefix("+") } == expected)
            let problems = try StartupChecks().problems(on: connection)
            #expect(problems == [])
            let constraints = try connection.query(
                """
                SELECT count(*) FROM pg_constraint
                WHERE conrelid = 'realtime.messages_later'::regclass AND contype = 'c'
                """
            )
            #expect(constraints.integer(0, 0) == 1)
        }
    }

    @Test("Partitions come and go while a writer writes, and no write waits or fails")
    func besideWriter() async throws {
        try await TestDatabase.with(.outbox) { database in
            let admin = try database.connect()
            let old = try Self.addOld(admin)
            let isDone = Flag()
            let longest = Longest()
            async let errors = Writers.run(2, on: database) { _, connection throws(PostgresError) in
                while !isDone.isSet {
                    let started = ContinuousClock.now
                    try database.send(1, over: connection)
                    try connection.execute("UPDATE trips SET version = version + 1 WHERE id < 3")
                    longest.note(.now - started)
                }
            }
            let connection = try database.connect(user: "waypost")
            let observations = RecordedObservations()
            for day in 0...3 { #expect(try Self.upkeep(connection, observations, shiftedBy: day)) }
            isDone.set()
            #expect(await errors.isEmpty)
            #expect(observations.partitions.filter { $0.hasPrefix("+") }.count == 6)
            #expect(observations.partitions.contains("-\(old)"))
            #expect(longest.duration < .seconds(2), "the lock timeout is 2 s: nobody waited for it")
        }
    }

    private final class Flag: Sendable {
        private let value = Locked(false)
        var isSet: Bool { value.withLock { $0 } }
        func set() { value.withLock { $0 = true } }
    }

    private final class Longest: Sendable {
        private let value = Locked(Duration.zero)
        var duration: Duration { value.withLock { $0 } }
        func note(_ duration: Duration) { value.withLock { $0 = max($0, duration) } }
    }

    @Test("A partition that a long transaction uses is given up for now and dropped later")
    func inUse() async throws {
        try await TestDatabase.with(.outbox) { database in
            let admin = try database.connect()
            let old = try Self.addOld(admin)
            let reader = try database.connect()
            try reader.execute("BEGIN; SELECT FROM realtime.messages")
            let connection = try database.connect(user: "waypost")
            let observations = RecordedObservations()
            #expect(try !Self.upkeep(connection, observations))
            #expect(observations.partitions == ["!drop 55P03"])
            try database.send(1, over: admin)
            try reader.execute("COMMIT")
            #expect(try Self.upkeep(connection, observations))
            #expect(observations.partitions.last == "-\(old)")
        }
    }

    @Test("Rows that a clock far ahead put into the last partition move to their days")
    func rowsInLast() async throws {
        try await TestDatabase.with(.outbox) { database in
            let admin = try database.connect()
            try admin.execute(
                """
                INSERT INTO realtime.messages (topic, extension, inserted_at) VALUES
                    ('near', 'broadcast', now() AT TIME ZONE 'utc' + interval '15 days'),
                    ('far', 'broadcast', now() AT TIME ZONE 'utc' + interval '900 days')
                """
            )
            let rows =
                "SELECT string_agg(topic || seq || xid, ',' ORDER BY seq) FROM realtime.messages"
            let before = try admin.query(rows)[0, 0]
            #expect(
                try Self.upkeep(
                    try database.connect(user: "waypost"),
                    RecordedObservations(),
                    shiftedBy: 1
                )
            )
            #expect(try admin.query(rows)[0, 0] == before)
            let places = try admin.query(
                "SELECT tableoid::regclass::text FROM realtime.messages ORDER BY seq"
            )
            let name = try Self.name("messages", 15, admin)
            #expect(places[0, 0] == "realtime.\(name)")
            #expect(places[1, 0] == "realtime.messages_later")
        }
    }

    @Test("After weeks without a node the last partition, in use by then, is ended with its rows")
    func lastInUse() async throws {
        try await TestDatabase.with(.outbox) { database in
            let admin = try database.connect()
            try admin.execute(
                """
                INSERT INTO realtime.messages (topic, extension, inserted_at)
                SELECT 't', 'broadcast', now() AT TIME ZONE 'utc' + make_interval(days => n)
                FROM generate_series(15, 20) AS n
                """
            )
            let connection = try database.connect(user: "waypost")
            let observations = RecordedObservations()
            #expect(try Self.upkeep(connection, observations, shiftedBy: 20))
            #expect(try Self.upkeep(connection, observations, shiftedBy: 20))
            let rows = try admin.query(
                "SELECT tableoid::regclass::text, count(*) FROM realtime.messages GROUP BY 1"
            )
            #expect(rows.count == 1)
            let name = try Self.name("messages", 15, admin)
            #expect(rows[0, 0] == "realtime.\(name)")
            #expect(rows.integer(0, 1) == 6)
            #expect(try StartupChecks().problems(on: connection) == [])
            // The days of the first partitions are older than the retention by then.
            let first = try Self.name("messages", -1, admin)
            #expect(observations.partitions.contains("-\(first)"))
        }
    }

    @Test("A detachment of the last partition that was interrupted is made good")
    func interrupted() async throws {
        try await TestDatabase.with(.outbox) { database in
            let connection = try database.connect(user: "waypost")
            try connection.execute(
                """
                ALTER TABLE realtime.changes
                    DETACH PARTITION realtime.changes_later CONCURRENTLY
                """
            )
            #expect(try Self.upkeep(connection, RecordedObservations()))
            let rows = try connection.query(
                "SELECT relispartition FROM pg_class WHERE oid = 'realtime.changes_later'::regclass"
            )
            #expect(rows.boolean(0, 0) == true)
        }
    }

    @Test("The keeper looks as soon as it starts, and stops at once")
    func keeper() async throws {
        try await TestDatabase.with(.outbox) { database in
            let admin = try database.connect()
            let old = try Self.addOld(admin)
            let observations = RecordedObservations()
            let keeper = try PartitionKeeper(
                configuration: OutboxConfiguration(readDSN: database.waypostDSN),
                observe: observations.observe
            )
            keeper.start()
            #expect(await eventually { observations.partitions == ["-\(old)"] })
            let started = ContinuousClock.now
            keeper.stop()
            #expect(ContinuousClock.now - started < .seconds(60))
        }
    }
}

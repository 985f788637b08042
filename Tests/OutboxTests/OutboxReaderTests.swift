import Locking
import Observation
import Postgres
import PostgresCluster
import TestSupport
import Testing
import Topics

@testable import Outbox

/// The reader against a real database.
///
/// The readers look when they are woken, hot or draining: no safety poll helps them.
@Suite(.serialized) struct OutboxReaderTests {
    /// A reader that runs, and what it handed over.
    private final class Running {
        let sink = RecordingSink()
        let observations = RecordedObservations()
        let reader: OutboxReader

        init(
            _ database: TestDatabase,
            hotCommitsPerSecond: Int = 500,
            rateInterval: Duration = .milliseconds(200)
        ) async throws {
            let configuration = OutboxConfiguration(
                readDSN: database.waypostDSN,
                safetyPollInterval: nil,
                hotCommitsPerSecond: hotCommitsPerSecond,
                rateInterval: rateInterval
            )
            reader = try OutboxReader(
                configuration: configuration,
                sink: sink,
                observe: observations.observe
            )
            reader.start()
            let reader = reader
            #expect(await eventually { reader.isCaughtUp })
        }

        var mode: OutboxObservation.ReaderMode? { observations.modes.last }

        func arrives(_ count: Int, within limit: Duration = .seconds(10)) async -> Bool {
            let sink = sink
            return await eventually(within: limit) { sink.count >= count }
        }

        func becomes(_ mode: OutboxObservation.ReaderMode) async -> Bool {
            let observations = observations
            // Other tests' transactions, which may be long, keep a reader draining.
            return await eventually(within: .seconds(60)) { observations.modes.last == mode }
        }
    }

    /// The numbers sent by ``TestDatabase/send(_:over:)``, in the order of arrival.
    private static func numbers(_ sink: RecordingSink) -> [Int] {
        sink.now.messages.compactMap { message in
            let text = String(decoding: message.payload.bytes, as: UTF8.self)
            let digits = text.drop { $0 != "n" }.dropFirst(4).prefix { $0.isNumber }
            return Int(digits)
        }
    }

    @Test("A lone commit wakes a sleeping reader")
    func cold() async throws {
        try await TestDatabase.with(.outbox) { database in
            let running = try await Running(database)
            defer { running.reader.stop() }
            #expect(await running.becomes(.cold))
            let writer = try database.connect()
            for number in 1...20 {
                try database.send(number, over: writer)
                #expect(await running.arrives(number))
            }
            #expect(Self.numbers(running.sink) == Array(1...20))
            #expect(running.mode == .cold)
        }
    }

    @Test("A row under another day's date arrives although nothing happens after it")
    func otherDay() async throws {
        try await TestDatabase.with(.outbox) { database in
            let running = try await Running(database)
            defer { running.reader.stop() }
            #expect(await running.becomes(.cold))
            try database.connect().execute(
                """
                BEGIN;
                INSERT INTO realtime.messages
                    (topic, extension, event, private, payload, inserted_at)
                VALUES ('trip:1', 'broadcast', 'number', true, '{"n": 1}',
                    now() AT TIME ZONE 'utc' + interval '3 days');
                SELECT realtime.ring();
                COMMIT
                """
            )
            #expect(await running.arrives(1))
        }
    }

    @Test(
        "24 writers beside a transaction of 5 seconds: nothing lost, twice or out of order"
    )
    func manyWriters() async throws {
        try await TestDatabase.with(.outbox) { database in
            let running = try await Running(database)
            defer { running.reader.stop() }
            let errors = await Writers.run(25, on: database) {
                index,
                connection throws(PostgresError) in
                guard index < 24 else {
                    try connection.execute(
                        "BEGIN; INSERT INTO trips VALUES (51);"
                            + "UPDATE trips SET version = 1 WHERE id = 51;"
                            + "SELECT pg_sleep(5); COMMIT"
                    )
                    return
                }
                let end = ContinuousClock.now + .seconds(6)
                var random = SeededGenerator(seed: UInt64(index))
                while ContinuousClock.now < end {
                    let trip = Int.random(in: 1...50, using: &random)
                    let pause = Double.random(in: 0...0.01, using: &random)
                    try connection.execute(
                        "BEGIN; UPDATE trips SET version = version + 1 WHERE id = \(trip);"
                            + "SELECT pg_sleep(\(pause)); COMMIT"
                    )
                }
            }
            #expect(errors.isEmpty)
            let written = try database.connect().query("SELECT sum(version) FROM trips")
            let total = Int(written.integer(0, 0) ?? 0)
            #expect(await running.arrives(total))
            try Self.checkVersions(running.sink.now.messages, total: total)
            #expect(running.observations.modes.contains(.hot))
        }
    }

    /// Each trip's versions have to arrive as 1, 2, 3 …: no gap, nothing twice.
    private static func checkVersions(_ messages: [OutboxMessage], total: Int) throws {
        #expect(messages.count == total)
        #expect(Set(messages.map(\.seq)).count == total)
        var versions: [String: Int] = [:]
        var disorderCount = 0
        for message in messages {
            let new = String(decoding: try #require(message.relation?.new), as: UTF8.self)
            let version = Int(new.drop { $0 != "v" }.dropFirst(10).prefix { $0.isNumber })
            let trip = message.topics[0].text
            if version != versions[trip, default: 0] + 1 { disorderCount += 1 }
            versions[trip] = version
        }
        #expect(disorderCount == 0)
    }

    @Test("Hot and cold again, time after time, lose nothing", .timeLimit(.minutes(4)))
    func handovers() async throws {
        try await TestDatabase.with(.outbox) { database in
            // Hot at the second commit within 20 ms.
            let running = try await Running(
                database,
                hotCommitsPerSecond: 100,
                rateInterval: .milliseconds(20)
            )
            defer { running.reader.stop() }
            let observations = running.observations
            let progress = Progress()
            let bursts = Task { await Self.bursts(on: database, progress) }
            _ = await eventually(within: .seconds(60)) { observations.coldCount > 100 }
            progress.finish()
            #expect(await bursts.value.isEmpty)
            #expect(await running.arrives(progress.count))
            // A busy machine makes fewer of the hundred in a minute.
            #expect(observations.coldCount > 5)
            Self.expectAll(progress, in: running.sink)
        }
    }

    /// What writers sent, and whether they are to end.
    private final class Progress: Sendable {
        private struct State {
            var count = 0
            var isDone = false
        }

        private let state = Locked(State())

        var count: Int { state.withLock { $0.count } }
        var isDone: Bool { state.withLock { $0.isDone } }
        func finish() { state.withLock { $0.isDone = true } }
        func next() -> Int {
            state.withLock { state in
                state.count += 1
                return state.count
            }
        }
    }

    private static func expectAll(_ progress: Progress, in sink: RecordingSink) {
        let numbers = numbers(sink)
        #expect(numbers.count == progress.count)
        #expect(Set(numbers).count == progress.count)
    }

    /// Writes in bursts and pauses, some transactions longer than both.
    private static func bursts(
        on database: TestDatabase,
        _ progress: Progress
    ) async -> [PostgresError] {
        await Writers.run(3, on: database) { index, connection throws(PostgresError) in
            var random = SeededGenerator(seed: UInt64(index))
            while !progress.isDone {
                for _ in 0..<Int.random(in: 2...5, using: &random) {
                    try connection.execute("BEGIN")
                    try database.send(progress.next(), over: connection)
                    let isLong = Int.random(in: 0..<60, using: &random) == 0
                    let pause = Double.random(in: 0...(isLong ? 0.2 : 0.004), using: &random)
                    try connection.execute("SELECT pg_sleep(\(pause)); COMMIT")
                }
                let pause = Double.random(in: 0.01...0.1, using: &random)
                try connection.execute("SELECT pg_sleep(\(pause))")
            }
        }
    }

    @Test("A lone writer that found the lock taken is read although nobody rings for it")
    func loneWriter() async throws {
        try await TestDatabase.with(.outbox) { database in
            let running = try await Running(database, hotCommitsPerSecond: 100)
            defer { running.reader.stop() }
            #expect(await running.becomes(.cold))
            let (lone, crowd) = (try database.connect(), try database.connect())
            try lone.execute("BEGIN")
            for number in 1...60 { try database.send(number, over: crowd) }
            #expect(await running.becomes(.hot))
            try database.send(61, over: lone)
            let held = try lone.query(
                "SELECT pg_try_advisory_xact_lock_shared(\(AdvisoryKey.doorbell.rawValue))"
            )
            #expect(held.boolean(0, 0) == false)
            #expect(await running.becomes(.draining))
            // As long as it runs, the reader must not fall asleep.
            try await Task.sleep(for: .milliseconds(300))
            #expect(running.mode == .draining)
            try lone.execute("COMMIT")
            #expect(await running.arrives(61, within: .seconds(2)))
            #expect(await running.becomes(.cold))
        }
    }

    @Test(
        "A killed connection, cold or under load, loses nothing",
        arguments: ["waypost reader", "waypost listener", "waypost doorbell"],
        [false, true]
    )
    func killed(name: String, isBusy: Bool) async throws {
        try await TestDatabase.with(.outbox) { database in
            let running = try await Running(
                database,
                hotCommitsPerSecond: 100,
                rateInterval: .milliseconds(20)
            )
            defer { running.reader.stop() }
            #expect(await running.becomes(.cold))
            let progress = Progress()
            let admin = try database.connect()
            let bursts = isBusy ? Task { await Self.bursts(on: database, progress) } : nil
            for kill in 1...5 {
                if isBusy { #expect(await running.becomes(.hot)) }
                let sink = running.sink
                let killed = try admin.query(
                    """
                    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                    WHERE datname = current_database() AND application_name = $1
                    """,
                    [name]
                )
                #expect(killed.count == 1)
                if !isBusy { try database.send(progress.next(), over: admin) }
                #expect(await eventually { sink.now.backCount >= kill })
                if !isBusy { try database.send(progress.next(), over: admin) }
            }
            progress.finish()
            #expect(await bursts?.value.isEmpty ?? true)
            #expect(await running.arrives(progress.count))
            Self.expectAll(progress, in: running.sink)
            #expect(running.sink.now.awayCount == 5)
            #expect(running.sink.now.resyncCount == 0)
        }
    }

    /// Opens or closes a database to new connections.
    private static func allowConnections(
        _ isAllowed: Bool,
        to database: TestDatabase
    ) throws(PostgresError) -> PostgresConnection {
        let connection = try PostgresConnection(
            ConnectionString(database.cluster.dsn(), applicationName: "test")
        )
        try connection.execute("ALTER DATABASE \(database.name) ALLOW_CONNECTIONS \(isAllowed)")
        return connection
    }

    @Test("A reader starts before its database, says so, and comes to life with it")
    func databaseLate() async throws {
        try await TestDatabase.with(.outbox) { database in
            let postgres = try Self.allowConnections(false, to: database)
            let sink = RecordingSink()
            let reader = try OutboxReader(
                configuration: OutboxConfiguration(readDSN: database.waypostDSN),
                sink: sink,
                observe: { _ in }
            )
            reader.start()
            defer { reader.stop() }
            #expect(await eventually { sink.now.awayCount == 1 })
            #expect(!reader.isCaughtUp)
            try postgres.execute("ALTER DATABASE \(database.name) ALLOW_CONNECTIONS true")
            #expect(await eventually { reader.isCaughtUp })
            #expect(sink.now.backCount == 1)
            try database.send(1, over: try database.connect())
            #expect(await eventually { sink.count == 1 })
        }
    }

    @Test(
        "What was committed while the database was away arrives before databaseBack"
    )
    func away() async throws {
        try await TestDatabase.with(.outbox) { database in
            let running = try await Running(database)
            let sink = running.sink
            let reader = running.reader
            defer { reader.stop() }
            let writer = try database.connect()
            let postgres = try Self.allowConnections(false, to: database)
            try writer.execute(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND usename = 'waypost'
                """
            )
            #expect(await eventually { sink.now.awayCount == 1 && !reader.isCaughtUp })
            for number in 1...600 { try database.send(number, over: writer) }
            try postgres.execute("ALTER DATABASE \(database.name) ALLOW_CONNECTIONS true")
            #expect(await eventually { sink.now.backCount == 1 })
            #expect(Self.numbers(sink) == Array(1...600))
        }
    }

    @Test("A hot node wakes the others, which sleep through the writers")
    func twoNodes() async throws {
        try await TestDatabase.with(.outbox) { database in
            let hot = try await Running(
                database,
                hotCommitsPerSecond: 50,
                rateInterval: .milliseconds(40)
            )
            defer { hot.reader.stop() }
            // This one never turns hot.
            let cold = try await Running(database, hotCommitsPerSecond: 1_000_000)
            defer { cold.reader.stop() }
            #expect(await hot.becomes(.cold))
            #expect(await cold.becomes(.cold))
            let progress = Progress()
            let bursts = Task { await Self.bursts(on: database, progress) }
            let observations = hot.observations
            #expect(await eventually(within: .seconds(30)) { observations.coldCount > 6 })
            progress.finish()
            #expect(await bursts.value.isEmpty)
            #expect(await hot.arrives(progress.count))
            #expect(await cold.arrives(progress.count))
            Self.expectAll(progress, in: cold.sink)
            #expect(!cold.observations.modes.contains(.hot))
        }
    }

    @Test("A writer with the doorbell off is served by the safety poll")
    func safetyPoll() async throws {
        try await TestDatabase.with(.outbox) { database in
            let sink = RecordingSink()
            let reader = try OutboxReader(
                configuration: OutboxConfiguration(
                    readDSN: database.waypostDSN,
                    safetyPollInterval: .milliseconds(100)
                ),
                sink: sink,
                observe: { _ in }
            )
            reader.start()
            defer { reader.stop() }
            #expect(await eventually { reader.isCaughtUp })
            let writer = try database.connect()
            try writer.execute("SET waypost.doorbell = off")
            try database.send(1, over: writer)
            #expect(await eventually { sink.count == 1 })
        }
    }
}

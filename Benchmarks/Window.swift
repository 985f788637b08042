import ArgumentParser
import Locking
import Outbox
import Postgres
import PostgresCluster

/// `Benchmarks window`.
struct Window: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Buffers that one look at the outbox touches: empty, full, under a long transaction.",
        discussion: """
            The reader itself runs, hot, while writers commit at a fixed rate. PostgreSQL's \
            auto_explain logs a sample of the reader's own statement with ANALYZE and BUFFERS; the \
            buffers of its topmost node are those of the whole statement.

            Example:
              .build/release/Benchmarks window --rows 1000000 --seconds 60
            """
    )

    @OptionGroup var surroundings: Surroundings

    @Option(name: .long, help: "Rows that the full outbox holds.")
    var rows = 1_000_000

    @Option(name: .long, help: "Seconds that the long transaction is open.")
    var seconds = 60

    @Option(name: .long, help: "Seconds of the two phases without it.")
    var shortSeconds = 10

    @Option(name: .long, help: "Commits per second.")
    var rate = 1_000

    func run() async throws {
        try await surroundings.begin(
            "window",
            "\(rows) rows, \(rate) commits/s, a transaction open for \(seconds) s"
        )
        try await BenchmarkDatabase.with(
            surroundings,
            settings: BenchmarkDatabase.light
        ) { database in
            try database.addTrips(1, itemCount: 64)
            try Self.explainReader(database)
            let log = PlanLog(path: database.cluster.log)
            let sink = Counting()
            // It starts on an empty outbox and goes on: its plan is made when there is nothing.
            let reader = try OutboxReader(
                configuration: OutboxConfiguration(readDSN: database.dsn(user: "waypost")),
                sink: sink,
                observe: { _ in }
            )
            reader.start()
            defer { reader.stop() }
            while !reader.isCaughtUp { try await Task.sleep(for: .milliseconds(20)) }
            var phases: [(String, [PlanLog.Look])] = []
            func add(_ name: String, seconds: Int) async throws {
                phases.append((name, try await looks(database, log, sink, seconds: seconds)))
            }
            try await add("empty outbox", seconds: shortSeconds)
            try await fill(database, sink)
            try await add("\(rows) rows, never analyzed", seconds: shortSeconds)
            try database.connect().execute("VACUUM ANALYZE realtime.changes")
            try await add("\(rows) rows", seconds: shortSeconds)
            let long = try database.connect()
            try long.execute("BEGIN")
            try long.execute(
                "UPDATE public.itinerary_items SET title = 'long' WHERE id = 1001060"
            )
            try await add("\(rows) rows, transaction open", seconds: seconds)
            try long.execute("COMMIT")
            let tail = phases.last.map { Array($0.1.suffix(max(1, $0.1.count / 4))) } ?? []
            phases.append(("  its last quarter", tail))
            Self.report(phases)
        }
    }

    /// Makes PostgreSQL log a sample of what the login `waypost` runs.
    private static func explainReader(_ database: BenchmarkDatabase) throws {
        let connection = try database.connect()
        for (name, value) in [
            ("session_preload_libraries", "auto_explain"),
            ("auto_explain.log_min_duration", "0"), ("auto_explain.log_analyze", "on"),
            ("auto_explain.log_buffers", "on"), ("auto_explain.log_timing", "off"),
            ("auto_explain.sample_rate", "0.05"),
        ] {
            try connection.execute("ALTER ROLE waypost SET \(name) = '\(value)'")
        }
    }

    private func fill(_ database: BenchmarkDatabase, _ sink: Counting) async throws {
        let before = sink.messageCount.withLock { $0 }
        // A hundred rows in each transaction, as a busy day leaves them.
        try database.connect().execute(
            """
            DO $$ BEGIN
                FOR n IN 1..\(rows / 100) LOOP
                    INSERT INTO realtime.changes
                        (table_schema, table_name, operation, key, old, new, topics)
                    SELECT 'public', 'trips', 'UPDATE', '{"id": 1}',
                        jsonb_build_object('id', 1, 'name', repeat('x', 60)),
                        jsonb_build_object('id', 1, 'name', repeat('y', 60)),
                        ARRAY['trip:' || n]
                    FROM generate_series(1, 100);
                    COMMIT;
                END LOOP;
            END $$
            """
        )
        while sink.messageCount.withLock({ $0 }) < before + rows / 100 * 100 {
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Counts what it is given.
    private final class Counting: OutboxSink {
        let messageCount = Locked(0)

        func deliver(_ slice: WindowSlice) {
            let count = slice.messages.count
            messageCount.withLock { $0 += count }
        }

        func databaseAway() {}

        func databaseBack() {}

        func resync() {}
    }

    /// Runs writers for a while.
    private func looks(
        _ database: BenchmarkDatabase,
        _ log: PlanLog,
        _ sink: Counting,
        seconds: Int
    ) async throws -> [PlanLog.Look] {
        let before = sink.messageCount.withLock { $0 }
        log.skipToEnd()
        let start = ContinuousClock.now
        let (rate, end) = (rate, start + .seconds(seconds))
        let writers = (0..<4).map { writer in
            WorkThread(name: "writer-\(writer)") {
                guard let pen = try? Pen(database, row: writer + 1, sides: [.gateway]) else {
                    return
                }
                _ = pen.write(.gateway, first: 1, from: start, to: end, pause: 4 / Double(rate))
            }
        }
        try await Task.sleep(until: end)
        for writer in writers { writer.join() }
        try await Task.sleep(for: .milliseconds(200))
        let count = sink.messageCount.withLock { $0 } - before
        Report.say("  \(count) messages in \(seconds) s")
        return log.looks()
    }

    private static func report(_ phases: [(String, [PlanLog.Look])]) {
        Report.say("\nBuffers of one look (hit and read), median (least..greatest):")
        Report.row("", ["looks", "buffers", "rows", "of the first"])
        let first = samples(phases[0].1, \.bufferCount).median
        for (name, looks) in phases {
            let buffers = samples(looks, \.bufferCount)
            Report.row(
                name,
                [
                    "\(looks.count)", Report.number(buffers.median, digits: 0),
                    Report.number(samples(looks, \.rowCount).median, digits: 0),
                    Report.number(buffers.median / first),
                ]
            )
            Report.say("  \(buffers.summary(digits: 0)), p99 \(buffers.percentile(0.99))")
        }
    }

    private static func samples(
        _ looks: [PlanLog.Look],
        _ value: KeyPath<PlanLog.Look, Int>
    ) -> Samples {
        var samples = Samples()
        for look in looks { samples.add(Double(look[keyPath: value])) }
        return samples
    }
}

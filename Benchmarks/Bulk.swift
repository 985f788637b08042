import ArgumentParser
import Postgres

/// `Benchmarks bulk`.
struct Bulk: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What one big UPDATE costs with and without change triggers.",
        discussion: """
            Updates all items of one trip in one statement, in turn with the triggers off and on; \
            no gateway runs.

            Example:
              .build/release/Benchmarks bulk --rows 100000 --rounds 5
            """
    )

    @OptionGroup var surroundings: Surroundings

    @Option(name: .long, help: "Rows that are updated.")
    var rows = 100_000

    @Option(name: .long, help: "Turns of each kind.")
    var rounds = 5

    func run() async throws {
        try await surroundings.begin("bulk", "UPDATE of \(rows) rows, \(rounds) turns of each kind")
        try await BenchmarkDatabase.with(
            surroundings,
            settings: BenchmarkDatabase.durable
        ) { database in
            try database.addItems(rows)
            var times = [false: Samples(), true: Samples()]
            for round in 0...rounds {
                for isOn in [false, true] {
                    let time = try Self.update(database, triggers: isOn)
                    if round > 0 { times[isOn]?.add(time.inSeconds) }
                }
            }
            let (off, on) = (times[false] ?? Samples(), times[true] ?? Samples())
            Report.say("\nSeconds:")
            Report.row("triggers off", [off.summary()])
            Report.row("triggers on", [on.summary()])
            Report.row("ratio", [Report.number(on.median / off.median)])
            let perRow = (on.median - off.median) / Double(rows) * 1e6
            Report.row("µs more for each row", [Report.number(perRow)])
        }
    }

    private static func update(
        _ database: BenchmarkDatabase,
        triggers isOn: Bool
    ) throws -> Duration {
        let connection = try database.connect()
        try connection.execute("TRUNCATE realtime.changes")
        try connection.execute(
            """
            ALTER TABLE public.itinerary_items
                \(isOn ? "ENABLE" : "DISABLE") TRIGGER realtime_changes_update
            """
        )
        try connection.execute("VACUUM public.itinerary_items")
        try connection.execute("CHECKPOINT")
        let start = ContinuousClock.now
        try connection.execute(
            "UPDATE public.itinerary_items SET day_number = day_number + 1 WHERE trip_id = 1001"
        )
        return ContinuousClock.now - start
    }
}

extension BenchmarkDatabase {
    /// One trip of Ana's with very many items.
    fileprivate func addItems(_ count: Int) throws(PostgresError) {
        try addTrips(1, itemCount: 1)
        let connection = try connect()
        try connection.execute("SET session_replication_role = replica")
        try connection.execute(
            """
            INSERT INTO public.itinerary_items (id, trip_id, day_number, title, location)
            SELECT 10000000 + n, 1001, 1 + n % 1000, 'Item ' || n, 'A place with a long name'
            FROM generate_series(1, \(count - 1)) AS n
            """
        )
        try connection.execute("VACUUM ANALYZE public.itinerary_items")
    }
}

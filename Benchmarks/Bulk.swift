import ArgumentParser
import Postgres
import Topics

/// `Benchmarks bulk`.
struct Bulk: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What one big statement costs with and without triggers.",
        discussion: """
            Inserts, updates and deletes all items of one trip, each in one statement, in turn \
            without triggers, with those that send the changes, and with those that also say whom \
            they concern; no gateway runs.

            Example:
              .build/release/Benchmarks bulk --rows 100000 --rounds 5
            """
    )

    @OptionGroup var surroundings: Surroundings

    @Option(name: .long, help: "Rows of each statement.")
    var rows = 100_000

    @Option(name: .long, help: "Turns of each kind.")
    var rounds = 5

    /// Which triggers there are.
    private enum Triggers: String, CaseIterable {
        case none = "without triggers"
        case changes = "changes"
        case concerns = "changes and concerns"
    }

    private enum Statement: String, CaseIterable {
        case insert = "INSERT"
        case update = "UPDATE"
        case delete = "DELETE"
    }

    private struct Kind: Hashable {
        let statement: Statement
        let triggers: Triggers
    }

    func run() async throws {
        try await surroundings.begin("bulk", "\(rows) rows a statement, \(rounds) turns of each")
        try await BenchmarkDatabase.with(
            surroundings,
            settings: BenchmarkDatabase.durable
        ) { database in
            try database.connect().execute(Self.preparation)
            var times: [Kind: Samples] = [:]
            for round in 0...rounds {
                for triggers in Triggers.allCases {
                    try Self.turn(triggers, on: database)
                    for statement in Statement.allCases {
                        let time = try time(statement, on: database)
                        guard round > 0 else { continue }
                        let kind = Kind(statement: statement, triggers: triggers)
                        times[kind, default: Samples()].add(time.inSeconds)
                    }
                }
            }
            report(times)
        }
    }

    private func report(_ times: [Kind: Samples]) {
        for statement in Statement.allCases {
            let bare = times[Kind(statement: statement, triggers: .none)] ?? Samples()
            Report.say("\n\(statement.rawValue), seconds, ratio, µs more for each row:")
            for triggers in Triggers.allCases {
                let all = times[Kind(statement: statement, triggers: triggers)] ?? Samples()
                let perRow = (all.median - bare.median) / Double(rows) * 1e6
                Report.row(
                    triggers.rawValue,
                    [
                        all.summary(), Report.number(all.median / bare.median),
                        Report.number(perRow, digits: 1),
                    ]
                )
            }
        }
    }

    /// A trip, and triggers that say whom its items concern: each item another member, more than
    /// can be told one by one.
    private static var preparation: String {
        get throws {
            let definition = ChangeDefinition(
                table: TableName("itinerary_items"),
                routes: [],
                concerns: [
                    ConcernRoute(
                        family: "trip",
                        keys: [ColumnPath("trip_id")],
                        member: "title",
                        columns: []
                    )
                ]
            )
            return """
                INSERT INTO public.trips (id, user_id, name, start_date, end_date, destination)
                VALUES (1001, '\(BenchmarkDatabase.ana)', 'T', '2027-01-01', '2027-01-08', 'S');
                \(try ChangeTriggerPlan(definition, secretTables: []).sql)
                """
        }
    }

    private static func turn(_ triggers: Triggers, on database: BenchmarkDatabase) throws {
        for statement in Statement.allCases {
            for purpose in ["changes", "concerns"] {
                let isOn = triggers == .concerns || (triggers == .changes && purpose == "changes")
                try database.connect().execute(
                    """
                    ALTER TABLE public.itinerary_items \(isOn ? "ENABLE" : "DISABLE")
                        TRIGGER realtime_\(purpose)_\(statement.rawValue.lowercased())
                    """
                )
            }
        }
    }

    private func time(
        _ statement: Statement,
        on database: BenchmarkDatabase
    ) throws -> Duration {
        let connection = try database.connect()
        try connection.execute("TRUNCATE realtime.changes")
        try connection.execute("VACUUM ANALYZE public.itinerary_items")
        try connection.execute("CHECKPOINT")
        let sql =
            switch statement {
            case .insert:
                """
                INSERT INTO public.itinerary_items (id, trip_id, day_number, title, location)
                SELECT 10000000 + n, 1001, 1 + n % 1000, 'Item ' || n, 'A place with a long name'
                FROM generate_series(1, \(rows)) AS n
                """
            case .update:
                """
                UPDATE public.itinerary_items SET day_number = day_number + 1 WHERE trip_id = 1001
                """
            case .delete: "DELETE FROM public.itinerary_items WHERE trip_id = 1001"
            }
        let start = ContinuousClock.now
        try connection.execute(sql)
        return ContinuousClock.now - start
    }
}

import ArgumentParser
import Locking
import Measuring
import Postgres

/// `Benchmarks latency`.
struct Latency: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "From COMMIT to a joined connection, beside a bare LISTEN in the same run.",
        discussion: """
            The time runs from just before COMMIT is sent until the bytes are read. The bare side \
            is a trigger that calls pg_notify with the row, and a libpq connection that listens. \
            Cold: one change at a time, at random distances, the two sides in turn. Hot: writers \
            above the rate at which the gateway polls, the two sides in phases, in turn.

            Example:
              .build/release/Benchmarks latency --samples 300 --rate 1000
            """
    )

    @OptionGroup var surroundings: Surroundings

    @Option(name: .long, help: "Cold changes for each side.")
    var samples = 300

    @Option(name: .long, help: "Hot commits per second.")
    var rate = 1_000

    @Option(name: .long, help: "Hot writers.")
    var writers = 4

    @Option(name: .long, help: "Hot phases of each side.")
    var phases = 5

    @Option(name: .long, help: "Seconds of a hot phase.")
    var seconds = 4

    func run() async throws {
        try await surroundings.begin(
            "latency",
            "cold \(samples) changes, hot \(phases) phases of \(seconds) s at \(rate)/s"
        )
        try await BenchmarkDatabase.with(
            surroundings,
            settings: BenchmarkDatabase.durable
        ) { database in
            try database.addTrips(1, itemCount: 64)
            try Self.addBareTable(database)
            try await GatewayProcess.with(surroundings, database) { gateway in
                let ears = try Ears(database, gateway)
                defer { ears.stop() }
                try await cold(database, gateway, ears)
                try await hot(database, gateway, ears)
            }
        }
    }

    /// A table like that of the items, whose changes are told by NOTIFY as most people do it.
    private static func addBareTable(_ database: BenchmarkDatabase) throws {
        try database.connect().execute(
            """
            CREATE TABLE public.bare_items (LIKE public.itinerary_items INCLUDING ALL);
            INSERT INTO public.bare_items OVERRIDING SYSTEM VALUE
            SELECT * FROM public.itinerary_items;
            CREATE FUNCTION public.tell_bare() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                PERFORM pg_notify('bare', jsonb_build_object(
                    'operation', tg_op, 'old', to_jsonb(old), 'new', to_jsonb(new))::text);
                RETURN NULL;
            END $$;
            CREATE TRIGGER tell_bare AFTER UPDATE ON public.bare_items
                FOR EACH ROW EXECUTE FUNCTION public.tell_bare();
            """
        )
    }

    private func cold(
        _ database: BenchmarkDatabase,
        _ gateway: GatewayProcess,
        _ ears: Ears
    ) async throws {
        var sides = [Side.gateway: Samples(), .bare: Samples()]
        let pen = try Pen(database, row: 1)
        let backend = try database.readerProcessID()
        let (backendBefore, gatewayBefore) = (
            ProcessFigures.coreNanoseconds(of: backend), gateway.coreNanoseconds
        )
        var number = 1_000_000
        for sample in 0..<(samples + 20) {
            for side in [Side.gateway, .bare] {
                try await Task.sleep(for: .microseconds(Int.random(in: 15_000...60_000)))
                number += 1
                let committedAt = try pen.change(side, number)
                let heardAt = try await ears.time(of: number, on: side)
                if sample >= 20 { sides[side]?.add((heardAt - committedAt).milliseconds) }
            }
        }
        Report.say("\nCold, ms from COMMIT to the client, \(samples) changes each:")
        Self.report(sides[.gateway] ?? Samples(), sides[.bare] ?? Samples())
        let reading = ProcessFigures.coreNanoseconds(of: backend) - backendBefore
        let serving = gateway.coreNanoseconds - gatewayBefore
        Report.say("µs of processor time for each change, however busy the machine:")
        for (name, spent) in [("the reader's backend", reading), ("the gateway", serving)] {
            let each = spent / Double(samples + 20) / 1_000
            Report.row(name, [Report.number(each, digits: 0)])
        }
    }

    private func hot(
        _ database: BenchmarkDatabase,
        _ gateway: GatewayProcess,
        _ ears: Ears
    ) async throws {
        var sides = [Side.gateway: Samples(), .bare: Samples()]
        var medians = [Side.gateway: Samples(), .bare: Samples()]
        var deafCount = 0
        for phase in 0..<phases {
            for side in [Side.gateway, .bare] {
                let committed = try await write(database, side, phase: phase)
                try await Task.sleep(for: .milliseconds(500))
                var own = Samples()
                for (number, committedAt) in committed {
                    guard let heardAt = ears.heard(number, on: side) else {
                        deafCount += 1
                        continue
                    }
                    own.add((heardAt - committedAt).milliseconds)
                }
                for value in own.values { sides[side]?.add(value) }
                medians[side]?.add(own.median)
            }
        }
        let count = sides[.gateway]?.values.count ?? 0
        Report.say("\nHot, \(writers) writers, \(rate) commits/s asked for, \(count) heard:")
        Self.report(sides[.gateway] ?? Samples(), sides[.bare] ?? Samples())
        for side in Side.allCases {
            Report.say("  p50 of each phase, \(side): \(medians[side]?.summary() ?? "")")
        }
        Report.say("  not heard: \(deafCount)")
        let changes = gateway.metrics()["waypost_reader_mode_changes_total"] ?? .nan
        Report.say("  changes of the reader's mode: \(Report.number(changes, digits: 0))")
    }

    /// Runs the writers of one phase; the first half second is for warming up.
    private func write(
        _ database: BenchmarkDatabase,
        _ side: Side,
        phase: Int
    ) async throws -> [(Int, ContinuousClock.Instant)] {
        let notes = Locked<[(Int, ContinuousClock.Instant)]>([])
        let start = ContinuousClock.now
        let end = start + .seconds(seconds)
        let pause = Double(writers) / Double(rate)
        let threads = (0..<writers).map { writer in
            let first = (phase * 100 + writer + 1) * 10_000_000
            return WorkThread(name: "writer-\(writer)") {
                guard let pen = try? Pen(database, row: writer + 1) else { return }
                let own = pen.write(side, first: first, from: start, to: end, pause: pause)
                notes.withLock { $0 += own }
            }
        }
        try await Task.sleep(until: end)
        for thread in threads { thread.join() }
        return notes.withLock { $0 }
    }

    private static func report(_ gateway: Samples, _ bare: Samples) {
        Report.row("", ["p50", "p90", "p99", "max"])
        for (name, side) in [("gateway", gateway), ("bare LISTEN", bare)] {
            Report.row(
                name,
                [0.5, 0.9, 0.99, 1].map { Report.number(side.percentile($0), digits: 3) }
            )
        }
        Report.row(
            "ratio",
            [0.5, 0.9, 0.99].map {
                Report.number(gateway.percentile($0) / bare.percentile($0))
            }
        )
    }
}

import ArgumentParser
import FoundationEssentials
import Measuring
import Postgres
import Subprocess
import WebSocketClient
import Wire

/// `Benchmarks writers`.
struct Writers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What writers pay: transactions per second with and without outbox and gateway.",
        discussion: """
            pgbench updates random rows of one table, in turn with:
              none        the table's change triggers off
              outbox      triggers on, nobody rings (waypost.doorbell = off), no gateway
              serving     triggers on, the gateway reads (hot), nobody joined
              joined      the same with connections joined to some of the trips
              ringing     triggers on, no gateway: every commit rings in vain
              notify      triggers off, a trigger that calls pg_notify, one connection that listens

            Example:
              .build/release/Benchmarks writers --seconds 8 --rounds 3
            """
    )

    @OptionGroup var surroundings: Surroundings

    @Option(name: .long, help: "pgbench's connections.")
    var connections = 32

    @Option(name: .long, help: "Seconds of a turn.")
    var seconds = 8

    @Option(name: .long, help: "Turns of each kind.")
    var rounds = 3

    @Option(name: .long, help: "Joined connections in `joined`.")
    var joined = 100

    @Flag(name: .long, help: "Do not wait for the disk (fsync and synchronous_commit off).")
    var light = false

    func run() async throws {
        try await surroundings.begin(
            "writers",
            "pgbench with \(connections) connections, \(rounds) turns of \(seconds) s each, "
                + (light ? "nothing waits for the disk" : "commits wait for the disk")
        )
        let settings = light ? BenchmarkDatabase.light : BenchmarkDatabase.durable
        try await BenchmarkDatabase.with(surroundings, settings: settings) { database in
            try database.addTrips(100, itemCount: 100)
            try Self.addNotifyTrigger(database)
            let script =
                FileManager.default.temporaryDirectory.path(percentEncoded: false)
                + "/waypost-writers-\(ProcessFigures.ownProcessID).sql"
            try Data(Self.script.utf8).write(to: URL(filePath: script))
            defer { try? FileManager.default.removeItem(atPath: script) }
            try await measure(database, script: script)
        }
    }

    /// The kinds of turns.
    private enum Kind: String, CaseIterable {
        case none, outbox, serving, joined, ringing, notify
    }

    private static let script = """
        \\set trip random(1001, 1100)
        \\set item random(1, 100)
        \\set day random(1, 1000000)
        UPDATE public.itinerary_items SET day_number = :day WHERE id = :trip * 1000 + :item;
        """

    private static func addNotifyTrigger(_ database: BenchmarkDatabase) throws {
        try database.connect().execute(
            """
            CREATE FUNCTION public.tell_plainly() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                PERFORM pg_notify('plain', jsonb_build_object(
                    'operation', tg_op, 'old', to_jsonb(old), 'new', to_jsonb(new))::text);
                RETURN NULL;
            END $$;
            CREATE TRIGGER tell_plainly AFTER UPDATE ON public.itinerary_items
                FOR EACH ROW EXECUTE FUNCTION public.tell_plainly();
            """
        )
    }

    private func measure(_ database: BenchmarkDatabase, script: String) async throws {
        var rates: [Kind: Samples] = [:]
        var cores: [Kind: Samples] = [:]
        for round in 0...rounds {
            for kind in Kind.allCases {
                try prepare(database, kind)
                let (rate, gatewayShare) = try await turn(
                    database,
                    kind,
                    script: script,
                    seconds: round == 0 ? 2 : seconds
                )
                // The first round warms up.
                guard round > 0 else { continue }
                rates[kind, default: Samples()].add(rate)
                cores[kind, default: Samples()].add(gatewayShare)
            }
        }
        Report.say("\nTransactions per second:")
        Report.row("", ["median", "of none", "of outbox", "gateway CPU %"])
        let none = rates[.none]?.median ?? .nan
        let outbox = rates[.outbox]?.median ?? .nan
        for kind in Kind.allCases {
            let rate = rates[kind] ?? Samples()
            Report.row(
                kind.rawValue,
                [
                    Report.number(rate.median, digits: 0), Report.number(rate.median / none),
                    Report.number(rate.median / outbox),
                    Report.number((cores[kind]?.median ?? 0) * 100, digits: 0),
                ]
            )
            Report.say("  \(rate.summary(digits: 0))")
        }
    }

    /// Sets the triggers, and makes every turn begin with an empty outbox.
    private func prepare(_ database: BenchmarkDatabase, _ kind: Kind) throws {
        func mode(_ isOn: Bool) -> String { isOn ? "ENABLE" : "DISABLE" }
        try database.connect().execute(
            """
            ALTER TABLE public.itinerary_items
                \(mode(kind != .none && kind != .notify)) TRIGGER realtime_changes_update,
                \(mode(kind == .notify)) TRIGGER tell_plainly;
            TRUNCATE realtime.changes;
            """
        )
        try database.connect().execute("VACUUM public.itinerary_items")
        try database.connect().execute("CHECKPOINT")
    }

    /// Answers the rate, and how much of a core the gateway took.
    private func turn(
        _ database: BenchmarkDatabase,
        _ kind: Kind,
        script: String,
        seconds: Int
    ) async throws -> (Double, Double) {
        switch kind {
        case .none, .outbox, .ringing:
            return (try await pgbench(database, kind, script: script, seconds: seconds), 0)
        case .notify:
            let ear = try database.connect()
            try ear.execute("LISTEN plain")
            async let rate = pgbench(database, kind, script: script, seconds: seconds)
            let deadline = ContinuousClock.now + .seconds(seconds + Self.skippedSeconds)
            while ContinuousClock.now < deadline {
                _ = try ear.notifications()
                try await Task.sleep(for: .milliseconds(5))
            }
            return (try await rate, 0)
        case .serving, .joined:
            return try await GatewayProcess.with(surroundings, database) { gateway in
                let before = gateway.coreNanoseconds
                let count = kind == .joined ? joined : 0
                let rate = try await pgbench(
                    database,
                    kind,
                    script: script,
                    seconds: seconds,
                    joining: count,
                    to: gateway
                )
                return (
                    rate,
                    (gateway.coreNanoseconds - before) / Double(seconds + Self.skippedSeconds) / 1e9
                )
            }
        }
    }

    private func pgbench(
        _ database: BenchmarkDatabase,
        _ kind: Kind,
        script: String,
        seconds: Int,
        joining count: Int = 0,
        to gateway: GatewayProcess? = nil
    ) async throws -> Double {
        let arguments = [
            "-n", "-M", "prepared", "-c", "\(connections)", "-j", "2",
            "-T", "\(seconds + Self.skippedSeconds)", "-P", "1",
            "-f", script, database.dsn(),
        ]
        let isSilent = kind == .outbox
        async let output = Command.output(
            "pgbench",
            arguments,
            environment: isSilent ? ["PGOPTIONS": "-c waypost.doorbell=off"] : [:]
        )
        if let gateway, count > 0 {
            let receivers = try Subscribers()
            try receivers.join(count, to: gateway, serializer: .v2) { "trip:\(1_001 + $0 % 100)" }
            _ = receivers.swarm?.run(until: .now + .seconds(seconds + Self.skippedSeconds))
        }
        // The first seconds are left out: the gateway is cold until it knows that it is hot.
        var each = Samples()
        for line in try await output.split(separator: "\n") where line.hasPrefix("progress: ") {
            let words = line.split(separator: " ")
            guard words.count > 3, let time = Double(words[1]), let rate = Double(words[3]),
                time > Double(Self.skippedSeconds) + 0.5
            else { continue }
            each.add(rate)
        }
        return each.mean
    }

    private static let skippedSeconds = 2
}

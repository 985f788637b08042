import ArgumentParser
import Locking
import Measuring

/// `Benchmarks flood`.
struct Flood: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What somebody else's messages cost while one connection floods the gateway.",
        discussion: """
            One loop serves both. Somebody broadcasts to themselves 250 times a second; another \
            person's connection sends one kind of refused thing as fast as it is taken, and comes \
            back when it is closed. Quiet and flooded windows take turns; p99 of both, and their \
            ratio.

            Example:
              .build/release/Benchmarks flood --kind heartbeats
            """
    )

    @OptionGroup var surroundings: Surroundings

    @Option(name: .long, help: "Seconds of a window.")
    var seconds = 2

    @Option(name: .long, help: "Quiet and flooded windows of each kind.")
    var rounds = 4

    @Option(name: .long, help: "Only kinds whose name begins so.")
    var kind = ""

    @Option(name: .long, help: "Fail when a ratio is above this twice in turn; 0 never fails.")
    var ratioMax = 0.0

    func run() async throws {
        try await surroundings.begin(
            "flood",
            "\(rounds) times \(seconds) s quiet and \(seconds) s flooded for each kind"
        )
        // Whatever else runs on the machine must not be taken for what the flood costs.
        ProcessFigures.setGroupNiceness(-15)
        defer { ProcessFigures.setGroupNiceness(0) }
        let failed = try await BenchmarkDatabase.with(
            surroundings,
            settings: BenchmarkDatabase.light
        ) { database in
            try database.addTrips(10, itemCount: 0)
            // The limits are what everybody has by default, and one loop serves all.
            let settings = [
                "listen.loops": "1", "limits.half_open_per_address": "100",
                "limits.user.connections": "1000", "limits.user.joins_per_second": "1000",
                "limits.user.messages_per_second": "5000",
            ]
            return try await GatewayProcess.with(
                surroundings,
                database,
                settings: settings,
                niceness: -10
            ) { gateway in
                try measureAll(gateway)
            }
        }
        guard failed.isEmpty else {
            Report.say("Over the ratio twice: \(failed.joined(separator: ", "))")
            throw ExitCode.failure
        }
    }

    private func measureAll(_ gateway: GatewayProcess) throws -> [String] {
        Report.row(
            "\nmilliseconds",
            ["quiet p50", "flooded p50", "quiet p99", "flooded p99", "ratio", "MB/s"]
        )
        var failed: [String] = []
        for flood in FloodKind.allCases where flood.rawValue.hasPrefix(kind) {
            guard try measure(flood, gateway) > ratioMax, ratioMax > 0 else { continue }
            // Others use this machine too: only what is slow twice is slow.
            if try measure(flood, gateway) > ratioMax { failed.append(flood.rawValue) }
        }
        return failed
    }

    private struct Windows: Sendable {
        var quiet = Samples()
        var flooded = Samples()
        var byteCount = 0
        var connectionCount = 0
        var failure: (any Error)?
    }

    /// Measures one kind and answers the ratio.
    private func measure(_ kind: FloodKind, _ gateway: GatewayProcess) throws -> Double {
        let windows = Locked(Windows())
        let (rounds, window) = (rounds, Duration.seconds(seconds))
        let token = try gateway.token(of: Self.flooder)
        let thread = WorkThread(name: "bystander") {
            do {
                let found = try Self.windows(kind, gateway, token: token, rounds, window)
                windows.withLock { $0 = found }
            } catch {
                windows.withLock { $0.failure = error }
            }
        }
        thread.join()
        let found = windows.withLock { $0 }
        if let failure = found.failure { throw failure }
        let (quiet, flooded) = (found.quiet.percentile(0.99), found.flooded.percentile(0.99))
        let total = Double(rounds * seconds)
        Report.row(
            kind.rawValue,
            [
                Report.number(found.quiet.median), Report.number(found.flooded.median),
                Report.number(quiet), Report.number(flooded), Report.number(flooded / quiet),
                Report.number(Double(found.byteCount) / total / 1e6, digits: 1),
            ]
        )
        return flooded / quiet
    }

    private static func windows(
        _ kind: FloodKind,
        _ gateway: GatewayProcess,
        token: String,
        _ rounds: Int,
        _ window: Duration
    ) throws -> Windows {
        let bystander = try Bystander(gateway)
        _ = try bystander.latencies(for: .milliseconds(500))
        var windows = Windows()
        for _ in 0..<rounds {
            for value in try bystander.latencies(for: window) { windows.quiet.add(value) }
            let flooder = try Flooder(kind, gateway, token: token)
            for value in try bystander.latencies(for: window) { windows.flooded.add(value) }
            let figures = flooder.stop()
            windows.byteCount += figures.byteCount
            windows.connectionCount += figures.connectionCount
            // What is left of the flood is not part of the next quiet window.
            _ = try bystander.latencies(for: .milliseconds(500))
        }
        return windows
    }

    /// Cleo of the demonstration, who owns trip 3.
    private static let flooder = "c0000000-0000-4000-8000-000000000003"
}

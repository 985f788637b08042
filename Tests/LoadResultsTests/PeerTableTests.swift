import LoadChecks
import Testing

@testable import LoadResults

@Suite struct PeerTableTests {
    @Test("A run in which nothing arrived is no turn")
    func nothingArrived() throws {
        let run = try Samples.result([Samples.tick()], resources: Self.resources(cores: 0.5))
        #expect(PeerTurn(run) == nil)
    }

    @Test("A run whose server nobody observed is no turn")
    func nobodyObserved() throws {
        #expect(PeerTurn(try Samples.result([Samples.tick(broadcasts: [100])])) == nil)
    }

    @Test("The server's processor time is shared out among the deliveries of measured seconds")
    func microseconds() throws {
        var warmup = Samples.tick(second: 0, isMeasured: false, broadcasts: [100])
        warmup.receivedCount = 1
        var measured = Samples.tick(second: 1, broadcasts: [100, 300])
        measured.receivedCount = 50_000
        measured.errors = ["close 1013": 2]
        measured.breaches = [.gap: 1]
        let turn = try #require(
            PeerTurn(
                try Samples.result([warmup, measured], resources: Self.resources(cores: 0.2))
            )
        )
        #expect(turn.deliveriesPerSecond == 50_000)
        #expect(abs(turn.microsecondsPerDelivery - 4) < 0.001)
        #expect(turn.generatorCores == 0.25)
        #expect(turn.troubles == ["close 1013": 2, "gap": 1])
    }

    @Test(
        "The side that used its core up is the busy one",
        arguments: [
            (0.99, 0.5, BusySide.server), (0.5, 0.9, .generator), (0.95, 0.95, .both),
            (0.89, 0.85, .neither),
        ]
    )
    func busy(server: Double, generator: Double, side: BusySide) {
        #expect(BusySide(serverCores: server, generatorCores: generator) == side)
    }

    @Test("The median of an even count lies between the two in the middle")
    func median() {
        #expect(Spread([]) == nil)
        #expect(Spread([3])?.median == 3)
        #expect(Spread([4, 1, 3, 2])?.median == 2.5)
        #expect(Spread([9, 1, 5])?.median == 5)
    }

    @Test("Each load has a table, in which every server is held against the floor of its size")
    func table() {
        let rate = PeerLoad.deliveriesPerSecond(50_000)
        var comparison = Self.comparison
        for turn in [0.2, 0.3, 0.25].map({ Self.turn(50_000, $0) }) {
            comparison.add(turn, name: "floor", subscriberCount: 100, load: rate)
        }
        comparison.add(Self.turn(50_000, 0.5), name: "nchan", subscriberCount: 100, load: rate)
        comparison.add(Self.turn(50_000, 0.5), name: "nchan", subscriberCount: 1_000, load: rate)
        let load = PeerLoad.saturated(inFlight: 64)
        comparison.add(Self.turn(400_000, 1), name: "nats", subscriberCount: 100, load: load)
        let text = PeerTable.text(comparison)
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.filter { $0.hasPrefix("**") }.count == 2)
        #expect(text.contains("Medians of 3 turns"))
        #expect(
            lines.contains(
                "| 100 | floor | 5.00 (4.00–6.00) | 1.00 | 50,000 (50,000–50,000) | 25 % | 30 % | "
                    + "neither | 0.90 ms | none |"
            )
        )
        #expect(lines.contains { $0.hasPrefix("| 100 | nchan | 10.0 (10.0–10.0) | 2.00 |") })
        #expect(lines.contains { $0.hasPrefix("| 1,000 | nchan | 10.0 (10.0–10.0) | – |") })
        #expect(lines.contains { $0.hasPrefix("| 100 | nats |") && $0.contains("| server |") })
        let widths = Set(lines.filter { $0.hasPrefix("|") }.map { $0.filter { $0 == "|" }.count })
        #expect(widths == [11])
    }

    @Test("A server that fell behind, failed or never answered says so in its line")
    func troubles() {
        let rate = PeerLoad.deliveriesPerSecond(50_000)
        var comparison = Self.comparison
        var turn = Self.turn(31_000, 1)
        turn.troubles = ["missing": 1_200]
        comparison.add(turn, name: "python", subscriberCount: 100, load: rate)
        comparison.add(nil, name: "nats", subscriberCount: 100, load: rate)
        let text = PeerTable.text(comparison)
        #expect(text.contains("| did not keep up, missing 1,200 |"))
        #expect(text.contains("| 100 | nats | | | | | | | | nothing arrived |"))
    }

    private static let comparison = PeerComparison(
        version: "1.2.3",
        command: "loadtest peers",
        startedAt: "2026-11-21T10:00:00Z",
        machine: Samples.description.machine
    )

    private static func turn(_ rate: Double, _ cores: Double) -> PeerTurn {
        PeerTurn(
            deliveriesPerSecond: rate,
            serverCores: cores,
            generatorCores: 0.3,
            p99Microseconds: 900
        )
    }

    private static func resources(cores: Double) -> [String: [RunResult.ResourceSample]] {
        ["server": (0..<3).map { .init(second: $0, cores: cores, residentByteCount: 1 << 20) }]
    }
}

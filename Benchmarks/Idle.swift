import ArgumentParser
import Measuring
import WebSocketClient
import Wire

/// `Benchmarks idle`.
struct Idle: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Memory of connections that are open, and of those that joined.",
        discussion: """
            Growth of the gateway's resident memory over a number of connections, each joined to \
            a topic of its own or all to one. What the kernel holds for sockets is not in it. A \
            first part of the connections warms the allocator up and is not counted.

            Example:
              .build/release/Benchmarks idle --connections 5000
            """
    )

    @OptionGroup var surroundings: Surroundings

    @Option(name: .long, help: "Connections that are counted.")
    var connections = 5_000

    @Option(name: .long, help: "Connections before those.")
    var warm = 500

    @Flag(name: .long, help: "Join all to one topic instead of one for each connection.")
    var oneTopic = false

    func run() async throws {
        try await surroundings.begin("idle", "\(connections) connections after \(warm)")
        try await BenchmarkDatabase.with(
            surroundings,
            settings: BenchmarkDatabase.light
        ) { database in
            try database.addTrips(warm + connections, itemCount: 0)
            try await GatewayProcess.with(surroundings, database) { gateway in
                try await measure(gateway)
            }
        }
    }

    private func measure(_ gateway: GatewayProcess) async throws {
        let receivers = try Subscribers()
        guard let swarm = receivers.swarm else { return }
        let topic = { (connection: Int) in
            oneTopic ? "trip:1001" : "trip:\(1_001 + connection)"
        }
        let address = try gateway.address(.v2)
        let early = try swarm.connect(warm, to: address, deadline: .now + .seconds(60))
        try receivers.join(early, serializer: .v2, topic: topic)
        let before = try await settled(gateway)
        let start = ContinuousClock.now
        let all = try swarm.connect(connections, to: address, deadline: .now + .seconds(120))
        let opening = ContinuousClock.now - start
        let open = try await settled(gateway)
        let begin = ContinuousClock.now
        for first in stride(from: all.lowerBound, to: all.upperBound, by: 1_000) {
            let some = first..<min(first + 1_000, all.upperBound)
            try receivers.join(some, serializer: .v2, topic: topic)
        }
        let joining = ContinuousClock.now - begin
        let joined = try await settled(gateway)
        let count = Double(connections)
        Report.say("\nBytes of resident memory for each connection:")
        Report.row("open", [Report.number(Double(open - before) / count, digits: 0)])
        Report.row("joined besides", [Report.number(Double(joined - open) / count, digits: 0)])
        let sum = Double(joined - before) / count
        Report.row("open and joined (goal 4096)", [Report.number(sum, digits: 0)])
        Report.say("\nRates, with everything on two cores:")
        Report.row("handshakes per second", [Report.number(count / opening.inSeconds, digits: 0)])
        Report.row("joins per second", [Report.number(count / joining.inSeconds, digits: 0)])
    }

    /// Resident memory once it has come to rest.
    private func settled(_ gateway: GatewayProcess) async throws -> Int {
        try await Task.sleep(for: .seconds(3))
        return gateway.residentByteCount
    }
}

import ArgumentParser
import FoundationEssentials
import Measuring
import Postgres
import WebSocketClient
import Wire

/// `Benchmarks fanout`.
struct Fanout: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What a delivery costs: writes, encodings, processor time, beside bare send().",
        discussion: """
            Subscribers of one private topic, half of them with each serializer. `together` sends \
            a number of messages in one transaction, so that they arrive in one turn of the loop; \
            `alone` sends each when the one before it has arrived everywhere. The floor is \
            Floor/floor.c, which does nothing but send(); it and the gateway take turns.

            Example:
              .build/release/Benchmarks fanout --subscribers 1000 --messages 16
            """
    )

    @OptionGroup var surroundings: Surroundings

    @Option(name: .long, help: "Connections that have joined the topic.")
    var subscribers = 1_000

    @Option(name: .long, help: "Messages in one turn.")
    var messages = 16

    @Option(name: .long, help: "Rounds of each kind.")
    var rounds = 15

    @Option(name: .long, help: "Bytes of filling in each message.")
    var filling = 40

    @Option(name: .long, help: "The floor's source.")
    var floor = "Benchmarks/Floor/floor.c"

    func run() async throws {
        try await surroundings.begin(
            "fanout",
            "\(subscribers) subscribers, \(messages) messages a turn, \(rounds) rounds"
        )
        let database = { @Sendable (database: BenchmarkDatabase) async throws in
            try await GatewayProcess.with(
                surroundings,
                database,
                settings: ["listen.loops": "1"]
            ) { gateway in
                try await FloorProcess.with(source: floor, core: surroundings.gatewayCore) {
                    floor in
                    try await measure(database, gateway, floor)
                }
            }
        }
        try await BenchmarkDatabase.with(
            surroundings,
            settings: BenchmarkDatabase.durable,
            database
        )
    }

    private func measure(
        _ database: BenchmarkDatabase,
        _ gateway: GatewayProcess,
        _ floor: FloorProcess
    ) async throws {
        let receivers = try Subscribers()
        let half = subscribers / 2
        try receivers.join(half, to: gateway, serializer: .v2) { _ in "trip:1" }
        try receivers.join(subscribers - half, to: gateway, serializer: .v1) { _ in "trip:1" }
        let bare = try Subscribers()
        let address = try WebSocketAddress("ws://127.0.0.1:\(floor.port)/")
        try bare.swarm?.connect(subscribers, to: address, deadline: .now + .seconds(60))
        let writer = try database.connect()
        try writer.execute("SET waypost.doorbell = on")
        var byteCount = 0
        receivers.onMessage = { text, _ in byteCount = max(byteCount, text.count) }

        // Warm both sides up, and learn how long the gateway's messages are.
        try publish(messages, with: writer)
        try expect(receivers, messages)
        _ = try await floor.send(messages, byteCount: byteCount, joined: true)
        try expect(bare, messages)

        var turns = Turns()
        for _ in 0..<rounds {
            try await round(
                &turns,
                together: true,
                byteCount,
                writer,
                gateway,
                receivers,
                floor,
                bare
            )
            try await round(
                &turns,
                together: false,
                byteCount,
                writer,
                gateway,
                receivers,
                floor,
                bare
            )
        }
        turns.report(byteCount: byteCount)
        try await countWrites(with: writer, gateway, receivers)
    }

    /// Nanoseconds for each delivery, by kind and side.
    private struct Turns {
        var gatewayTogether = Samples()
        var gatewayAlone = Samples()
        var floorTogether = Samples()
        var floorAlone = Samples()

        func report(byteCount: Int) {
            Report.say("\nµs of processor time for each delivery of \(byteCount) bytes:")
            Report.row("", ["gateway", "floor", "ratio"])
            row("together (one write for all)", gatewayTogether, floorTogether)
            row("alone (one write for each)", gatewayAlone, floorAlone)
            row("together, floor send() for each", gatewayTogether, floorAlone)
        }

        private func row(_ name: String, _ gateway: Samples, _ floor: Samples) {
            Report.row(
                name,
                [
                    Report.number(gateway.median / 1_000, digits: 3),
                    Report.number(floor.median / 1_000, digits: 3),
                    Report.number(gateway.median / floor.median),
                ]
            )
            Report.say(
                "  gateway ns \(gateway.summary(digits: 0)), floor ns \(floor.summary(digits: 0))"
            )
        }
    }

    private func round(
        _ turns: inout Turns,
        together: Bool,
        _ byteCount: Int,
        _ writer: PostgresConnection,
        _ gateway: GatewayProcess,
        _ receivers: Subscribers,
        _ floor: FloorProcess,
        _ bare: Subscribers
    ) async throws {
        let deliveries = Double(subscribers * messages)
        // The gateway's own rest, so that its housekeeping is not counted as a delivery's.
        let before = gateway.coreNanoseconds
        if together {
            try publish(messages, with: writer)
            try expect(receivers, messages)
        } else {
            for _ in 0..<messages {
                try publish(1, with: writer)
                try expect(receivers, 1)
            }
        }
        let spent = gateway.coreNanoseconds - before
        var bareSpent = 0.0
        if together {
            bareSpent = try await floor.send(messages, byteCount: byteCount, joined: true)
            try expect(bare, messages)
        } else {
            for _ in 0..<messages {
                bareSpent += try await floor.send(1, byteCount: byteCount, joined: false)
                try expect(bare, 1)
            }
        }
        if together {
            turns.gatewayTogether.add(spent / deliveries)
            turns.floorTogether.add(bareSpent / deliveries)
        } else {
            turns.gatewayAlone.add(spent / deliveries)
            turns.floorAlone.add(bareSpent / deliveries)
        }
    }

    private func publish(_ count: Int, with writer: PostgresConnection) throws {
        let filling = String(repeating: "x", count: filling)
        _ = try writer.query(
            """
            SELECT realtime.send(
                jsonb_build_object('n', n, 'filling', '\(filling)'), 'tick', 'trip:1')
            FROM generate_series(1, $1::int) AS n
            """,
            ["\(count)"]
        )
    }

    struct Incomplete: Error, CustomStringConvertible {
        let missing: Int
        var description: String { "\(missing) deliveries did not arrive" }
    }

    private func expect(_ receivers: Subscribers, _ count: Int) throws {
        let goal =
            (receivers.messageCount / subscribers + 1) * subscribers
            + (count - 1) * subscribers
        guard receivers.receive(until: goal) else {
            throw Incomplete(missing: goal - receivers.messageCount)
        }
    }

    private func countWrites(
        with writer: PostgresConnection,
        _ gateway: GatewayProcess,
        _ receivers: Subscribers
    ) async throws {
        let before = try await gateway.settledMetrics()
        for _ in 0..<rounds {
            try publish(messages, with: writer)
            try expect(receivers, messages)
        }
        let after = try await gateway.settledMetrics()
        func moved(_ name: String) -> Double { (after[name] ?? .nan) - (before[name] ?? .nan) }
        let deliveries = moved("waypost_deliveries_total")
        Report.say("\nBy the gateway's metrics, \(rounds) turns of \(messages) messages:")
        Report.row("deliveries", [Report.number(deliveries, digits: 0)])
        let perDelivery = moved("waypost_writes_total") / deliveries
        Report.row("writes per delivery (goal 0.2)", [Report.number(perDelivery, digits: 4)])
        Report.row(
            "encodings per message (goal 2)",
            [Report.number(moved("waypost_encodings_total") / Double(rounds * messages))]
        )

        let file = "/tmp/waypost-strace-\(ProcessFigures.ownProcessID)"
        let traced = 5
        let calls = "trace=write,writev,sendto,sendmsg,sendmmsg"
        let arguments = ["-c", "-f", "-p", "\(gateway.processID)", "-o", file, "-e", calls]
        try await Command.during("strace", arguments) {
            try await Task.sleep(for: .seconds(2))
            for _ in 0..<traced {
                try publish(messages, with: writer)
                try expect(receivers, messages)
            }
        }
        let table = FileManager.default.contents(atPath: file).map {
            String(decoding: $0, as: UTF8.self)
        }
        try? FileManager.default.removeItem(atPath: file)
        let lines = (table ?? "").split(separator: "\n")
        let count = lines.compactMap { line -> Double? in
            let fields = line.split(separator: " ")
            guard fields.count >= 5, let name = fields.last, name != "total", name != "syscall"
            else {
                return nil
            }
            return Double(fields[3])
        }.reduce(0, +)
        Report.say(
            "\nBy strace -c -f, \(traced) turns of \(messages) messages, all writes:"
        )
        Report.row(
            "writes per delivery (goal 0.2)",
            [Report.number(count / Double(traced * messages * subscribers), digits: 4)]
        )
        Report.say(table ?? "")
    }
}

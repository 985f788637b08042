import Gateway
import Locking
import Postgres
import Synchronization
import Testing
import TestSupport
import WebSocketClient
import Wire

/// Collaborators of a thousand trips are removed, while everybody writes.
@Suite(.fewAtOnce, .timeLimit(.minutes(3))) struct RevocationSwarmTests {
    /// Set once, from any thread.
    private final class Flag: Sendable {
        private let flag = Atomic(false)

        var isSet: Bool { flag.load(ordering: .acquiring) }

        func set() { flag.store(true, ordering: .releasing) }
    }

    private static let roundCount = 1_000
    private static let connectionCount = 20
    private static let firstTrip = 1_000

    /// What the channels of the one who is removed have received, by trip.
    private final class Received {
        var joinedCount = 0
        var refusals: [String] = []
        var names: [[String]] = Array(repeating: [], count: roundCount)
        var reasons: [String] = Array(repeating: "", count: roundCount)
        var closedCount = 0
        var fenceCount = 0

        func receive(_ frame: [UInt8]) {
            let found: (topic: String, name: String, payload: JSONText)?
            if let message = ReceivedMessage(binary: frame, arrivedAt: .now) {
                found = (message.topic, message.name, message.payload)
            } else if let message = try? MessageDecoder(serializer: .v2).decode(frame) {
                found = (message.topic, message.name, message.payload)
            } else {
                found = nil
            }
            guard let found, let payload = try? JSON(parsing: found.payload.bytes) else {
                return refusals.append("no message")
            }
            receive(found.topic, found.name, payload)
        }

        private func receive(_ topic: String, _ name: String, _ payload: JSON) {
            let number = topic.split(separator: ":").last.flatMap { Int($0) }
            let round = number.map { $0 - firstTrip } ?? -1
            let isRound = names.indices.contains(round)
            switch name {
            case "phx_reply":
                guard payload["status"] == .string("ok") else {
                    return refusals.append(payload.text.text)
                }
                joinedCount += 1
            case "broadcast":
                if payload["event"] == .string("fence") { fenceCount += 1 }
                guard isRound else { return }
                let content = payload["payload"]
                let name = content?["record"]?["name"] ?? content?["kind"]
                names[round].append(name?.stringValue ?? "another change")
            case "system":
                if isRound { reasons[round] = payload["message"]?.stringValue ?? "" }
            case "phx_close":
                if isRound { names[round].append("close") }
                closedCount += 1
            default: refusals.append(name)
            }
        }
    }

    @Test("Removed from 1,000 trips, each written to next, under load: all before, nothing after")
    func removed() async throws {
        let settings: [ConfigurationKey: String] = [
            .listenLoops: "2", .authorizationDeadlineMilliseconds: "60000",
            .timeoutsHandshakeSeconds: "60",
        ]
        try await TestNode.with(settings) { node in
            try node.sql(
                """
                INSERT INTO trips (id, user_id, name, start_date, end_date, destination)
                SELECT \(Self.firstTrip) + n, '\(Person.ana.rawValue)', 'new', '2027-01-01',
                    '2027-01-02', 'x'
                FROM generate_series(0, \(Self.roundCount - 1)) n;
                INSERT INTO trip_collaborators (trip_id, user_id, role)
                SELECT \(Self.firstTrip) + n, '\(Person.ben.rawValue)', 'editor'
                FROM generate_series(0, \(Self.roundCount - 1)) n
                """
            )
            let received = Received()
            let swarm = try ClientSwarm { _, frame, _ in received.receive(frame) }
            try join(swarm, node, received)
            let end = Flag()
            let others = Self.startOthers(node, until: end)
            let writer = Self.startRounds(node)
            let isComplete = swarm.run(until: .now + .seconds(90)) {
                received.closedCount < Self.roundCount
            }
            writer.join()
            end.set()
            for thread in others { thread.join() }
            #expect(isComplete, "\(received.closedCount) channels were closed")
            // Whatever was under way is there before this.
            try node.fence("user:\(Person.ben.rawValue)")
            #expect(
                swarm.run(until: .now + .seconds(20)) {
                    received.fenceCount < Self.connectionCount
                }
            )
            check(received)
            #expect(swarm.endings.isEmpty)
            let count = try node.metric("waypost_revocation_lag_seconds_count")
            #expect(count == Double(Self.roundCount))
        }
    }

    private func check(_ received: Received) {
        #expect(received.refusals.isEmpty, "\(received.refusals.prefix(3))")
        let expected = ["trip_updated", "before", "close"]
        let wrong = received.names.enumerated().filter { $0.element != expected }
        #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(3))")
        for (round, reason) in received.reasons.enumerated() {
            let topic = "trip:\(Self.firstTrip + round)"
            #expect(
                reason
                    == "You do not have permissions to read from this Channel topic: \(topic)"
            )
        }
    }

    /// Ben joins all trips, and his own topic on each connection.
    private func join(_ swarm: ClientSwarm, _ node: TestNode, _ received: Received) throws {
        let address = try WebSocketAddress(
            gateway: node.url,
            apiKey: Person.ben.token,
            serializer: .v2
        )
        try swarm.connect(Self.connectionCount, to: address, deadline: .now + .seconds(60))
        let writer = RequestWriter(serializer: .v2)
        for round in 0..<Self.roundCount {
            let join = writer.join(
                "realtime:trip:\(Self.firstTrip + round)",
                ref: "\(round)",
                options: RequestWriter.JoinOptions()
            )
            swarm.sendText(join, to: round % Self.connectionCount)
        }
        for connection in 0..<Self.connectionCount {
            let join = writer.join(
                "realtime:user:\(Person.ben.rawValue)",
                ref: "u",
                options: RequestWriter.JoinOptions()
            )
            swarm.sendText(join, to: connection)
        }
        let count = Self.roundCount + Self.connectionCount
        let allJoined = swarm.run(until: .now + .seconds(60)) {
            received.joinedCount + received.refusals.count < count
        }
        try #require(allJoined && received.refusals.isEmpty, "\(received.refusals.prefix(3))")
    }

    /// Each round: a change, the removal, another change, in a transaction each.
    private static func startRounds(_ node: TestNode) -> WorkThread {
        let database = node.database
        return WorkThread(name: "rounds") {
            // A round that fails shows as a channel that is not closed.
            guard let connection = try? database.connect() else { return }
            for trip in firstTrip..<firstTrip + roundCount {
                for sql in [
                    "UPDATE trips SET name = 'before' WHERE id = \(trip)",
                    "DELETE FROM trip_collaborators WHERE trip_id = \(trip)",
                    "UPDATE trips SET name = 'after' WHERE id = \(trip)",
                ] {
                    try? connection.execute(sql)
                }
            }
        }
    }

    /// Two writers on other trips, until it is over.
    private static func startOthers(_ node: TestNode, until end: Flag) -> [WorkThread] {
        let database = node.database
        return (0..<2).map { number in
            WorkThread(name: "other-\(number)") {
                guard let connection = try? database.connect() else { return }
                while !end.isSet {
                    try? connection.execute(
                        "UPDATE trips SET travelers = travelers % 9 + 1 WHERE id = \(number + 1)"
                    )
                }
            }
        }
    }
}

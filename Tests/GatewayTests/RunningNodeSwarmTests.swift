import Gateway
import Locking
import Postgres
import TestSupport
import Testing
import WebSocketClient
import Wire

/// Many members, many topics, many writers at once.
@Suite(.fewAtOnce, .timeLimit(.minutes(2))) struct RunningNodeSwarmTests {
    private static let tripCount = 50
    private static let memberCount = 500
    private static let writerCount = 8
    private static let changesPerWriter = 60

    /// What the members have received.
    private final class Received {
        var joinedCount = 0
        var refusals: [String] = []
        /// By connection: the versions of its trip, in the order in which they came.
        var versions: [[Int64]]
        /// By connection: what belongs to other trips or came twice.
        var wrong: [String] = []
        var ids: [Set<String>]
        var count = 0

        init(memberCount: Int) {
            versions = Array(repeating: [], count: memberCount)
            ids = Array(repeating: [], count: memberCount)
        }

        /// A frame's topic, name and payload, whichever its form.
        private static func read(_ frame: [UInt8]) -> (topic: String, name: String, JSON)? {
            if let message = ReceivedMessage(binary: frame, arrivedAt: .now) {
                guard let payload = try? JSON(parsing: message.payload.bytes) else { return nil }
                return (message.topic, message.name, payload)
            }
            guard let message = try? MessageDecoder(serializer: .v2).decode(frame),
                let payload = try? JSON(parsing: message.payload.bytes)
            else { return nil }
            return (message.topic, message.name, payload)
        }

        func receive(_ connection: Int, _ frame: [UInt8], topic: String) {
            guard let (topicThere, name, payload) = Self.read(frame) else {
                return wrong.append("neither an array of five nor a binary frame")
            }
            switch name {
            case "phx_reply":
                if payload["status"] == .string("ok") {
                    joinedCount += 1
                } else {
                    refusals.append(payload.text.text)
                }
            case "broadcast":
                guard payload["event"] == .string("UPDATE") else { return }
                let id = payload["meta"]?["id"]?.stringValue ?? ""
                let version = payload["payload"]?["record"]?["travelers"]?.integerValue ?? -1
                if topicThere != topic { wrong.append("\(topic): \(topicThere)") }
                if !ids[connection].insert(id).inserted { wrong.append("\(topic): \(id) again") }
                versions[connection].append(version)
                count += 1
            default: break
            }
        }
    }

    @Test("500 members of 50 trips get exactly their trip's changes by 8 writers, in order, once")
    func swarm() async throws {
        let settings: [ConfigurationKey: String] = [
            .listenLoops: "2", .authorizationDeadlineMilliseconds: "60000",
            .timeoutsHandshakeSeconds: "60", .limitsHalfOpenPerAddress: "1000",
        ]
        try await TestNode.with(settings) { node in
            try node.sql(
                """
                INSERT INTO trips (id, user_id, name, start_date, end_date, destination)
                SELECT 100 + n, '\(Person.ana.rawValue)', n, '2027-01-01', '2027-01-02', 'x'
                FROM generate_series(0, \(Self.tripCount - 1)) n
                """
            )
            let received = Received(memberCount: Self.memberCount)
            let swarm = try ClientSwarm { connection, text, _ in
                received.receive(connection, text, topic: Self.topic(of: connection))
            }
            let address = try WebSocketAddress(
                gateway: node.url,
                apiKey: Person.ana.token,
                serializer: .v2
            )
            try swarm.connect(Self.memberCount, to: address, deadline: .now + .seconds(60))
            let writer = RequestWriter(serializer: .v2)
            for connection in 0..<Self.memberCount {
                let join = writer.join(
                    Self.topic(of: connection),
                    ref: "1",
                    options: RequestWriter.JoinOptions()
                )
                swarm.sendText(join, to: connection)
            }
            let allJoined = swarm.run(until: .now + .seconds(60)) {
                received.joinedCount + received.refusals.count < Self.memberCount
            }
            try #require(allJoined && received.refusals.isEmpty, "\(received.refusals.prefix(3))")
            let writers = try startWriters(node)
            let expected =
                Self.writerCount * Self.changesPerWriter
                * (Self.memberCount / Self.tripCount)
            let isComplete = swarm.run(until: .now + .seconds(60)) { received.count < expected }
            for thread in writers { thread.join() }
            #expect(isComplete, "\(received.count) of \(expected)")
            // Nothing more may come: a last change of every trip ends the run.
            try node.sql("UPDATE trips SET travelers = travelers + 1 WHERE id >= 100")
            let goal = expected + Self.memberCount
            #expect(swarm.run(until: .now + .seconds(60)) { received.count < goal })
            #expect(received.count == goal)
            #expect(received.wrong.isEmpty, "\(received.wrong.prefix(5))")
            for versions in received.versions {
                #expect(
                    versions == Array(2...Int64(versions.count + 1)),
                    "each step once, in order"
                )
            }
            #expect(swarm.endings.isEmpty)
        }
    }

    private static func topic(of connection: Int) -> String {
        "realtime:trip:\(100 + connection % tripCount)"
    }

    /// Each writer counts up some trip's travelers, one transaction each.
    private func startWriters(_ node: TestNode) throws -> [WorkThread] {
        let database = node.database
        return (0..<Self.writerCount).map { number in
            WorkThread(name: "writer-\(number)") {
                var generator = SeededGenerator(seed: UInt64(number) + 1)
                // A writer that fails shows as changes that do not come.
                guard let connection = try? database.connect() else { return }
                for _ in 0..<Self.changesPerWriter {
                    let trip = 100 + Int.random(in: 0..<Self.tripCount, using: &generator)
                    let sql = "UPDATE trips SET travelers = travelers + 1 WHERE id = \(trip)"
                    try? connection.execute(sql)
                }
            }
        }
    }
}

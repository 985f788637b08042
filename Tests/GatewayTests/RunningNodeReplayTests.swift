import Gateway
import Locking
import Postgres
import TestSupport
import Testing
import WebSocketClient
import Wire

/// What was sent before a join, from the rows of PostgreSQL to the bytes of a connection.
@Suite(.fewAtOnce, .timeLimit(.minutes(3))) struct RunningNodeReplayTests {
    private static let failed =
        "UnableToReplayMessages: Realtime was unable to replay messages"
    private static let late = "QueryCanceled: canceling statement due to statement timeout"

    private func send(_ node: TestNode, _ numbers: ClosedRange<Int>) throws {
        for number in numbers {
            try node.sql("SELECT realtime.send('{\"n\": \(number)}', 'tick', 'trip:1')")
        }
    }

    private func milliseconds(_ node: TestNode) throws -> Int64 {
        let text = try node.column("SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)")
        return try #require(Int64(text[0]))
    }

    @Test("Replays that are none, or of public topics, are refused with the exact reasons")
    func refused() async throws {
        try await TestNode.with([.channelsPublic: "allow"]) { node in
            let member = try BareMember(node, .ana)
            let cases = [
                (#"{"since":"x"}"#, true, "Replay params are not valid"),
                (#"{"since":1,"limit":"x"}"#, true, "Replay params are not valid"),
                (#"{}"#, true, "Replay params are not valid"),
                (#"{"since":1}"#, false, "Replay is not allowed for public channels"),
                ("null", false, "Replay is not allowed for public channels"),
            ]
            for (replay, isPrivate, sentence) in cases {
                let config = #""private":\#(isPrivate),"broadcast":{"replay":\#(replay)}"#
                try member.say(#"["6","6","realtime:trip:1","phx_join",{"config":{\#(config)}}]"#)
                #expect(
                    try member.next()
                        == .text(
                            #"["6","6","realtime:trip:1","phx_reply",{"status":"error","response":{"reason":"UnableToReplayMessages: \#(sentence)"}}]"#
                        )
                )
            }
            // Who may not read learns nothing of replays.
            let cleo = try Member(node, .cleo)
            let reply = try cleo.join("trip:1", replaySince: 0)
            #expect(reply.reason?.hasPrefix("Unauthorized: ") == true)
            try node.expectHealthy()
        }
    }

    @Test("Three of five are replayed behind the answer, oldest first, byte for byte")
    func bytes() async throws {
        try await TestNode.with { node in
            try send(node, 1...3)
            try node.sql("SELECT realtime.send_binary('\\x00ff', 'tick', 'trip:1')")
            try send(node, 5...5)
            let config = #""private":true,"broadcast":{"replay":{"since":0,"limit":3}}"#
            let ids = try node.column(
                "SELECT id FROM realtime.messages WHERE event = 'tick' ORDER BY seq"
            )
            func text(_ index: Int, _ number: Int) -> String {
                let (id, meta) = (ids[index], #""meta":{"replayed":true,"id":"\#(ids[index])"}"#)
                return
                    #"{"type":"broadcast","event":"tick","payload":{"n": \#(number), "id": "\#(id)"},\#(meta)}"#
            }
            let (first, second) = (try BareMember(node, .ana, .v1), try BareMember(node, .ben))
            try second.joined("trip:1", config)
            #expect(
                try second.next()
                    == .text(#"["6",null,"realtime:trip:1","broadcast",\#(text(2, 3))]"#)
            )
            let meta = Array(#"{"replayed":true,"id":"\#(ids[3])"}"#.utf8)
            #expect(
                try second.next()
                    == .binary(
                        [4, 15, 4, UInt8(meta.count), 0] + Array("realtime:trip:1tick".utf8)
                            + meta + [0, 255]
                    )
            )
            #expect(
                try second.next()
                    == .text(#"["6",null,"realtime:trip:1","broadcast",\#(text(4, 5))]"#)
            )
            try second.expectNothing()
            // The first serializer has no form for bytes.
            try first.joined("trip:1", config)
            for (index, number) in [(2, 3), (4, 5)] {
                #expect(
                    try first.next()
                        == .text(
                            #"{"topic":"realtime:trip:1","event":"broadcast","payload":\#(text(index, number)),"ref":null}"#
                        )
                )
            }
            try first.expectNothing()
        }
    }

    @Test("Changes of watched tables are replayed as they were broadcast, and none from before")
    func changes() async throws {
        try await TestNode.with { node in
            let live = try Member(node, .ana)
            try live.joined("trip:1")
            try node.sql("UPDATE trips SET name = 'Porto' WHERE id = 1")
            try node.fence("trip:1", name: "between")
            let before = try live.broadcasts(until: "between").filter { $0.name == "UPDATE" }
            try node.sql("SELECT pg_sleep(0.05)")
            let since = try milliseconds(node)
            try node.sql("UPDATE trips SET name = 'Faro' WHERE id = 1")
            try node.fence("trip:1")
            let after = try live.broadcasts().filter { $0.name == "UPDATE" }
            for serializer in [Serializer.v1, .v2] {
                let late = try Member(node, .ben, serializer)
                #expect(try late.join("trip:1", replaySince: 0).isOK)
                let all = try late.broadcasts()
                #expect(all.allSatisfy { $0.isReplayed })
                let updates = all.filter { $0.name == "UPDATE" }
                #expect(updates.map(\.id) == (before + after).map(\.id))
                #expect(updates.map(\.payload) == (before + after).map(\.payload))
                let again = try late.join("trip:1", replaySince: since)
                #expect(again.isOK)
                let newer = try late.broadcasts().filter { $0.name == "UPDATE" }
                #expect(newer.map(\.id) == after.map(\.id))
            }
        }
    }

    @Test("Twenty-five are replayed where the join does not say, and more where that is allowed")
    func limits() async throws {
        let cases: [(String, Int?, Int)] = [("25", 100, 25), ("40", 100, 40), ("40", nil, 25)]
        for (allowed, asked, expected) in cases {
            try await TestNode.with([.replayMessages: allowed]) { node in
                try send(node, 1...50)
                let ana = try Member(node, .ana)
                #expect(try ana.join("trip:1", replaySince: 0, limit: asked).isOK)
                try node.fence("trip:1")
                let found = try ana.broadcasts()
                let numbers = found.map { $0.payload["n"]?.integerValue }
                #expect(numbers == (51 - expected...50).map { Int64($0) })
                #expect(try node.metric("waypost_replay_messages_total") == Double(expected))
                #expect(try node.metric(#"waypost_replays_total{outcome="read"}"#) == 1)
            }
        }
    }

    @Test("A database that is slow or lets nobody in refuses the join, and live messages go on")
    func slowAndAway() async throws {
        try await TestNode.with { node in
            let (ana, ben) = (try Member(node, .ana), try Member(node, .ben))
            try ben.joined("trip:1")
            let name = try node.column("SELECT current_database()")[0]
            try node.sql("ALTER DATABASE \"\(name)\" CONNECTION LIMIT 0")
            #expect(try ana.join("trip:1", replaySince: 0).reason == Self.failed)
            try send(node, 1...1)
            #expect(try ben.broadcast(named: "tick").payload["n"] == .number("1"))
            try node.sql("ALTER DATABASE \"\(name)\" CONNECTION LIMIT -1")
            #expect(
                try await eventually(within: Member.patience) {
                    try ana.join("trip:1", replaySince: 0).isOK
                }
            )
            let blocker = try node.database.connect()
            try blocker.execute("BEGIN; LOCK TABLE realtime.changes IN ACCESS EXCLUSIVE MODE")
            // Neither the reader nor the replay gets at the table: whichever has waited too long.
            let reason = try ana.join("trip:1", replaySince: 0).reason
            #expect(reason == Self.failed || reason == Self.late)
            try blocker.execute("ROLLBACK")
            try send(node, 2...2)
            try node.fence("trip:1")
            #expect(try ben.broadcasts().map { $0.payload["n"] } == [.number("2")])
            #expect(try ana.join("trip:1", replaySince: 0).isOK)
            #expect(try ana.isAlive())
        }
    }

    @Test(
        "While a writer never stops, whoever joins sees each message once, in order, from the replay's first on",
        arguments: [5, 1_000]
    )
    func border(limit: Int) async throws {
        try await TestNode.with([.replayMessages: "1000", .listenLoops: "2"]) { node in
            let writer = NumberWriter()
            writer.start(node.database)
            defer { _ = writer.end() }
            let people = [Person.ana, .ben]
            var members: [Member] = []
            for count in 0..<40 {
                let member = try Member(node, people[count % 2], count % 4 < 2 ? .v1 : .v2)
                let reply = try member.join("trip:1", replaySince: 0, limit: limit)
                try #require(reply.isOK, "\(reply.reason ?? "")")
                members.append(member)
            }
            let last = writer.end()
            try node.fence("trip:1")
            for member in members {
                let found = try member.broadcasts()
                let numbers = found.compactMap { $0.payload["n"]?.integerValue }
                let first = try #require(numbers.first)
                #expect(numbers == Array(first...last))
                #expect(first == 1 || found.count { $0.isReplayed } == limit)
                let replayedCount = found.prefix { $0.isReplayed }.count
                #expect(!found.dropFirst(replayedCount).contains { $0.isReplayed })
            }
            #expect(try await eventually { try node.metric("waypost_replays_waiting") == 0 })
        }
    }

    /// Sends numbers from a thread of its own, each in a transaction, until it is told to end.
    private final class NumberWriter: Sendable {
        private let isOver = Locked(false)
        private let last = Locked<Int64>(0)
        private let thread = Locked<WorkThread?>(nil)

        func start(_ database: TestDatabase) {
            let started = WorkThread(name: "numbers") { [self] in
                // One that fails shows as messages that do not come.
                guard let connection = try? database.connect() else { return }
                while !isOver.withLock({ $0 }) {
                    let next = last.withLock { $0 + 1 }
                    let payload = "jsonb_build_object('n', \(next))"
                    try? connection.execute(
                        "SELECT realtime.send(\(payload), 'tick', 'trip:1'), pg_sleep(0.001)"
                    )
                    last.withLock { $0 = next }
                }
            }
            thread.withLock { $0 = started }
        }

        /// Ends the thread; answers the last number.
        func end() -> Int64 {
            isOver.withLock { $0 = true }
            thread.withLock { $0 }?.join()
            return last.withLock { $0 }
        }
    }
}

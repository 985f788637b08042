import Gateway
import TestSupport
import Testing
import WebSocketClient
import Wire

/// What a connection may not do, and that nobody else suffers from it.
@Suite(.fewAtOnce, .timeLimit(.minutes(2))) struct NodeLoopLimitsTests {
    private static let malformed = [
        "", "{", "null", "42", "\"text\"", "[]", "{}", "[1,2,3]", "[null,null,\"phoenix\"]",
        #"["1","1","realtime:trip:1","phx_join"]"#, #"["1","1",7,"phx_join",{}]"#,
        #"["1","1","realtime:trip:1",{},{}]"#, #"{"topic":"realtime:trip:1"}"#,
        #"["1","1","realtime:trip:1","phx_join",{"a":1,}]"#, "[[[[", "]", "\u{0}", "[1e999]",
        #"["1","1","realtime:trip:1","phx_join",{"\ud800":1}]"#,
    ]

    @Test("Malformed messages never close the connection", arguments: Serializer.allCases)
    func malformed(serializer: Serializer) async throws {
        try await TestNode.with { node in
            let ana = try Member(node, .ana, serializer)
            try ana.joined("trip:1")
            for text in Self.malformed { try ana.sendText(text) }
            #expect(try ana.isAlive())
            #expect(try ana.channels.next(deadline: .now) == .timeout, "nothing was answered")
            try node.fence("trip:1")
            #expect(try ana.broadcast(named: "fence").topic == "realtime:trip:1")
            try node.expectHealthy()
        }
    }

    @Test("Joins whose fields have the wrong types take the defaults")
    func wrongTypes() async throws {
        try await TestNode.with([.channelsPublic: "allow"]) { node in
            let ana = try Member(node, .ana)
            let configs = [
                #"{"config":{"broadcast":"yes","presence":[],"postgres_changes":7,"private":{}}}"#,
                #"{"config":[]}"#, #"{"config":{"private":"x","broadcast":{"ack":[]}},"x":1}"#,
            ]
            for (number, config) in configs.enumerated() {
                let ref = "\"\(number)\""
                let topic = "\"realtime:lobby:\(number)\""
                try ana.sendText("[\(ref),\(ref),\(topic),\"phx_join\",\(config)]")
                let payload = try JSON(parsing: try ana.next().payload.bytes)
                #expect(payload["status"] == .string("ok"), "\(config)")
            }
            #expect(try ana.isAlive())
        }
    }

    @Test("Binary messages, unknown messages and deep JSON are dropped, the connection stays")
    func dropped() async throws {
        try await TestNode.with { node in
            let ana = try Member(node, .ana)
            try ana.joined("trip:1")
            for bytes in [[], [3], [3, 1, 1, 15, 2, 0, 1, 0x36], [255, 0, 0], [UInt8](0...255)] {
                try ana.channels.webSocket.sendBinary(bytes)
            }
            try ana.sendText(#"["1","2","realtime:trip:1","unheard_of",{"a":1}]"#)
            for count in [1_000, 1_000_000] {
                let deep = String(repeating: "[", count: count)
                try ana.sendText(deep)
                let shut = deep + String(repeating: "]", count: count)
                try ana.sendText(
                    #"["1","3","realtime:trip:1","broadcast",{"event":"x","payload":\#(shut)}]"#
                )
                try ana.sendText(#"["1","4","realtime:deep","phx_join",{"config":\#(shut)}]"#)
            }
            #expect(try ana.isAlive())
            try node.fence("trip:1")
            #expect(try ana.broadcast(named: "fence").topic == "realtime:trip:1")
            try node.expectHealthy()
        }
    }

    @Test("A message of 5 MB is taken, a byte more and 6 MB close with 1009")
    func messageBytes() async throws {
        try await TestNode.with { node in
            let head = #"["1","2","realtime:trip:1","broadcast",{"event":"x","payload":""#
            let tail = #""}]"#
            func text(_ byteCount: Int) -> String {
                let rest = byteCount - head.utf8.count - tail.utf8.count
                return head + String(repeating: "x", count: rest) + tail
            }
            let ana = try Member(node, .ana)
            try ana.joined("trip:1", wantsAck: true)
            try ana.sendText(text(5_000_000))
            let reply = try JSON(parsing: try ana.next().payload.bytes)
            #expect(reply["response"]?["reason"] == .string("payload_size_exceeded"))
            #expect(try ana.isAlive())
            for byteCount in [5_000_001, 6_000_000] {
                let member = try Member(node, .ana)
                try member.joined("trip:1")
                // The gateway may close before it has read the whole message.
                try? member.sendText(text(byteCount))
                let closed = try member.channels.next(deadline: Member.soon)
                guard case .closed(let code, _) = closed else {
                    Issue.record("\(byteCount) bytes: \(closed)")
                    continue
                }
                #expect(code == 1009)
            }
            #expect(try ana.isAlive())
            try node.expectHealthy()
        }
    }

    @Test("Text that is no UTF-8 closes with 1007, a frame out of order with 1002")
    func violations() async throws {
        try await TestNode.with { node in
            for (code, bytes): (UInt16, [UInt8]) in [(1007, [0xC3, 0x28]), (1002, [])] {
                let member = try Member(node, .ana)
                if code == 1007 {
                    try member.channels.webSocket.send(.text, bytes)
                } else {
                    try member.channels.webSocket.send(.continuation, bytes)
                }
                let closed = try member.channels.next(deadline: Member.soon)
                guard case .closed(code, _) = closed else {
                    Issue.record("\(closed)")
                    continue
                }
            }
            try node.expectHealthy()
        }
    }

    @Test("The channel after the hundredth is refused, and the others stay")
    func channelCount() async throws {
        let settings: [ConfigurationKey: String] = [
            .channelsPublic: "allow", .limitsJoinsPerSecond: "1000",
        ]
        try await TestNode.with(settings) { node in
            let ana = try Member(node, .ana)
            for number in 1...100 { try ana.joined("lobby:\(number)", isPrivate: false) }
            #expect(
                try ana.refusal("lobby:101", isPrivate: false)
                    == "ChannelRateLimitReached: Too many channels"
            )
            try ana.joined("lobby:100", isPrivate: false)
            #expect(try ana.channels.leave("lobby:7", deadline: Member.soon)?.isOK == true)
            try ana.joined("lobby:101", isPrivate: false)
        }
    }

    @Test("Who joins too fast is told so and closed with 1001")
    func joinRate() async throws {
        try await TestNode.with([.limitsJoinsPerSecond: "5"]) { node in
            let ana = try Member(node, .ana)
            let other = try Member(node, .ben)
            try other.joined("trip:1")
            for number in 0..<50 {
                let ref = "\"\(number)\""
                try? ana.sendText(
                    #"[\#(ref),\#(ref),"realtime:trip:1","phx_join",{"config":{"private":true}}]"#
                )
            }
            var reasons: [String] = []
            var code: UInt16?
            reading: while true {
                switch try ana.channels.next(deadline: Member.soon) {
                case .message(let message):
                    let payload = try JSON(parsing: message.payload.bytes)
                    reasons += [payload["response"]?["reason"]?.stringValue].compactMap { $0 }
                case .closed(let found, _):
                    code = found
                    break reading
                case .ended, .timeout: break reading
                }
            }
            #expect(reasons.contains("ClientJoinRateLimitReached: Too many joins per second"))
            #expect(code == 1001)
            #expect(try other.isAlive())
            try node.expectHealthy()
        }
    }

    @Test("Who sends too much is told so and loses the channel, not the connection")
    func messageRate() async throws {
        try await TestNode.with([.limitsMessagesPerSecond: "50"]) { node in
            let ana = try Member(node, .ana)
            try ana.joined("trip:1", wantsAck: true)
            var count = 0
            var message: ReceivedMessage
            repeat {
                try ana.channels.broadcast("trip:1", name: "flood", payload: .emptyObject)
                message = try ana.next()
                count += 1
            } while message.name == "phx_reply" && count < 5_000
            #expect(count >= 499, "a burst of ten seconds is taken, with the join")
            let error = try JSON(parsing: message.payload.bytes)
            #expect(error["status"] == .string("error"))
            #expect(error["message"] == .string("Too many messages per second"))
            #expect(try ana.next().name == "phx_close")
            let more = try await ana.patientNext(within: .milliseconds(200))
            #expect(more == nil, "and nothing else; the rate recovers meanwhile")
            #expect(try ana.isAlive())
            try ana.joined("trip:1")
            try node.expectHealthy()
        }
    }

    @Test("Who goes on sending too much loses the connection")
    func flood() async throws {
        try await TestNode.with([.limitsMessagesPerSecond: "1"]) { node in
            let ana = try Member(node, .ana)
            try ana.joined("trip:1")
            for _ in 0..<30 {
                _ = try? ana.channels.broadcast("trip:1", name: "flood", payload: .emptyObject)
            }
            #expect(try ana.system()["message"] == .string("Too many messages per second"))
            #expect(try ana.next().name == "phx_close")
            guard case .closed(let code, _) = try ana.channels.next(deadline: Member.soon) else {
                throw Member.Unexpected(what: "no close")
            }
            #expect(code == 1001)
            try node.expectHealthy()
        }
    }
}

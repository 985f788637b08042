import Gateway
import TestSupport
import Testing
import WebSocketClient
import Wire

/// Broadcasts as binary frames, which is how current libraries send them, byte for byte.
@Suite(.fewAtOnce, .timeLimit(.minutes(2))) struct NodeLoopBinaryTests {
    /// What a library sent for `{"a":1}` under the name `hi`, captured: join reference 6,
    /// reference 7, topic `realtime:room:1`.
    private static let captured: [UInt8] =
        [0x03, 0x01, 0x01, 0x0F, 0x02, 0x00, 0x01, 0x36, 0x37] + room
        + [0x68, 0x69] + [0x7B, 0x22, 0x61, 0x22, 0x3A, 0x31, 0x7D]

    /// What the other members get for it.
    private static let fannedOut: [UInt8] =
        [0x04, 0x0F, 0x02, 0x00, 0x01] + room
        + [0x68, 0x69] + [0x7B, 0x22, 0x61, 0x22, 0x3A, 0x31, 0x7D]

    private static let room: [UInt8] = [
        0x72, 0x65, 0x61, 0x6C, 0x74, 0x69, 0x6D, 0x65, 0x3A, 0x72, 0x6F, 0x6F, 0x6D, 0x3A, 0x31,
    ]

    /// A frame for `realtime:trip:1` with the name `hi` and the join reference 6.
    private func frame(_ encoding: UInt8, _ payload: [UInt8], ref: String = "7") -> [UInt8] {
        [3, 1, UInt8(ref.utf8.count), 15, 2, 0, encoding] + Array("6\(ref)realtime:trip:1hi".utf8)
            + payload
    }

    /// What the others get for it.
    private func fannedOut(_ encoding: UInt8, _ payload: [UInt8]) -> BareMember.Message {
        .binary([4, 15, 2, 0, encoding] + Array("realtime:trip:1hi".utf8) + payload)
    }

    private func reply(_ ref: String, _ body: String) -> BareMember.Message {
        .text(#"["6","\#(ref)","realtime:trip:1","phx_reply",\#(body)]"#)
    }

    @Test("A viewer's frames are dropped, with or without ack; an owner's arrive")
    func writing() async throws {
        try await TestNode.with { node in
            let cleo = try BareMember(node, .cleo)
            try cleo.joined("trip:2", #""private":true,"broadcast":{"ack":true,"self":true}"#)
            let ana = try BareMember(node, .ana)
            try ana.joined("trip:2")
            for encoding: UInt8 in [0, 1] {
                try cleo.say(
                    [3, 1, 1, 15, 1, 0, encoding] + Array("67realtime:trip:2x{}".utf8)
                )
            }
            try cleo.expectNothing()
            try ana.expectNothing()
            try ana.say([3, 1, 1, 15, 1, 0, 0] + Array("67realtime:trip:2x{}".utf8))
            #expect(
                try cleo.next() == .binary([4, 15, 1, 0, 0] + Array("realtime:trip:2x{}".utf8))
            )
            let refused = #"waypost_broadcasts_refused_total{reason="not_allowed"}"#
            #expect(try node.metric(refused) == 2)
        }
    }

    @Test("Malformed frames are dropped and counted, cost nobody anything and close nothing")
    func malformed() async throws {
        try await TestNode.with([.limitsMessagesPerSecond: "1000"]) { node in
            let (bad, old) = (try BareMember(node, .ana), try BareMember(node, .ana, .v1))
            let (ana, ben) = (try BareMember(node, .ana), try BareMember(node, .ben))
            for member in [bad, old, ana, ben] { try member.joined("trip:1") }
            let whole = frame(1, Array(#"{"a":1}"#.utf8))
            var frames = (0..<whole.count - 7).map { Array(whole.prefix($0)) }
            for place in 1...5 {
                var frame = whole
                frame[place] = 255
                frames.append(frame)
            }
            for place in [7, 8, 9, 24] {
                var frame = whole
                frame[place] = 0xFF
                frames.append(frame)
            }
            for kind: UInt8 in [0, 1, 2, 4, 255] { frames.append([kind] + whole.dropFirst()) }
            for payload in ["", "{", "{}{}", "nul", "\"\\ud800\""] {
                frames.append(frame(1, Array(payload.utf8)))
            }
            frames.append(frame(1, [0x22, 0xC3, 0x28, 0x22]))
            frames.append(frame(1, [UInt8](repeating: 0x5B, count: 1_000_000)))
            for frame in frames { try bad.say(frame) }
            try old.say(whole)
            for number in 0..<20 {
                let payload = Array("\(number)".utf8)
                try ana.say(frame(1, payload))
                #expect(try ben.next() == fannedOut(1, payload))
                #expect(try bad.next() == fannedOut(1, payload))
                _ = try old.next()
                for frame in frames { try bad.say(frame) }
            }
            for member in [bad, old, ana, ben] { try member.expectNothing() }
            try node.expectHealthy()
            let short = #"waypost_messages_malformed_total{kind="frame_ends_early"}"#
            let expected = Double(21 * (whole.count - 7 + 5))
            #expect(await eventually { (try? node.metric(short)) == expected })
            let early = #"waypost_messages_malformed_total{kind="binary_not_taken"}"#
            #expect(await eventually { (try? node.metric(early)) == 1 })
        }
    }

    @Test("The captured frame is fanned out as the captured frame, and answered by its reference")
    func captured() async throws {
        try await TestNode.with([.channelsPublic: "allow"]) { node in
            let sender = try BareMember(node, .ana)
            try sender.joined("room:1", #""broadcast":{"ack":true,"self":true}"#)
            let (new, old) = (try BareMember(node, .ben), try BareMember(node, .ben, .v1))
            for member in [new, old] { try member.joined("room:1", "") }
            try sender.say(Self.captured)
            #expect(try new.next() == .binary(Self.fannedOut))
            #expect(
                try old.next()
                    == .text(
                        #"{"topic":"realtime:room:1","event":"broadcast","payload":"#
                            + #"{"type":"broadcast","event":"hi","payload":{"a":1}},"ref":null}"#
                    )
            )
            #expect(try sender.next() == .binary(Self.fannedOut))
            #expect(
                try sender.next()
                    == .text(
                        #"["6","7","realtime:room:1","phx_reply",{"status":"ok","response":{}}]"#
                    )
            )
        }
    }

    @Test("Bytes reach the second serializer on every loop, and the first one never")
    func bytes() async throws {
        try await TestNode.with([.listenLoops: "2"]) { node in
            let sender = try BareMember(node, .ana)
            try sender.joined("trip:1", #""private":true,"broadcast":{"ack":true}"#)
            let news = try (0..<4).map { _ in try BareMember(node, .ben) }
            let olds = try (0..<4).map { _ in try BareMember(node, .ben, .v1) }
            for member in news + olds { try member.joined("trip:1") }
            // More than one fragment, of every byte there is.
            let payload = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            for bytes in [[], [0], payload] {
                try sender.say(frame(0, bytes))
                #expect(try sender.next() == reply("7", #"{"status":"ok","response":{}}"#))
                for member in news { #expect(try member.next() == fannedOut(0, bytes)) }
            }
            for member in [sender] + news + olds { try member.expectNothing() }
        }
    }

    @Test("Text stays text, word for word, for both serializers, whichever sent it")
    func text() async throws {
        try await TestNode.with { node in
            let (new, old) = (try BareMember(node, .ana), try BareMember(node, .ana, .v1))
            for member in [new, old] { try member.joined("trip:1") }
            let payload = #"{ "event":"hi" , "extra":[1.50], "payload":{"a":1}}"#
            try new.say(#"["6","8","realtime:trip:1","broadcast",\#(payload)]"#)
            #expect(
                try old.next()
                    == .text(
                        #"{"topic":"realtime:trip:1","event":"broadcast","payload":\#(payload),"ref":null}"#
                    )
            )
            try old.say(
                #"{"topic":"realtime:trip:1","event":"broadcast","payload":\#(payload),"ref":"8"}"#
            )
            #expect(
                try new.next()
                    == .text(#"[null,null,"realtime:trip:1","broadcast",\#(payload)]"#)
            )
        }
    }

    @Test("Without ack there is no answer; with ack and an empty reference it is echoed")
    func answers() async throws {
        try await TestNode.with { node in
            let (quiet, loud) = (try BareMember(node, .ana), try BareMember(node, .ana))
            try quiet.joined("trip:1")
            try loud.joined("trip:1", #""private":true,"broadcast":{"ack":true}"#)
            try quiet.say(frame(1, Array("1".utf8)))
            #expect(try loud.next() == fannedOut(1, Array("1".utf8)))
            try quiet.expectNothing()
            try loud.say(frame(1, Array("2".utf8), ref: ""))
            #expect(try loud.next() == reply("", #"{"status":"ok","response":{}}"#))
            #expect(try quiet.next() == fannedOut(1, Array("2".utf8)))
        }
    }

    @Test("A payload over the limit is refused in the exact words, a byte less arrives")
    func tooLarge() async throws {
        try await TestNode.with([.limitsPayloadBytes: "1000"]) { node in
            let (sender, other) = (try BareMember(node, .ana), try BareMember(node, .ben))
            try sender.joined("trip:1", #""private":true,"broadcast":{"ack":true}"#)
            try other.joined("trip:1")
            for encoding: UInt8 in [0, 1] {
                let payload = [0x22] + [UInt8](repeating: 0x78, count: 998) + [0x22]
                try sender.say(frame(encoding, [0x22] + [0x78] + payload.dropFirst()))
                #expect(
                    try sender.next()
                        == reply(
                            "7",
                            #"{"status":"error","response":{"reason":"payload_size_exceeded"}}"#
                        )
                )
                try sender.say(frame(encoding, payload))
                #expect(try sender.next() == reply("7", #"{"status":"ok","response":{}}"#))
                #expect(try other.next() == fannedOut(encoding, payload))
            }
        }
    }

    @Test("Private and public topics of one name are two worlds for frames as well")
    func twoWorlds() async throws {
        try await TestNode.with([.channelsPublic: "allow"]) { node in
            let (inside, outside) = (try BareMember(node, .ana), try BareMember(node, .cleo))
            try inside.joined("trip:1", #""private":true,"broadcast":{"ack":true}"#)
            try outside.joined("trip:1", #""broadcast":{"ack":true}"#)
            for encoding: UInt8 in [0, 1] {
                for member in [inside, outside] {
                    try member.say(frame(encoding, Array("{}".utf8)))
                    #expect(try member.next() == reply("7", #"{"status":"ok","response":{}}"#))
                }
            }
            try node.sql("SELECT realtime.send_binary('\\x01', 'in', 'trip:1', true)")
            try node.sql("SELECT realtime.send_binary('\\x02', 'out', 'trip:1', false)")
            for (member, byte) in [(inside, UInt8(1)), (outside, 2)] {
                guard case .binary(let bytes) = try member.next() else {
                    Issue.record("no bytes")
                    continue
                }
                #expect(bytes.first == 4 && bytes.last == byte)
            }
        }
    }

    @Test("What the database sends is a frame with the row's id; bytes do not reach the first one")
    func fromDatabase() async throws {
        try await TestNode.with { node in
            let (new, old) = (try BareMember(node, .ana), try BareMember(node, .ana, .v1))
            for member in [new, old] { try member.joined("trip:1") }
            try node.sql("SELECT realtime.send_binary('\\x00ff', 'hi', 'trip:1')")
            try node.sql("SELECT realtime.send('{\"id\":1}', 'hi', 'trip:1')")
            let ids = try node.column(
                "SELECT id FROM realtime.messages WHERE event = 'hi' ORDER BY seq"
            )
            let metas = ids.map { Array(#"{"id":"\#($0)"}"#.utf8) }
            let head = Array("realtime:trip:1hi".utf8)
            #expect(try new.next() == .binary([4, 15, 2, 45, 0] + head + metas[0] + [0x00, 0xFF]))
            let json = Array(#"{"id": 1}"#.utf8)
            #expect(try new.next() == .binary([4, 15, 2, 45, 1] + head + metas[1] + json))
            #expect(
                try old.next()
                    == .text(
                        #"{"topic":"realtime:trip:1","event":"broadcast","payload":"#
                            + #"{"type":"broadcast","event":"hi","payload":{"id": 1},"#
                            + #""meta":{"id":"\#(ids[1])"}},"ref":null}"#
                    )
            )
        }
    }

    @Test("A name that no frame can hold goes as text; with bytes it is left out and counted")
    func longNames() async throws {
        try await TestNode.with { node in
            let member = try BareMember(node, .ana)
            try member.joined("trip:1")
            let name = String(repeating: "n", count: 256)
            try node.sql("SELECT realtime.send_binary('\\x01', '\(name)', 'trip:1')")
            try node.sql("SELECT realtime.send('{\"id\":1}', '\(name)', 'trip:1')")
            let id = try node.column(
                "SELECT id FROM realtime.messages WHERE event = '\(name)' ORDER BY seq"
            )
            #expect(
                try member.next()
                    == .text(
                        #"[null,null,"realtime:trip:1","broadcast",{"type":"broadcast","#
                            + #""event":"\#(name)","payload":{"id": 1},"meta":{"id":"\#(id[1])"}}]"#
                    )
            )
            let skipped = #"waypost_rows_skipped_total{reason="payload_unusable"}"#
            #expect(await eventually { (try? node.metric(skipped)) == 1 })
        }
    }
}

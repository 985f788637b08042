import Gateway
import TestSupport
import Testing
import WebSocketClient
import Wire

/// What members send to each other.
@Suite(.fewAtOnce, .timeLimit(.minutes(2))) struct NodeLoopBroadcastsTests {
    private let payload = JSONText(trusted: Array(#"{"x":10,"y":[1.50,"ü"]}"#.utf8))

    @Test("A broadcast reaches the others word for word, in both serializers, and not the sender")
    func toOthers() async throws {
        try await TestNode.with { node in
            let ana = try Member(node, .ana)
            let first = try Member(node, .ben, .v1)
            let second = try Member(node, .ben, .v2)
            for member in [ana, first, second] { try member.joined("trip:1") }
            try ana.channels.broadcast("trip:1", name: "cursor", payload: payload)
            for member in [first, second] {
                let found = try member.broadcast(named: "cursor")
                #expect(
                    found.message.payload.text
                        == #"{"type":"broadcast","event":"cursor","payload":\#(payload.text)}"#
                )
                #expect(found.message.ref == .null && found.message.joinRef == .null)
            }
            try node.fence("trip:1")
            #expect(try ana.broadcasts().isEmpty)
        }
    }

    @Test("With self the sender's own channel receives too; with ack it is answered")
    func selfAndAck() async throws {
        try await TestNode.with { node in
            let ana = try Member(node, .ana)
            try ana.joined("trip:1", receivesOwn: true, wantsAck: true)
            let reply = try ana.channels.broadcast(
                "trip:1",
                name: "own",
                payload: payload,
                deadline: Member.soon
            )
            #expect(reply?.isOK == true && reply?.response == .emptyObject)
            #expect(try ana.broadcast(named: "own").payload["x"] == .number("10"))
            let quiet = try Member(node, .ana)
            try quiet.joined("trip:1")
            try quiet.channels.broadcast("trip:1", name: "quiet", payload: payload)
            #expect(try ana.broadcast(named: "quiet").topic == "realtime:trip:1")
            #expect(try quiet.isAlive())
            #expect(try quiet.channels.next(deadline: .now) == .timeout)
        }
    }

    @Test("A broadcast as a frame arrives as the same one as text does, and is answered")
    func frames() async throws {
        try await TestNode.with { node in
            let ana = try Member(node, .ana)
            try ana.joined("trip:1", wantsAck: true)
            let members = [try Member(node, .ben, .v1), try Member(node, .ben, .v2)]
            for member in members { try member.joined("trip:1") }
            let reply = try ana.channels.broadcast(
                "trip:1",
                name: "cursor",
                content: .json(payload),
                deadline: Member.soon
            )
            #expect(reply?.isOK == true && reply?.response == .emptyObject)
            for member in members {
                #expect(
                    try member.broadcast(named: "cursor").message.payload.text
                        == #"{"type":"broadcast","event":"cursor","payload":\#(payload.text)}"#
                )
            }
        }
    }

    @Test("A viewer reads and may not broadcast, with or without ack; an editor may")
    func writing() async throws {
        try await TestNode.with { node in
            let cleo = try Member(node, .cleo)
            try cleo.joined("trip:2", wantsAck: true)
            let ana = try Member(node, .ana)
            try ana.joined("trip:2")
            try cleo.channels.broadcast("trip:2", name: "denied", payload: payload)
            #expect(try cleo.isAlive())
            #expect(try cleo.channels.next(deadline: .now) == .timeout, "no reply either")
            try ana.channels.broadcast("trip:2", name: "owner", payload: payload)
            #expect(try cleo.broadcast(named: "owner").topic == "realtime:trip:2")
            try node.fence("trip:2")
            #expect(try ana.broadcasts().isEmpty)
            let ben = try Member(node, .ben)
            try ben.joined("trip:1", wantsAck: true)
            let reply = try ben.channels.broadcast(
                "trip:1",
                name: "editor",
                payload: payload,
                deadline: Member.soon
            )
            #expect(reply?.isOK == true)
        }
    }

    @Test("Private and public topics of one name are two worlds")
    func twoWorlds() async throws {
        try await TestNode.with([.channelsPublic: "allow"]) { node in
            let inside = try Member(node, .ana)
            try inside.joined("trip:1")
            let outside = try Member(node, .cleo)
            try outside.joined("trip:1", isPrivate: false)
            try outside.channels.broadcast("trip:1", name: "outside", payload: payload)
            try inside.channels.broadcast("trip:1", name: "inside", payload: payload)
            #expect(try outside.isAlive() && inside.isAlive())
            try node.fence("trip:1")
            try node.fence("trip:1", isPrivate: false)
            #expect(try inside.broadcasts().isEmpty)
            #expect(try outside.broadcasts().isEmpty)
        }
    }

    @Test("Members on different loops reach each other, in the sender's order")
    func betweenLoops() async throws {
        try await TestNode.with([.listenLoops: "2", .limitsMessagesPerSecond: "10000"]) { node in
            let members = try (0..<16).map { try Member(node, $0 % 2 == 0 ? .ana : .ben) }
            for member in members { try member.joined("trip:1") }
            for number in 0..<50 {
                try members[0].channels.broadcast(
                    "trip:1",
                    name: "step",
                    payload: JSONText(trusted: Array("{\"n\":\(number)}".utf8))
                )
            }
            for member in members.dropFirst() {
                for number in 0..<50 {
                    #expect(
                        try member.broadcast(named: "step").payload["n"] == .number("\(number)")
                    )
                }
            }
            let relayed = try node.metric("waypost_broadcasts_relayed_total")
            #expect(relayed == 50, "16 connections are on both loops")
            #expect(try node.metric("waypost_broadcasts_dropped_total") == 0)
        }
    }

    @Test("A payload over the limit is refused, with ack by an answer, and the connection stays")
    func tooLarge() async throws {
        try await TestNode.with([.limitsPayloadBytes: "1000"]) { node in
            let ana = try Member(node, .ana)
            try ana.joined("trip:1", wantsAck: true)
            let large = JSONText(string: String(repeating: "x", count: 1_000))
            let reply = try ana.channels.broadcast(
                "trip:1",
                name: "large",
                payload: large,
                deadline: Member.soon
            )
            #expect(reply?.isOK == false)
            #expect(reply?.reason == "payload_size_exceeded")
            #expect(try ana.isAlive())
        }
    }
}

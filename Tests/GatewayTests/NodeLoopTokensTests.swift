import Gateway
import TestSupport
import Testing
import WebSocketClient
import Wire

/// What a new token, or the end of one, does to a channel.
@Suite(.fewAtOnce, .timeLimit(.minutes(2))) struct NodeLoopTokensTests {
    /// Expects `system` with this error, and `phx_close` after it.
    private func expectCut(
        _ member: Member,
        _ text: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let error = try member.system()
        #expect(error["status"] == .string("error"), sourceLocation: sourceLocation)
        #expect(error["message"] == .string(text), sourceLocation: sourceLocation)
        #expect(error["extension"] == .string("system"), sourceLocation: sourceLocation)
        #expect(error["channel"] == .string("trip:1"), sourceLocation: sourceLocation)
        #expect(try member.next().name == "phx_close", sourceLocation: sourceLocation)
    }

    @Test(
        "Somebody else's token asks the rules again: who may not read is cut",
        arguments: Serializer.allCases
    )
    func othersToken(serializer: Serializer) async throws {
        try await TestNode.with { node in
            let member = try Member(node, .ana, serializer)
            try member.joined("trip:1")
            try member.joined("trip:2")
            try member.channels.accessToken("trip:1", token: Person.cleo.token)
            try expectCut(
                member,
                "You do not have permissions to read from this Channel topic: trip:1"
            )
            try node.fence("trip:1", name: "unheard")
            try node.fence("trip:2")
            #expect(try member.broadcasts().isEmpty, "cut from the one, still on the other")
            #expect(try member.isAlive())
        }
    }

    @Test("A fresh token of the same person goes unanswered, and the channel goes on")
    func freshToken() async throws {
        try await TestNode.with { node in
            let ana = try Member(node, .ana)
            try ana.joined("trip:1")
            for token in [Person.ana.token(lastingSeconds: 7_200), "sb_publishable_x"] {
                try ana.channels.accessToken("trip:1", token: token)
            }
            #expect(try ana.isAlive())
            try node.fence("trip:1")
            let message = try ana.next()
            #expect(message.name == "broadcast", "nothing came before it")
        }
    }

    @Test(
        "A token that is no good ends the channel with the reason",
        arguments: [
            ("expired", "Token has expired"),
            ("foreign", ":signature_error"),
            ("none", "The token provided is not a valid JWT"),
        ]
    )
    func badToken(kind: String, text: String) async throws {
        try await TestNode.with { node in
            let ana = try Member(node, .ana)
            try ana.joined("trip:1")
            let token =
                switch kind {
                case "expired": Person.ana.token(lastingSeconds: -60)
                case "foreign": Person.ana.token(secret: "the secret of somebody else, 32 bytes")
                default: "none"
                }
            try ana.channels.accessToken("trip:1", token: token)
            let error = try ana.system()
            #expect(error["status"] == .string("error"))
            #expect(error["message"]?.stringValue?.hasPrefix(text) == true)
            #expect(try ana.next().name == "phx_close")
            try ana.joined("trip:1")
        }
    }

    @Test("When a token ends, its channels end, the connection does not, and a new token joins")
    func expiry() async throws {
        try await TestNode.with { node in
            let brief = Person.ana.token(lastingSeconds: 2)
            let ana = try Member(url: node.url, token: brief)
            try ana.joined("trip:1")
            #expect(try ana.join("trip:2", token: Person.ana.token).isOK)
            try expectCut(ana, "Token has expired 0 seconds ago")
            #expect(try ana.isAlive())
            try node.fence("trip:2")
            #expect(try ana.broadcast(named: "fence").topic == "realtime:trip:2")
            let reason = try #require(try ana.refusal("trip:1"))
            #expect(reason.hasPrefix("InvalidJWTToken: Token has expired "))
            #expect(try ana.join("trip:1", token: Person.ana.token).isOK)
        }
    }

    @Test("A token that may no longer write takes the right to broadcast away")
    func lostWriting() async throws {
        try await TestNode.with { node in
            let listener = try Member(node, .cleo)
            try listener.joined("trip:2")
            let member = try Member(node, .ana)
            try member.joined("trip:2", wantsAck: true)
            let sent = try member.channels.broadcast(
                "trip:2",
                name: "allowed",
                payload: .emptyObject,
                deadline: Member.soon
            )
            #expect(sent?.isOK == true)
            #expect(try listener.broadcast(named: "allowed").topic == "realtime:trip:2")
            try member.channels.accessToken("trip:2", token: Person.cleo.token)
            // The old verdict holds until the rules have answered.
            let isLost = try await eventually {
                try member.channels.broadcast("trip:2", name: "late", payload: .emptyObject)
                return try member.channels.heartbeat(deadline: Member.soon)?.isOK == true
                    && (try node.metric(#"waypost_broadcasts_refused_total{reason="not_allowed"}"#))
                        > 0
            }
            #expect(isLost)
            try node.fence("trip:2")
            #expect(try listener.broadcasts().allSatisfy { $0.name == "late" })
            try member.channels.broadcast("trip:2", name: "never", payload: .emptyObject)
            #expect(try member.isAlive())
            try node.fence("trip:2")
            #expect(try listener.broadcasts().isEmpty)
        }
    }
}

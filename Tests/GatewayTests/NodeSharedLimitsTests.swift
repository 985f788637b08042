import FoundationEssentials
import Gateway
import TestSupport
import Testing
import Tokens
import WebSocketClient
import Wire

/// What connections share: the limits of a user, an address, a key and the node, over all loops.
@Suite(.fewAtOnce, .timeLimit(.minutes(2))) struct NodeSharedLimitsTests {
    private static let twoLoops: [ConfigurationKey: String] = [.listenLoops: "2"]

    /// The answer to a handshake that is refused; nil when it is not.
    private func refusal(
        _ node: TestNode,
        _ person: Person,
        from address: String? = nil
    ) throws -> HTTPAnswer? {
        var options = WebSocketOptions()
        options.headers = address.map { [("X-Forwarded-For", $0)] } ?? []
        do {
            let url = "\(node.url)/socket/websocket?vsn=2.0.0&apikey=\(person.token)"
            let opened = try WebSocketClient(url: url, options: options, deadline: Member.soon)
            opened.drop()
            return nil
        } catch {
            guard case .handshake(.refused(let answer)) = error else { throw error }
            return answer
        }
    }

    @Test("The connection after a user's last is refused, others are not, and one gone makes room")
    func userConnections() async throws {
        let settings = Self.twoLoops.merging([.limitsUserConnections: "2"]) { $1 }
        try await TestNode.with(settings) { node in
            let first = try Member(node, .ana)
            let second = try Member(node, .ana)
            try second.joined("trip:1")
            let answer = try #require(try refusal(node, .ana))
            #expect(answer.status == 429)
            #expect(answer.text == #"{"error":"Too many connected users"}"#)
            _ = try Member(node, .ben)
            first.drop()
            #expect(await eventually { (try? refusal(node, .ana)) == .some(nil) })
            let name = #"waypost_limits_reached_total{limit="connections",scope="user"}"#
            #expect(try node.metric(name) >= 1)
        }
    }

    @Test(
        "Handshakes count as joins: over the rate of a user, a key or an address they are refused"
    )
    func joins() async throws {
        for key in [
            ConfigurationKey.limitsUserJoins, .limitsKeyJoins, .limitsAddressJoins,
            .limitsNodeJoins,
        ] {
            let settings = Self.twoLoops.merging([key: "1"]) { $1 }
            try await TestNode.with(settings) { node in
                for _ in 0..<9 { #expect(try refusal(node, .ana) == nil, "\(key)") }
                let ana = try Member(node, .ana)
                let answer = try #require(try refusal(node, .ana), "\(key)")
                #expect(answer.status == 429)
                #expect(answer.text == #"{"error":"Too many joins per second"}"#)
                let reason = "ClientJoinRateLimitReached: Too many joins per second"
                #expect(try ana.refusal("trip:1") == reason)
                guard case .closed(let code, _) = try ana.channels.next(deadline: Member.soon)
                else { throw Member.Unexpected(what: "no close") }
                #expect(code == 1001)
                let isShared = [.limitsAddressJoins, .limitsNodeJoins].contains(key)
                let isLetIn = try refusal(node, .ben) == nil
                #expect(isLetIn == !isShared, "\(key)")
            }
        }
    }

    @Test(
        "Behind a trusted proxy the address that it names counts, from others what they say does not"
    )
    func forwarded() async throws {
        let settings: [ConfigurationKey: String] = [.limitsAddressJoins: "1"]
        try await TestNode.with(settings, file: "trusted_proxies: [127.0.0.1]\n") {
            (node) async throws in
            for _ in 0..<10 { #expect(try refusal(node, .ana, from: "192.0.2.1") == nil) }
            #expect(try refusal(node, .ana, from: "192.0.2.1")?.status == 429)
            #expect(try refusal(node, .ana, from: "192.0.2.2") == nil)
            for _ in 0..<20 { #expect(try refusal(node, .ana) == nil, "the proxy is nobody") }
        }
        try await TestNode.with(settings) { (node) async throws in
            for number in 0..<10 {
                #expect(try refusal(node, .ana, from: "192.0.2.\(number)") == nil)
            }
            #expect(try refusal(node, .ana, from: "192.0.2.99")?.status == 429)
        }
    }

    @Test("A user's messages count over connections on all loops, and end the channel that is over")
    func messages() async throws {
        let settings = Self.twoLoops.merging([.limitsUserMessages: "2"]) { $1 }
        try await TestNode.with(settings) { node in
            let members = try (0..<4).map { _ in try Member(node, .ana) }
            for member in members { try member.joined("trip:1", wantsAck: true) }
            let ben = try Member(node, .ben)
            try ben.joined("trip:1", wantsAck: true)
            for number in 0..<20 {
                try members[number % 4].channels.broadcast(
                    "trip:1",
                    name: "n",
                    payload: .emptyObject
                )
                try #require(try acknowledged(members[number % 4]), "\(number)")
            }
            try members[3].channels.broadcast("trip:1", name: "n", payload: .emptyObject)
            #expect(try members[3].system()["message"] == .string("Too many messages per second"))
            #expect(try members[3].next().name == "phx_close")
            try ben.channels.broadcast("trip:1", name: "n", payload: .emptyObject)
            #expect(try acknowledged(ben))
        }
    }

    private func acknowledged(_ member: Member) throws -> Bool {
        while true {
            let message = try member.next()
            if message.name == "phx_reply" { return true }
            if message.name == "system" { return false }
        }
    }

    @Test("Bytes a second end the channel with the words for too many messages")
    func bytes() async throws {
        try await TestNode.with([.limitsBytesPerSecond: "200"]) { node in
            let ana = try Member(node, .ana)
            try ana.joined("trip:1")
            let payload = JSON.object([
                JSON.Member(key: "a", value: .string(String(repeating: "x", count: 900)))
            ]).text
            for _ in 0..<3 { try ana.channels.broadcast("trip:1", name: "n", payload: payload) }
            #expect(try ana.system()["message"] == .string("Too many messages per second"))
            #expect(try ana.next().name == "phx_close")
            #expect(try ana.isAlive())
        }
    }

    @Test("The connection after the last that may have a channel is refused at its join, or before")
    func nodeConnections() async throws {
        try await TestNode.with([.limitsNodeConnections: "1"]) { node in
            let early = try Member(node, .ben)
            let ana = try Member(node, .ana)
            try ana.joined("trip:1")
            let reason = "ConnectionRateLimitReached: Too many connected users"
            #expect(try early.refusal("trip:1") == reason)
            #expect(try early.isAlive(), "the connection stays")
            #expect(try refusal(node, .ben)?.text == #"{"error":"Too many connected users"}"#)
            ana.drop()
            #expect(await eventually { (try? early.refusal("trip:1")) == .some(nil) })
        }
    }

    @Test(
        "Presence of all the node has a rate, with an error reply beyond it, and the channel stays"
    )
    func nodePresence() async throws {
        try await TestNode.with([.limitsNodePresence: "1"]) { node in
            let ana = try Member(node, .ana)
            try ana.joined("trip:1")
            var reasons: [String?] = []
            for number in 0..<11 {
                try ana.sendText(
                    #"["1","\#(number)","realtime:trip:1","presence",{"event":"untrack"}]"#
                )
                let payload = try JSON(parsing: try ana.next().payload.bytes)
                reasons.append(payload["response"]?["reason"]?.stringValue)
            }
            #expect(reasons.prefix(10).allSatisfy { $0 == nil })
            #expect(reasons.last == "Too many presence messages per second")
            #expect(try ana.isAlive())
            try node.fence("trip:1")
            _ = try ana.broadcasts()
        }
    }
}

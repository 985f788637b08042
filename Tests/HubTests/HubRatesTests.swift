import Testing
import Topics
import Wire

@testable import Hub

@Suite struct HubRatesTests {
    private func allowance(
        _ scope: LimitScope,
        connections: Int = 0,
        _ rates: [RateKind: Int] = [:]
    ) -> SharedAllowance {
        var limits = RateLimits()
        limits.connectionCountMax = connections
        for (kind, rate) in rates { limits[kind] = rate }
        return SharedAllowance(scope, limits)
    }

    private func cursor(_ bench: Bench, on connection: ConnectionNumber) {
        bench.say(#"["1","2","realtime:trip:1","cursor",{}]"#, on: connection)
    }

    @Test("Connections that share a user, an address or a key share its messages, on all loops")
    func sharedMessages() {
        for scope in [LimitScope.user, .address, .key] {
            let shared = allowance(scope, [.messages: 1])
            let benches = [Bench(loop: 0, of: 2), Bench(loop: 1, of: 2)]
            let members = benches.map { $0.member(of: "trip:1", sharing: [shared]) }
            let other = benches[0].member(of: "trip:1")
            for _ in 0..<5 {
                for (bench, member) in zip(benches, members) { cursor(bench, on: member) }
            }
            for (bench, member) in zip(benches, members) {
                #expect(bench.port.take(member).isEmpty)
                cursor(bench, on: member)
                let sent = bench.port.take(member)
                #expect(sent.first?.contains("Too many messages per second") == true, "\(scope)")
                #expect(sent.last?.contains("phx_close") == true)
                #expect(bench.port.notes.contains(.limitReached(scope, .messages)))
            }
            cursor(benches[0], on: other)
            #expect(benches[0].port.take(other).isEmpty, "somebody else has their own")
        }
    }

    @Test("Over a shared rate of joins the join is refused and the connection closed")
    func sharedJoins() {
        let bench = Bench(allowance: allowance(.node, [.joins: 1]))
        let connections = (0..<11).map { _ in bench.connect() }
        for connection in connections { bench.join("trip:1", on: connection) }
        #expect(bench.port.questions.count == 10)
        let sent = bench.port.take(connections[10])
        #expect(sent.first?.contains("ClientJoinRateLimitReached: Too many joins per sec") == true)
        #expect(bench.port.closed[connections[10]] == .goingAway)
    }

    @Test("The connection after the last that may join is refused, and takes the place of one gone")
    func members() {
        let node = allowance(.node, connections: 1)
        let bench = Bench(allowance: node)
        let first = bench.member(of: "trip:1")
        bench.join("trip:2", on: first)
        #expect(bench.port.questions.count == 1, "who has joined may go on")
        let second = bench.connect()
        bench.join("trip:1", on: second)
        #expect(
            bench.port.take(second).first?.contains(
                #"{"reason":"ConnectionRateLimitReached: Too many connected users"}"#
            ) == true
        )
        #expect(!node.hasRoomForMember && bench.port.closed.isEmpty)
        bench.hub.closed(first)
        bench.join("trip:1", on: second)
        #expect(bench.port.questions.count == 2)
    }

    @Test("Over the bytes a second the channel ends, and over twice as many the connection")
    func bytes() {
        let bench = Bench { $0.bytesPerSecondMax = 100 }
        let connection = bench.member(of: "trip:1")
        let text = #"["1","2","realtime:trip:1","cursor",{"a":""#
        let large = text + String(repeating: "x", count: 700) + #""}]"#
        bench.say(large, on: connection)
        #expect(bench.port.take(connection).isEmpty)
        bench.say(large, on: connection)
        let sent = bench.port.take(connection)
        #expect(sent.first?.contains("Too many messages per second") == true)
        #expect(bench.port.notes.contains(.limitReached(.connection, .bytes)))
        bench.say(large, on: connection)
        #expect(bench.port.closed.isEmpty && bench.port.take(connection).isEmpty)
        bench.say("{", on: connection)
        #expect(bench.port.closed[connection] == .goingAway)
    }

    @Test("A user's bytes count over all connections")
    func sharedBytes() {
        let bench = Bench()
        let shared = allowance(.user, [.bytes: 20])
        let first = bench.member(of: "trip:1", sharing: [shared])
        let second = bench.member(of: "trip:1", sharing: [shared])
        for _ in 0..<4 { cursor(bench, on: first) }
        #expect(bench.port.take(first).isEmpty)
        for _ in 0..<2 { cursor(bench, on: second) }
        #expect(bench.port.take(second).first?.contains("Too many messages per second") == true)
        #expect(bench.port.notes.contains(.limitReached(.user, .bytes)))
    }

    @Test(
        "Malformed messages count too: a flood of them is not looked at and closes the connection"
    )
    func malformed() {
        let bench = Bench { $0.messagesPerSecondMax = 1 }
        let connection = bench.connect()
        for _ in 0..<20 { bench.say("[", on: connection) }
        #expect(bench.port.closed.isEmpty)
        let notes = bench.port.notes.count
        bench.say("[", on: connection)
        #expect(bench.port.notes.dropFirst(notes) == [.limitReached(.connection, .messages)])
        #expect(bench.port.closed[connection] == .goingAway)
    }

    @Test("After too many messages the connection is still answered, and may join again")
    func heartbeats() {
        let bench = Bench { $0.messagesPerSecondMax = 1 }
        let connection = bench.member(of: "trip:1")
        for _ in 0..<10 { cursor(bench, on: connection) }
        #expect(bench.port.take(connection).last?.contains("phx_close") == true)
        bench.say(#"[null,"9","phoenix","heartbeat",{}]"#, on: connection)
        #expect(bench.port.take(connection).count == 1)
        bench.join("trip:1", on: connection)
        bench.answer(.verdict(.all))
        #expect(bench.port.take(connection).first?.contains(#""status":"ok""#) == true)
    }

    @Test("Over a shared rate of presence the call is refused, with the node's own words for it")
    func presence() {
        let cases: [(LimitScope, String)] = [
            (.user, "Client presence rate limit exceeded"),
            (.node, "Too many presence messages per second"),
        ]
        for (scope, words) in cases {
            let shared = allowance(scope, [.presence: 1])
            let bench = scope == .node ? Bench(allowance: shared) : Bench()
            let member = bench.member(of: "trip:1", sharing: scope == .node ? [] : [shared])
            func untrack() {
                bench.say(
                    #"["1","2","realtime:trip:1","presence",{"event":"untrack"}]"#,
                    on: member
                )
            }
            for _ in 0..<10 { untrack() }
            #expect(bench.port.take(member).count { $0.contains(#""status":"ok""#) } == 10)
            untrack()
            let sent = bench.port.take(member)
            #expect(sent.count == 1 && sent[0].contains(#"{"reason":"\#(words)"}"#), "\(sent)")
            #expect(bench.hub.counters.channelCount == 1, "the channel stays")
            #expect(bench.port.notes.contains(.limitReached(scope, .presence)))
        }
    }

    @Test("Deliveries count against the node's messages, and end the channel that sends next")
    func deliveries() {
        let bench = Bench(allowance: allowance(.node, [.messages: 1]))
        let sender = bench.member(of: "trip:1")
        for _ in 0..<20 { _ = bench.member(of: "trip:1") }
        let text = #"["1","2","realtime:trip:1","broadcast",{"event":"e"}]"#
        bench.say(text, on: sender)
        #expect(bench.port.take(sender).isEmpty)
        bench.hub.tick(time: bench.time)
        bench.say(text, on: sender)
        #expect(bench.port.take(sender).first?.contains("Too many messages per second") == true)
        #expect(bench.port.notes.contains(.limitReached(.node, .messages)))
    }

    @Test("A connection that is gone gives back its place")
    func places() {
        let shared = allowance(.user, connections: 1)
        let bench = Bench()
        let connection = bench.connect(sharing: [shared])
        #expect(!shared.hasRoom && bench.hub.shares.count == 1)
        bench.hub.closed(connection)
        #expect(shared.hasRoom && bench.hub.shares.isEmpty)
    }
}

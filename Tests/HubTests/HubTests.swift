import Hub
import Testing
import Topics
import Wire

private let emptyReply = #"{"status":"ok","response":{}}"#

@Suite struct HubTests {
    @Test("A heartbeat is answered even when nothing is joined, in both serializers")
    func heartbeat() {
        let bench = Bench()
        let v2 = bench.connect(.v2)
        let v1 = bench.connect(.v1)
        bench.say(#"[null,"12","phoenix","heartbeat",{}]"#, on: v2)
        bench.say(#"{"topic":"phoenix","event":"heartbeat","payload":{},"ref":null}"#, on: v1)
        #expect(bench.port.take(v2) == [#"[null,"12","phoenix","phx_reply",\#(emptyReply)]"#])
        #expect(
            bench.port.take(v1)
                == [#"{"topic":"phoenix","event":"phx_reply","payload":\#(emptyReply),"ref":null}"#]
        )
    }

    @Test("A message for a topic that is not joined is unmatched, with a null join reference")
    func unmatched() {
        let bench = Bench()
        let connection = bench.connect()
        bench.say(#"["9","3","realtime:trip:1","broadcast",{}]"#, on: connection)
        bench.say(#"["9","4","trip:1","phx_join",{"config":{}}]"#, on: connection)
        let refusal = #"{"status":"error","response":{"reason":"unmatched topic"}}"#
        #expect(
            bench.port.take(connection) == [
                #"[null,"3","realtime:trip:1","phx_reply",\#(refusal)]"#,
                #"[null,"4","trip:1","phx_reply",\#(refusal)]"#,
            ]
        )
    }

    @Test("A malformed message is dropped and the connection goes on")
    func malformed() {
        let bench = Bench()
        let connection = bench.connect()
        for text in ["", "{", "[]", #"["1","2","3"]"#, "\u{0}", #"{"topic":"a"}"#] {
            bench.say(text, on: connection)
        }
        for frame in [[], [0], [3, 1], [4, 0, 0, 0, 0, 1], [9], [UInt8](repeating: 3, count: 99)] {
            bench.hub.received(binary: frame, from: connection, time: bench.time)
        }
        #expect(bench.port.take(connection).isEmpty)
        #expect(bench.port.closed.isEmpty)
        let malformed = bench.port.notes.filter { if case .malformed = $0 { true } else { false } }
        #expect(malformed.count == 12)
        #expect(bench.port.notes.contains(.malformed(.kindUnknown(9))))
        bench.say(#"[null,"1","phoenix","heartbeat",{}]"#, on: connection)
        #expect(bench.port.take(connection).count == 1)
    }

    @Test("Messages from a connection that is gone are ignored")
    func goneConnection() {
        let bench = Bench()
        let connection = bench.connect()
        bench.hub.closed(connection)
        bench.join("trip:1", on: connection)
        bench.hub.closed(connection)
        #expect(bench.port.sent.isEmpty)
        #expect(bench.port.questions.isEmpty)
    }

    @Test("Over the message rate the channel is closed with the reason, and bursts pass")
    func messageRate() {
        let bench = Bench { $0.messagesPerSecondMax = 2 }
        let connection = bench.member(of: "trip:1")
        // The join took the first of twenty.
        for _ in 0..<19 {
            bench.say(#"["1","2","realtime:trip:1","cursor",{}]"#, on: connection)
        }
        #expect(bench.port.take(connection).isEmpty)
        bench.say(#"["1","2","realtime:trip:1","cursor",{}]"#, on: connection)
        let sent = bench.port.take(connection)
        #expect(sent.count == 2)
        #expect(sent.first?.contains("Too many messages per second") == true)
        #expect(sent.last == #"["1","1","realtime:trip:1","phx_close",{}]"#)
        #expect(bench.hub.counters.channelCount == 0)
    }

    @Test("Over the rate what belongs to no channel is dropped, and a flood closes the connection")
    func messageRateWithoutChannel() {
        let bench = Bench { $0.messagesPerSecondMax = 2 }
        let connection = bench.connect()
        for _ in 0..<20 { bench.say(#"[null,"1","phoenix","heartbeat",{}]"#, on: connection) }
        #expect(bench.port.take(connection).count == 20)
        #expect(bench.port.closed.isEmpty)
        for _ in 0..<20 { bench.say(#"["1","1","realtime:x","broadcast",{}]"#, on: connection) }
        #expect(bench.port.take(connection).isEmpty)
        #expect(bench.port.closed.isEmpty)
        bench.say(#"["1","1","realtime:x","broadcast",{}]"#, on: connection)
        #expect(bench.port.closed[connection] == .goingAway)
    }

    @Test("Whoever asked is told when the way from the database stands, and cut when it does not")
    func replicationNotice() {
        let bench = Bench()
        let config = #""private":true,"broadcast":{"replication_ready":true}"#
        let told = bench.connect()
        bench.join("trip:1", config: config, on: told)
        bench.answer(.verdict(.all))
        #expect(bench.port.take(told).last?.contains("connection established") == true)
        bench.port.isCaughtUp = false
        let waits = bench.member(of: "trip:1", config: config)
        let leaves = bench.member(of: "trip:2", config: config)
        bench.hub.closed(leaves)
        bench.hub.tick(time: bench.time)
        #expect(bench.port.take(waits).isEmpty)
        bench.port.isCaughtUp = true
        bench.hub.tick(time: bench.time)
        #expect(bench.port.take(waits).last?.contains("connection established") == true)
        bench.port.isCaughtUp = false
        bench.port.questions = []
        let cut = bench.member(of: "trip:1", config: config)
        bench.pass(seconds: 60)
        bench.hub.tick(time: bench.time)
        let sent = bench.port.take(cut)
        #expect(sent.first?.contains("was not established in time") == true)
        #expect(sent.last?.contains("phx_close") == true)
    }

    @Test("A channel's token ends the channel, not the connection")
    func tokenExpiry() {
        let bench = Bench()
        let connection = bench.connect()
        bench.join("trip:1", token: "ana", on: connection)
        bench.answer(.verdict(.all))
        _ = bench.port.take(connection)
        bench.pass(seconds: 3_999)
        bench.hub.tick(time: bench.time)
        #expect(bench.port.take(connection).isEmpty)
        bench.pass(seconds: 1)
        bench.hub.tick(time: bench.time)
        let sent = bench.port.take(connection)
        #expect(sent.count == 2)
        #expect(sent.first?.contains("Token has expired 0 seconds ago") == true)
        #expect(sent.last?.contains("phx_close") == true)
        #expect(bench.port.closed.isEmpty)
    }

    @Test("A connection without a channel is dropped after its time")
    func channelless() {
        let bench = Bench()
        let connection = bench.connect()
        let member = bench.member(of: "trip:1")
        bench.hub.tick(time: bench.time)
        bench.pass(seconds: 599)
        bench.hub.tick(time: bench.time)
        #expect(bench.port.dropped.isEmpty)
        bench.pass(seconds: 1)
        bench.hub.tick(time: bench.time)
        #expect(bench.port.dropped == [connection])
        #expect(!bench.port.dropped.contains(member))
    }

    @Test("Draining tells every channel, closes every connection with 1012 and refuses joins")
    func drain() {
        let bench = Bench()
        let member = bench.member(of: "trip:1")
        bench.hub.drain()
        let sent = bench.port.take(member)
        #expect(sent.count == 1)
        #expect(sent.first?.contains("Server requested disconnect") == true)
        #expect(sent.first?.contains("\"channel\"") == false)
        #expect(sent.first?.hasPrefix("[null,null,") == true)
        #expect(bench.port.closed[member] == .serviceRestart)
        bench.join("trip:2", on: member)
        #expect(bench.port.take(member).first?.contains("RealtimeRestarting") == true)
    }

    @Test("News that is no error goes to every joined channel")
    func announce() {
        let bench = Bench()
        let member = bench.member(of: "trip:1")
        let joining = bench.connect()
        bench.join("trip:1", on: joining)
        bench.hub.announce(.databaseAway)
        let sent = bench.port.take(member)
        #expect(sent.count == 1)
        #expect(sent.first?.contains(#""status":"ok""#) == true)
        #expect(bench.port.take(joining).isEmpty)
        bench.answer(.verdict(.denied))
        let other = bench.member(of: "session:1")
        bench.hub.announce(.resync, toTopicsWith: ["session:", "user:"])
        #expect(bench.port.take(member).isEmpty)
        #expect(bench.port.take(other).count == 1)
    }
}

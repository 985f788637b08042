import Hub
import Testing
import Topics
import Wire

@Suite struct HubBroadcastsTests {
    private let cursor = #"{"type":"broadcast","event":"cursor","payload":{"x":1}}"#

    private func say(_ bench: Bench, on connection: ConnectionNumber, ref: String = "5") {
        bench.say(#"["1","\#(ref)","realtime:trip:1","broadcast",\#(cursor)]"#, on: connection)
    }

    @Test("Without the right to write nothing is passed on and nothing is answered")
    func notAllowed() {
        let bench = Bench()
        let other = bench.member(of: "trip:1")
        var readOnly = Verdict.all
        readOnly.broadcastWrite = false
        let reader = bench.member(
            of: "trip:1",
            config: #""private":true,"broadcast":{"ack":true}"#,
            verdict: readOnly
        )
        say(bench, on: reader)
        #expect(bench.port.take(other).isEmpty)
        #expect(bench.port.take(reader).isEmpty)
        #expect(bench.port.notes.contains(.broadcastRefused(.notAllowed)))
    }

    @Test("A broadcast reaches the others word for word, and its sender only when it asked")
    func selfAndAck() {
        let bench = Bench()
        let other = bench.member(of: "trip:1")
        let plain = bench.member(of: "trip:1")
        let both = bench.member(
            of: "trip:1",
            config: #""private":true,"broadcast":{"ack":true,"self":true}"#
        )
        let pushed = #"[null,null,"realtime:trip:1","broadcast",\#(cursor)]"#
        say(bench, on: plain)
        #expect(bench.port.take(other) == [pushed])
        #expect(bench.port.take(plain).isEmpty)
        #expect(bench.port.take(both) == [pushed])
        say(bench, on: both)
        #expect(
            bench.port.take(both) == [
                pushed,
                #"["1","5","realtime:trip:1","phx_reply",{"status":"ok","response":{}}]"#,
            ]
        )
    }

    @Test("Whoever may not read broadcasts gets none")
    func presenceOnly() {
        let bench = Bench()
        var verdict = Verdict.denied
        verdict.presenceRead = true
        let quiet = bench.member(of: "trip:1", verdict: verdict)
        let sender = bench.member(of: "trip:1")
        say(bench, on: sender)
        bench.hub.deliver(change(of: "trip:1"))
        #expect(bench.port.take(quiet).isEmpty)
    }

    @Test("A broadcast is encoded once for each serializer in use")
    func encodedOnce() {
        let bench = Bench()
        let sender = bench.member(of: "trip:1")
        for _ in 0..<10 { _ = bench.member(of: "trip:1") }
        say(bench, on: sender)
        #expect(bench.hub.counters.encodings == 1)
        #expect(bench.hub.counters.deliveries == 10)
        let old = bench.connect(.v1)
        bench.say(
            #"{"topic":"realtime:trip:1","event":"phx_join","payload":{"config":{"private":true}},"ref":"1"}"#,
            on: old
        )
        bench.answer(.verdict(.all))
        _ = bench.port.take(old)
        say(bench, on: sender)
        #expect(bench.hub.counters.encodings == 3)
        #expect(
            bench.port.take(old)
                == [
                    #"{"topic":"realtime:trip:1","event":"broadcast","payload":\#(cursor),"ref":null}"#
                ]
        )
    }

    @Test("A broadcast goes to other loops that have subscribers, and to no others")
    func otherLoops() {
        let interest = Interest()
        let here = Bench(loop: 0, interest: interest)
        let there = Bench(loop: 1, interest: interest)
        let sender = here.member(of: "trip:1")
        say(here, on: sender)
        #expect(here.port.relayed.isEmpty)
        let far = there.member(of: "trip:1")
        say(here, on: sender)
        #expect(here.port.relayed.count == 1)
        here.port.relayed.forEach { there.hub.deliver($0) }
        #expect(there.port.take(far).count == 1)
        there.hub.closed(far)
        say(here, on: sender)
        #expect(here.port.relayed.count == 1)
    }

    @Test("Private and public topics of one name are separate worlds")
    func separateWorlds() {
        let bench = Bench()
        let secret = bench.member(of: "trip:1")
        let open = bench.connect()
        bench.join("trip:1", config: "", on: open)
        _ = bench.port.take(open)
        say(bench, on: open)
        #expect(bench.port.take(secret).isEmpty)
        say(bench, on: secret)
        #expect(bench.port.take(open).isEmpty)
    }

    @Test("Too large a payload is refused, in words when an acknowledgement was asked for")
    func tooLarge() {
        let bench = Bench { $0.payloadByteCountMax = 20 }
        let other = bench.member(of: "trip:1")
        let sender = bench.member(
            of: "trip:1",
            config: #""private":true,"broadcast":{"ack":true}"#
        )
        say(bench, on: sender)
        #expect(bench.port.take(other).isEmpty)
        #expect(bench.port.take(sender).first?.contains("payload_size_exceeded") == true)
    }

    @Test("What is no object is not passed on")
    func noObject() {
        let bench = Bench()
        let other = bench.member(of: "trip:1")
        let sender = bench.member(of: "trip:1")
        bench.say(#"["1","5","realtime:trip:1","broadcast",[1]]"#, on: sender)
        #expect(bench.port.take(other).isEmpty)
    }
}

import Hub
import Topics
import Wire
import Testing

@Suite struct HubBinaryBroadcastsTests {
    private let topic = Array("realtime:trip:1".utf8)
    private let ack = #""private":true,"broadcast":{"ack":true}"#

    /// A frame as current libraries send it.
    private func frame(
        ref: String = "5",
        topic: String = "realtime:trip:1",
        encoding: UInt8 = 1,
        payload: String = #"{"x":1}"#
    ) -> [UInt8] {
        let parts = ["1", ref, topic, "hi"].map { Array($0.utf8) }
        return [3] + parts.map { UInt8($0.count) } + [0, encoding] + parts.joined()
            + Array(payload.utf8)
    }

    /// What members of the second serializer get of it.
    private func broadcast(encoding: UInt8 = 1, payload: String = #"{"x":1}"#) -> [UInt8] {
        [4, 15, 2, 0, encoding] + topic + Array("hi".utf8) + Array(payload.utf8)
    }

    private func say(_ bench: Bench, _ frame: [UInt8], on connection: ConnectionNumber) {
        bench.hub.received(binary: frame, from: connection, time: bench.time)
    }

    /// A member of the first serializer.
    private func oldMember(_ bench: Bench) -> ConnectionNumber {
        let number = bench.connect(.v1)
        bench.say(
            #"{"topic":"realtime:trip:1","event":"phx_join","payload":{"config":{"private":true}},"ref":"1"}"#,
            on: number
        )
        bench.answer(.verdict(.all))
        _ = bench.port.take(number)
        return number
    }

    @Test("Without the right to write nothing is passed on and nothing is answered")
    func notAllowed() {
        let bench = Bench()
        let other = bench.member(of: "trip:1")
        var readOnly = Verdict.all
        readOnly.broadcastWrite = false
        let reader = bench.member(of: "trip:1", config: ack, verdict: readOnly)
        for encoding: UInt8 in [0, 1] { say(bench, frame(encoding: encoding), on: reader) }
        #expect(bench.port.take(other).isEmpty && bench.port.take(reader).isEmpty)
        #expect(bench.port.notes.count { $0 == .broadcastRefused(.notAllowed) } == 2)
    }

    @Test("For a topic that is not joined the answer is that it is unmatched")
    func notJoined() {
        let bench = Bench()
        let connection = bench.connect()
        say(bench, frame(), on: connection)
        #expect(
            bench.port.take(connection) == [
                #"[null,"5","realtime:trip:1","phx_reply",{"status":"error","response":{"reason":"unmatched topic"}}]"#
            ]
        )
    }

    @Test("Where public channels carry no broadcasts, none is passed on")
    func publicChannel() {
        let bench = Bench { $0.publicChannels = .changes }
        let connection = bench.connect()
        bench.join(
            "trip:1",
            config: #""broadcast":{"ack":true,"self":true},"postgres_changes":[{"event":"*"}]"#,
            on: connection
        )
        _ = bench.port.take(connection)
        say(bench, frame(), on: connection)
        #expect(bench.port.take(connection).isEmpty)
        #expect(bench.port.notes.contains(.broadcastRefused(.publicChannel)))
    }

    @Test("A frame of the first serializer is dropped, and so is JSON that is none")
    func dropped() {
        let bench = Bench()
        let other = bench.member(of: "trip:1")
        let old = oldMember(bench)
        say(bench, frame(), on: old)
        #expect(bench.port.notes.contains(.malformed(.binaryNotTaken)))
        let sender = bench.member(of: "trip:1", config: ack)
        say(bench, frame(payload: #"{"x":"#), on: sender)
        #expect(bench.port.notes.contains(.malformed(.notJSON(.endsEarly))))
        for connection in [other, old, sender] { #expect(bench.port.take(connection).isEmpty) }
        #expect(bench.port.closed.isEmpty && bench.port.dropped.isEmpty)
    }

    @Test("JSON reaches the second serializer as a binary frame, and the first one as text")
    func json() {
        let bench = Bench()
        let sender = bench.member(of: "trip:1")
        let (new, old) = (bench.member(of: "trip:1"), oldMember(bench))
        say(bench, frame(), on: sender)
        #expect(bench.port.takeMessages(new) == [.binary(broadcast())])
        #expect(
            bench.port.take(old) == [
                #"{"topic":"realtime:trip:1","event":"broadcast","payload":{"type":"broadcast","event":"hi","payload":{"x":1}},"ref":null}"#
            ]
        )
        #expect(bench.port.take(sender).isEmpty)
    }

    @Test("Bytes reach the second serializer only, and are accepted even with nobody there")
    func bytes() {
        let bench = Bench()
        let old = oldMember(bench)
        let sender = bench.member(of: "trip:1", config: ack)
        say(bench, frame(encoding: 0, payload: "no {json"), on: sender)
        #expect(bench.port.take(sender).count == 1)
        #expect(bench.hub.counters.deliveries == 0)
        let new = bench.member(of: "trip:1")
        say(bench, frame(encoding: 0, payload: "no {json"), on: sender)
        let expected = broadcast(encoding: 0, payload: "no {json")
        #expect(bench.port.takeMessages(new) == [.binary(expected)])
        #expect(bench.port.take(old).isEmpty)
        #expect(bench.hub.counters.broadcastsAccepted == 2)
    }

    @Test("With ack the answer has the frame's reference, be it empty; with self it comes back")
    func selfAndAck() {
        let bench = Bench()
        let both = bench.member(
            of: "trip:1",
            config: #""private":true,"broadcast":{"ack":true,"self":true}"#
        )
        for (ref, written) in [("5", #""5""#), ("", #""""#)] {
            say(bench, frame(ref: ref), on: both)
            #expect(
                bench.port.takeMessages(both) == [
                    .binary(broadcast()),
                    .text(
                        #"["1",\#(written),"realtime:trip:1","phx_reply",{"status":"ok","response":{}}]"#
                    ),
                ]
            )
        }
    }

    @Test("A payload over the limit is refused by its own length, in words with ack")
    func tooLarge() {
        let bench = Bench { $0.payloadByteCountMax = 7 }
        let other = bench.member(of: "trip:1")
        let sender = bench.member(of: "trip:1", config: ack)
        let quiet = bench.member(of: "trip:1")
        let refused =
            #"["1","5","realtime:trip:1","phx_reply",{"status":"error","response":"#
            + #"{"reason":"payload_size_exceeded"}}]"#
        for encoding: UInt8 in [0, 1] {
            say(bench, frame(encoding: encoding, payload: #"{"x":12}"#), on: sender)
            #expect(bench.port.take(sender) == [refused])
            say(bench, frame(encoding: encoding, payload: #"{"x":12}"#), on: quiet)
            #expect(bench.port.take(quiet).isEmpty && bench.port.take(other).isEmpty)
        }
        say(bench, frame(), on: quiet)
        #expect(bench.port.take(other).count == 1, "seven bytes are within the limit")
    }

    @Test("A frame that is sent before the verdict waits for it, within the limits")
    func waiting() {
        let bench = Bench { $0.waitingByteCountMax = 10 }
        let other = bench.member(of: "trip:1")
        let connection = bench.connect()
        bench.join("trip:1", on: connection)
        for _ in 0..<2 { say(bench, frame(), on: connection) }
        #expect(bench.port.take(other).isEmpty)
        #expect(bench.port.notes.count { $0 == .broadcastRefused(.waitingFull) } == 1)
        bench.answer(.verdict(.all))
        #expect(bench.port.takeMessages(other) == [.binary(broadcast())])
    }

    @Test("Frames count as messages: too many end the channel")
    func tooMany() {
        let bench = Bench { $0.messagesPerSecondMax = 1 }
        let sender = bench.member(of: "trip:1")
        for _ in 0..<10 { say(bench, frame(), on: sender) }
        let last = bench.port.take(sender).suffix(2)
        #expect(last.first?.contains("Too many messages per second") == true)
        #expect(last.last?.contains("phx_close") == true)
    }

    @Test("Private and public topics of one name are separate worlds")
    func separateWorlds() {
        let bench = Bench()
        let secret = bench.member(of: "trip:1")
        let open = bench.connect()
        bench.join("trip:1", config: "", on: open)
        _ = bench.port.take(open)
        for encoding: UInt8 in [0, 1] {
            say(bench, frame(encoding: encoding), on: open)
            say(bench, frame(encoding: encoding), on: secret)
        }
        #expect(bench.port.take(secret).isEmpty && bench.port.take(open).isEmpty)
        #expect(bench.hub.counters.broadcastsAccepted == 4)
    }

    @Test("It is encoded once for each serializer, and goes to loops that can read it")
    func otherLoops() {
        let interest = Interest()
        let here = Bench(loop: 0, interest: interest)
        let there = Bench(loop: 1, interest: interest)
        let sender = here.member(of: "trip:1")
        for _ in 0..<10 { _ = here.member(of: "trip:1") }
        let far = oldMember(there)
        say(here, frame(encoding: 0), on: sender)
        #expect(here.port.relayed.isEmpty, "bytes are for no one there")
        #expect(here.hub.counters.encodings == 1 && here.hub.counters.deliveries == 10)
        say(here, frame(), on: sender)
        #expect(here.hub.counters.encodings == 3)
        #expect(here.port.relayed.count == 1)
        here.port.relayed.forEach { there.hub.deliver($0) }
        #expect(there.port.take(far).count == 1)
    }
}

import Presence
import Testing
import Topics
import Wire

@testable import Hub

@Suite struct HubFamiliesTests {
    static let place = SourcePlace(file: "trip.yaml", line: 1)

    static func family(
        _ name: String = "trip",
        broadcast: BroadcastRules = BroadcastRules(),
        presence: PresenceRules = PresenceRules(),
        retention: Duration? = nil,
        channelCountMax: Int? = nil
    ) -> TopicFamily {
        TopicFamily(
            pattern: TopicPattern(
                family: name,
                parameters: [TopicPattern.Parameter(name: "id", type: .bigint)]
            ),
            members: MemberRules(read: RuleExpression("true", at: place), write: nil),
            broadcast: broadcast,
            presence: presence,
            retention: retention,
            channelCountMax: channelCountMax,
            at: place
        )
    }

    static func bench(
        _ family: TopicFamily,
        loop: Int = 0,
        of loopCount: Int? = nil,
        counts: ChannelCounts = ChannelCounts(),
        limits: (inout HubLimits) -> Void = { _ in }
    ) -> Bench {
        let bench = Bench(loop: loop, of: loopCount, channelCounts: counts, limits: limits)
        bench.hub.adopt(TopicContract([family]))
        return bench
    }

    private let asking = #""private":true,"broadcast":{"ack":true}"#

    /// Sends a broadcast, and answers what the sender and another member are sent.
    private func send(
        _ name: String,
        _ payload: String = "{}",
        on sender: ConnectionNumber,
        seenBy other: ConnectionNumber,
        _ bench: Bench
    ) -> (answer: String?, seen: Int) {
        bench.say(
            #"["1","5","realtime:trip:1","broadcast",{"type":"broadcast","event":"\#(name)","payload":\#(payload)}]"#,
            on: sender
        )
        return (bench.port.take(sender).first, bench.port.take(other).count)
    }

    private func refusal(_ reason: BroadcastRefusal) -> String {
        #"["1","5","realtime:trip:1","phx_reply",{"status":"error","response":{"reason":"\#(reason.reason)"}}]"#
    }

    private let ok = #"["1","5","realtime:trip:1","phx_reply",{"status":"ok","response":{}}]"#

    @Test("A name that the file does not list is refused with an answer, or dropped without")
    func names() {
        let bench = Self.bench(Self.family(broadcast: BroadcastRules(names: ["cursor"])))
        let other = bench.member(of: "trip:1")
        let sender = bench.member(of: "trip:1", config: asking)
        #expect(send("shout", on: sender, seenBy: other, bench) == (refusal(.nameNotListed), 0))
        #expect(send("Cursor", on: sender, seenBy: other, bench) == (refusal(.nameNotListed), 0))
        #expect(send("cursor", on: sender, seenBy: other, bench) == (ok, 1))
        let quiet = bench.member(of: "trip:1")
        #expect(send("shout", on: quiet, seenBy: other, bench) == (nil, 0))
        bench.say(#"["1","5","realtime:trip:1","broadcast",{"payload":{}}]"#, on: sender)
        #expect(bench.port.take(sender) == [refusal(.nameNotListed)])
        let count = bench.port.notes.count { $0 == .broadcastRefused(.nameNotListed) }
        #expect(count == 4)
    }

    @Test("Where nobody may broadcast, no name is listed")
    func none() {
        let bench = Self.bench(Self.family(broadcast: BroadcastRules(names: [])))
        let other = bench.member(of: "trip:1")
        let sender = bench.member(of: "trip:1", config: asking)
        #expect(send("cursor", on: sender, seenBy: other, bench) == (refusal(.nameNotListed), 0))
    }

    @Test("Whoever may not write hears nothing of what the file lists")
    func rightsFirst() {
        let bench = Self.bench(Self.family(broadcast: BroadcastRules(names: [])))
        var verdict = Verdict.all
        verdict.broadcastWrite = false
        let sender = bench.member(of: "trip:1", config: asking, verdict: verdict)
        #expect(send("cursor", on: sender, seenBy: sender, bench) == (nil, 0))
        #expect(bench.port.notes.last == .broadcastRefused(.notAllowed))
    }

    @Test("A payload may be as large as the file says, and not larger")
    func size() {
        let bench = Self.bench(Self.family(broadcast: BroadcastRules(byteCountMax: 61)))
        let other = bench.member(of: "trip:1")
        let sender = bench.member(of: "trip:1", config: asking)
        #expect(send("a", #"{"b":"1234567890"}"#, on: sender, seenBy: other, bench) == (ok, 1))
        #expect(
            send("a", #"{"b":"12345678901"}"#, on: sender, seenBy: other, bench)
                == (refusal(.payloadTooLarge), 0)
        )
    }

    @Test("A channel sends as many in a second as the file says; others have their own number")
    func rate() {
        let bench = Self.bench(Self.family(broadcast: BroadcastRules(countPerSecondMax: 3)))
        let other = bench.member(of: "trip:1", config: asking)
        let sender = bench.member(of: "trip:1", config: asking)
        for _ in 0..<3 { #expect(send("a", on: sender, seenBy: other, bench) == (ok, 1)) }
        #expect(send("a", on: sender, seenBy: other, bench) == (refusal(.rateExceeded), 0))
        #expect(send("a", on: other, seenBy: sender, bench) == (ok, 1))
        bench.pass(seconds: 2)
        #expect(send("a", on: sender, seenBy: other, bench) == (ok, 1))
    }

    @Test("A binary frame's name and bytes count like those of text")
    func binary() throws {
        let bench = Self.bench(
            Self.family(broadcast: BroadcastRules(names: ["cursor"], byteCountMax: 4))
        )
        let sender = bench.member(of: "trip:1")
        func frame(_ name: String, _ content: String) -> [UInt8] {
            let parts = ["1", "5", "realtime:trip:1", name, ""].map { Array($0.utf8) }
            return [3] + parts.map { UInt8($0.count) } + [1] + parts.joined()
                + Array(content.utf8)
        }
        for (name, content) in [("shout", "{}"), ("cursor", "[1,2]"), ("cursor", "{}")] {
            bench.hub.received(binary: frame(name, content), from: sender, time: bench.time)
        }
        #expect(
            bench.port.notes.suffix(2)
                == [.broadcastRefused(.nameNotListed), .broadcastRefused(.tooLarge)]
        )
        #expect(bench.hub.counters.broadcastsAccepted == 1)
    }

    @Test("Files speak of private topics, and of topics with as many parts as their pattern")
    func otherTopics() {
        let bench = Self.bench(Self.family(broadcast: BroadcastRules(names: [])))
        for (topic, isPrivate) in [("trip:1", false), ("trip:1:2", true), ("tripper:1", true)] {
            let sender = bench.connect()
            bench.join(topic, config: #""private":\#(isPrivate)"#, on: sender)
            if isPrivate { bench.answer(.verdict(.all)) }
            bench.say(#"["1","5","realtime:\#(topic)","broadcast",{"event":"a"}]"#, on: sender)
        }
        #expect(bench.hub.counters.broadcastsAccepted == 3)
    }

    @Test("Other files count at once, for channels that are joined too")
    func adopted() {
        let bench = Self.bench(Self.family(broadcast: BroadcastRules(names: ["a"])))
        let other = bench.member(of: "trip:1")
        let sender = bench.member(of: "trip:1", config: asking)
        #expect(send("a", on: sender, seenBy: other, bench) == (ok, 1))
        bench.hub.adopt(TopicContract([Self.family(broadcast: BroadcastRules(names: ["b"]))]))
        #expect(send("a", on: sender, seenBy: other, bench) == (refusal(.nameNotListed), 0))
        #expect(send("b", on: sender, seenBy: other, bench) == (ok, 1))
        bench.hub.adopt(.none)
        #expect(send("a", on: sender, seenBy: other, bench) == (ok, 1))
    }

    @Test("A replay goes back no further than the file's retention")
    func retention() {
        let bench = Self.bench(Self.family(retention: .seconds(100)))
        for (since, expected) in [(0, 900_000), (950_000, 950_000)] as [(Int, Int64)] {
            let connection = bench.connect()
            bench.join(
                "trip:1",
                config: #""private":true,"broadcast":{"replay":{"since":\#(since)}}"#,
                on: connection
            )
            bench.answer(.verdict(.all))
            #expect(bench.port.replays.last?.sinceMilliseconds == expected)
        }
    }

    @Test("A message for a class of readers reaches these alone, by the verdict that holds then")
    func classes() {
        let bench = Self.bench(Self.family())
        var editor = Verdict.all
        editor.readerClass = "editor"
        var viewer = Verdict.all
        viewer.readerClass = "viewer"
        let connections = [editor, viewer, .all].map {
            bench.member(of: "trip:1", verdict: $0)
        }
        func seen(_ audience: ReaderAudience?) -> [Int] {
            bench.hub.deliver(change(of: "trip:1", for: audience))
            return connections.map { bench.port.take($0).count }
        }
        #expect(seen(nil) == [1, 1, 1])
        #expect(seen(.classes(["editor"])) == [1, 0, 0])
        #expect(seen(.classes(["editor", "viewer"])) == [1, 1, 0])
        #expect(seen(.others(["editor", "viewer"])) == [0, 0, 1])
        #expect(seen(.others(["editor"])) == [0, 1, 1])
        bench.say(
            #"["1","7","realtime:trip:1","access_token",{"access_token":"ana"}]"#,
            on: connections[0]
        )
        bench.answer(.verdict(viewer))
        #expect(seen(.classes(["editor"])) == [0, 0, 0])
        #expect(seen(.classes(["viewer"])) == [1, 1, 0])
    }
}

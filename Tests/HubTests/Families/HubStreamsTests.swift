import Testing
import Topics
import Wire

@testable import Hub

/// Streams of tokens among broadcasts.
@Suite struct HubStreamsTests {
    private func bench(
        names: [String] = ["Token"],
        refusesGrowingTexts: Bool = true,
        family: TopicFamily? = nil
    ) -> Bench {
        let bench = Bench {
            $0.streams = StreamRules(names: names, refusesGrowingTexts: refusesGrowingTexts)
        }
        if let family { bench.hub.adopt(TopicContract([family])) }
        return bench
    }

    private let asking = #""private":true,"broadcast":{"ack":true}"#

    private func say(_ name: String, _ payload: String, on sender: ConnectionNumber, _ bench: Bench)
    {
        bench.say(
            #"["1","5","realtime:trip:1","broadcast",{"type":"broadcast","event":"\#(name)","payload":\#(payload)}]"#,
            on: sender
        )
    }

    private let refused =
        #"["1","5","realtime:trip:1","phx_reply",{"status":"error","response":{"reason":"\#(BroadcastRefusal.tokenStream.reason)"}}]"#

    @Test("Names of streams are refused in any case, and behind a colon", arguments: [true, false])
    func names(refusesGrowingTexts: Bool) {
        let bench = bench(refusesGrowingTexts: refusesGrowingTexts)
        let other = bench.member(of: "trip:1")
        let sender = bench.member(of: "trip:1", config: asking)
        for name in ["token", "TOKEN", "chat:token"] {
            say(name, "{}", on: sender, bench)
            #expect(bench.port.take(sender) == [refused])
        }
        #expect(bench.port.take(other).isEmpty)
        for name in ["tokens", "token:chat", "mytoken", ""] { say(name, "{}", on: sender, bench) }
        #expect(bench.port.take(other).count == 4)
    }

    @Test("A name that the topic's file lists is no stream's name there")
    func listed() {
        let family = HubFamiliesTests.family(broadcast: BroadcastRules(names: ["token"]))
        let bench = bench(family: family)
        let other = bench.member(of: "trip:1")
        let sender = bench.member(of: "trip:1")
        say("token", "{}", on: sender, bench)
        #expect(bench.port.take(other).count == 1)
    }

    @Test("A growing text is refused, counted, and reaches nobody any more")
    func growing() throws {
        let bench = bench()
        let other = bench.member(of: "trip:1")
        let sender = bench.member(of: "trip:1", config: asking)
        let traffic = try #require(Generated.all.first)
        for message in traffic.messages { say("answer", message.payload, on: sender, bench) }
        let first = TokenStreamWatch.messageCountMin
        #expect(bench.port.take(other).count == first)
        #expect(bench.port.take(sender).count { $0 == refused } == traffic.messages.count - first)
        let count = bench.port.notes.count { $0 == .broadcastRefused(.tokenStream) }
        #expect(count == traffic.messages.count - first)
    }

    @Test("Each channel is judged by itself, and so is each request's sender")
    func apart() throws {
        let bench = bench()
        let senders = (0..<4).map { _ in bench.member(of: "trip:1") }
        let traffic = try #require(Generated.all.first)
        for (place, message) in traffic.messages.prefix(120).enumerated() {
            say("answer", message.payload, on: senders[place % 4], bench)
        }
        #expect(bench.hub.counters.broadcastsAccepted == min(120, traffic.messages.count))
    }

    @Test("Where streams are allowed, nothing is looked at")
    func allowed() throws {
        let bench = bench(names: [], refusesGrowingTexts: false)
        let sender = bench.member(of: "trip:1")
        for message in try #require(Generated.all.first).messages {
            say("token", message.payload, on: sender, bench)
        }
        #expect(bench.hub.counters.broadcastsAccepted == Generated.all[0].messages.count)
    }

    @Test("Requests are looked at by sender and topic, and of so many as there is room for")
    func requests() throws {
        let bench = bench()
        let topic = TopicKey(name: try TopicName("trip:1"), isPrivate: true)
        let other = TopicKey(name: try TopicName("trip:2"), isPrivate: true)
        let caller = Caller(role: "service_role", claims: "{}", headers: "{}")
        func reasons(_ topics: [TopicKey], _ name: String = "answer") -> [BroadcastDropReason?] {
            Generated.all[0].messages.enumerated().map { place, message in
                bench.hub.refusal(
                    of: RequestedBroadcast(
                        topic: "trip:1",
                        name: name,
                        content: .json(JSONText(trusted: Array(message.payload.utf8))),
                        isPrivate: true
                    ),
                    to: topics[place % topics.count],
                    by: caller,
                    time: bench.time
                )
            }
        }
        #expect(reasons([topic], "Token").allSatisfy { $0 == .tokenStream })
        let found = reasons([topic, other])
        #expect(found.prefix(80).allSatisfy { $0 == nil })
        #expect(found.dropFirst(82).allSatisfy { $0 == .tokenStream })
        let many = try (0...RequestStreams.countMax).map {
            TopicKey(name: try TopicName("trip:\($0 + 10)"), isPrivate: true)
        }
        #expect(reasons(many).allSatisfy { $0 == nil })
    }
}

import Hub
import Testing
import Topics
import Wire

@Suite struct HubJoinsTests {
    private func error(_ reason: String) -> String {
        #"["1","1","realtime:trip:1","phx_reply",{"status":"error","response":{"reason":"\#(reason)"}}]"#
    }

    private let unauthorized =
        "Unauthorized: You do not have permissions to read from this Channel topic: trip:1"

    @Test("A private join is refused when the rules say no, with the reason")
    func refused() {
        let bench = Bench()
        let connection = bench.connect()
        bench.join("trip:1", on: connection)
        #expect(bench.port.take(connection).isEmpty)
        bench.answer(.verdict(.denied))
        #expect(bench.port.take(connection) == [error(unauthorized)])
        bench.hub.deliver(change(of: "trip:1"))
        #expect(bench.port.take(connection).isEmpty)
    }

    @Test("A private join is answered only after the verdict, and then gets what comes")
    func admitted() {
        let bench = Bench()
        let connection = bench.connect()
        bench.join("trip:1", on: connection)
        bench.hub.deliver(change(of: "trip:1"))
        #expect(bench.port.take(connection).isEmpty)
        #expect(bench.port.questions.first?.caller.claims == #"{"sub":"anon"}"#)
        bench.answer(.verdict(.all))
        #expect(
            bench.port.take(connection) == [
                #"["1","1","realtime:trip:1","phx_reply",{"status":"ok","response":{"postgres_changes":[]}}]"#
            ]
        )
        bench.hub.deliver(change(of: "trip:1"))
        #expect(bench.port.take(connection).count == 1)
    }

    @Test("When the rules cannot be asked the join fails and no door opens")
    func unavailable() {
        let bench = Bench()
        let connection = bench.connect()
        bench.join("trip:1", on: connection)
        bench.answer(.unavailable(.unableToConnectToProject))
        #expect(bench.port.take(connection).first?.contains("UnableToConnectToProject") == true)
        bench.hub.deliver(change(of: "trip:1"))
        #expect(bench.port.take(connection).isEmpty)
    }

    @Test("A verdict for a connection or a channel that left is dropped")
    func lateVerdict() {
        let bench = Bench()
        let connection = bench.connect()
        bench.join("trip:1", on: connection)
        bench.say(#"["1","2","realtime:trip:1","phx_leave",{}]"#, on: connection)
        _ = bench.port.take(connection)
        bench.answer(.verdict(.all))
        #expect(bench.port.take(connection).isEmpty)
        bench.join("trip:1", ref: "3", on: connection)
        bench.hub.closed(connection)
        bench.answer(.verdict(.all))
        #expect(bench.hub.counters.channelCount == 0)
        #expect(bench.interest.loops(of: key("trip:1")).isEmpty)
    }

    @Test("Joining again replaces the channel and sends no stale close")
    func secondJoin() {
        let bench = Bench()
        let connection = bench.member(of: "trip:1")
        bench.join("trip:1", ref: "7", on: connection)
        bench.answer(.verdict(.all))
        let sent = bench.port.take(connection)
        #expect(sent.count == 1)
        #expect(sent.first?.hasPrefix(#"["7","7","realtime:trip:1","phx_reply""#) == true)
        bench.hub.deliver(change(of: "trip:1"))
        #expect(bench.port.take(connection).count == 1)
        #expect(bench.hub.counters.channelCount == 1)
    }

    @Test("A second join's verdict does not answer the first, nor the other way round")
    func overtakenVerdict() {
        let bench = Bench()
        let connection = bench.connect()
        bench.join("trip:1", ref: "1", on: connection)
        bench.join("trip:1", ref: "2", on: connection)
        bench.answer(.verdict(.all))
        #expect(bench.port.take(connection).isEmpty)
        bench.answer(.verdict(.denied))
        #expect(bench.port.take(connection).first?.contains("Unauthorized") == true)
    }

    @Test("Leaving is answered and closed; a stale leave is ignored; a null reference is taken")
    func leaving() {
        let bench = Bench()
        let connection = bench.member(of: "trip:1")
        bench.say(#"["8","9","realtime:trip:1","phx_leave",{}]"#, on: connection)
        #expect(bench.port.take(connection).isEmpty)
        bench.say(#"[null,"9","realtime:trip:1","phx_leave",{}]"#, on: connection)
        #expect(
            bench.port.take(connection) == [
                #"["1","9","realtime:trip:1","phx_reply",{"status":"ok","response":{}}]"#,
                #"["1","1","realtime:trip:1","phx_close",{}]"#,
            ]
        )
        bench.say(#"["1","10","realtime:trip:1","phx_leave",{}]"#, on: connection)
        #expect(
            bench.port.take(connection)
                == [#"["1","10","realtime:trip:1","phx_reply",{"status":"ok","response":{}}]"#]
        )
    }

    @Test(
        "A join that breaks a rule is refused before the database is asked",
        arguments: [
            ("", "TopicNameRequired: You must provide a topic name"),
            (String(repeating: "x", count: 2_000), "unmatched topic"),
        ]
    )
    func badTopics(topic: String, reason: String) {
        let bench = Bench()
        let connection = bench.connect()
        bench.join(topic, on: connection)
        #expect(bench.port.take(connection).first?.contains(#""reason":"\#(reason)""#) == true)
        #expect(bench.port.questions.isEmpty)
    }

    @Test("Public topics are refused, or carry changes only, or everything, as configured")
    func publicChannels() {
        let refusal = error("PrivateOnly: This project only allows private channels")
        for (setting, bindings, isRefused) in [
            (PublicChannels.deny, "", true),
            (.changes, "", true),
            (.changes, #""postgres_changes":[{"event":"*","schema":"public"}]"#, false),
            (.allow, "", false),
        ] {
            let bench = Bench { $0.publicChannels = setting }
            let connection = bench.connect()
            bench.join("trip:1", config: bindings, on: connection)
            #expect((bench.port.take(connection).first == refusal) == isRefused)
            #expect(bench.port.questions.isEmpty)
        }
    }

    @Test("Too many channels are refused, but a rejoin is not")
    func channelCount() {
        let bench = Bench { $0.channelCountMax = 1 }
        let connection = bench.member(of: "trip:1")
        bench.join("trip:2", on: connection)
        #expect(bench.port.take(connection).first?.contains("ChannelRateLimitReached") == true)
        bench.join("trip:1", ref: "2", on: connection)
        bench.answer(.verdict(.all))
        #expect(bench.port.take(connection).first?.contains(#""status":"ok""#) == true)
    }

    @Test("Too many joins a second are refused and close the connection")
    func joinRate() {
        let bench = Bench { $0.joinsPerSecondMax = 1 }
        let connection = bench.connect()
        bench.join("trip:1", on: connection)
        bench.join("trip:2", on: connection)
        let sent = bench.port.take(connection)
        #expect(sent.first?.contains("ClientJoinRateLimitReached: Too many joins") == true)
        #expect(bench.port.closed[connection] == .goingAway)
    }

    @Test("What is sent before the verdict is carried out after it, in order")
    func messagesBeforeVerdict() {
        let bench = Bench()
        let other = bench.member(of: "trip:1")
        let connection = bench.connect()
        bench.join("trip:1", on: connection)
        for count in 1...3 {
            bench.say(
                #"["1","\#(count)","realtime:trip:1","broadcast",{"event":"e","n":\#(count)}]"#,
                on: connection
            )
        }
        #expect(bench.port.take(other).isEmpty)
        bench.answer(.verdict(.all))
        #expect(bench.port.take(other).map { $0.contains("\"n\":1") } == [true, false, false])
    }

    @Test("What waits for a verdict is bounded, and forgotten when the verdict is no")
    func waitingIsBounded() {
        let bench = Bench { $0.waitingMessageCountMax = 2 }
        let connection = bench.connect()
        bench.join("trip:1", on: connection)
        for _ in 0..<5 {
            bench.say(#"["1","2","realtime:trip:1","broadcast",{"event":"e"}]"#, on: connection)
        }
        #expect(bench.port.notes.count { $0 == .broadcastRefused(.waitingFull) } == 3)
        bench.answer(.verdict(.denied))
        #expect(bench.hub.counters.broadcastsAccepted == 0)
    }
}

/// A change as the reader hands it over, for connections of serializer 2.
func change(
    of topic: String,
    text: String = "{}",
    for audience: ReaderAudience? = nil
) -> RelayedBroadcast {
    RelayedBroadcast(
        topic: key(topic),
        v1: nil,
        v2: MessageEncoder(serializer: .v2).push(
            joinRef: .null,
            ref: .null,
            topic: "realtime:" + topic,
            name: "broadcast",
            payload: JSONText(trusted: Array(text.utf8))
        ),
        audience: audience
    )
}

func key(_ topic: String, isPrivate: Bool = true) -> TopicKey {
    guard let name = try? TopicName(topic) else { preconditionFailure("a test's topic is a name") }
    return TopicKey(name: name, isPrivate: isPrivate)
}

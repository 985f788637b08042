import Hub
import Presence
import Testing
import Topics
import Wire

@Suite struct HubPresenceTests {
    private static let watching = #""private":true,"presence":{"key":"ana","enabled":true}"#

    private func call(
        _ bench: Bench,
        _ payload: String,
        topic: String = "trip:1",
        on connection: ConnectionNumber
    ) {
        bench.say(#"["1","5","realtime:\#(topic)","presence",\#(payload)]"#, on: connection)
    }

    private func track(
        _ bench: Bench,
        _ payload: String = #"{"n":1}"#,
        topic: String = "trip:1",
        on connection: ConnectionNumber
    ) {
        call(bench, #"{"event":"track","payload":\#(payload)}"#, topic: topic, on: connection)
    }

    private func reply(_ status: String, _ response: String = "{}") -> String {
        #"["1","5","realtime:trip:1","phx_reply",{"status":"\#(status)","response":\#(response)}]"#
    }

    private func names(_ messages: [String]) -> [String] {
        messages.compactMap { text in
            try? JSON(parsing: Array(text.utf8)).arrayValue?[3].stringValue
        }
    }

    @Test("Without the right to write nobody is shown, and the error says nothing more")
    func notAllowed() {
        let bench = Bench()
        var verdict = Verdict.all
        verdict.presenceWrite = false
        let viewer = bench.member(of: "trip:1", config: Self.watching, verdict: verdict)
        bench.hub.flushPresence()
        _ = bench.port.take(viewer)
        track(bench, on: viewer)
        bench.hub.flushPresence()
        #expect(bench.port.take(viewer) == [reply("error")])
        #expect(bench.port.notes.contains(.presenceRefused(.notAllowed)))
        call(bench, #"{"event":"untrack"}"#, on: viewer)
        #expect(bench.port.take(viewer) == [reply("ok")], "untrack needs no right")
    }

    @Test("Without the right to read there is no state and no diff")
    func notReadable() {
        let bench = Bench()
        var verdict = Verdict.all
        verdict.presenceRead = false
        let deaf = bench.member(of: "trip:1", config: Self.watching, verdict: verdict)
        let other = bench.member(of: "trip:1", config: Self.watching)
        track(bench, on: other)
        track(bench, on: deaf)
        bench.hub.flushPresence()
        #expect(bench.port.take(deaf) == [reply("ok")])
        #expect(names(bench.port.take(other)) == ["phx_reply", "presence_state", "presence_diff"])
    }

    @Test("Who did not enable presence hears of it only after tracking, and gets no state")
    func notEnabled() {
        let bench = Bench()
        let plain = bench.member(of: "trip:1")
        let other = bench.member(of: "trip:1", config: Self.watching)
        track(bench, on: other)
        bench.hub.flushPresence()
        #expect(bench.port.take(plain).isEmpty)
        track(bench, on: plain)
        bench.hub.flushPresence()
        #expect(names(bench.port.take(plain)) == ["phx_reply", "presence_diff"])
    }

    @Test(
        "A join that does not say is told when the gateway is set so, and one that says no is not"
    )
    func presenceDefault() {
        for isDefault in [false, true] {
            let bench = Bench { $0.presenceIsDefault = isDefault }
            let silent = bench.member(of: "trip:1")
            let unwilling = bench.member(
                of: "trip:1",
                config: #""private":true,"presence":{"enabled":false}"#
            )
            bench.hub.flushPresence()
            #expect(names(bench.port.take(silent)) == (isDefault ? ["presence_state"] : []))
            #expect(bench.port.take(unwilling).isEmpty)
        }
    }

    @Test("Public channels carry presence only where they carry everything")
    func publicChannels() {
        for isOpen in [false, true] {
            let bench = Bench { $0.publicChannels = isOpen ? .allow : .changes }
            let connection = bench.connect()
            let binding = #""postgres_changes":[{"event":"*","schema":"public"}]"#
            bench.join(
                "trip:1",
                config: #""presence":{"enabled":true},\#(binding)"#,
                on: connection
            )
            bench.hub.flushPresence()
            let answers = names(bench.port.take(connection))
            #expect(answers.contains("presence_state") == isOpen)
            track(bench, on: connection)
            bench.hub.flushPresence()
            #expect(bench.port.take(connection).first == reply(isOpen ? "ok" : "error"))
        }
    }

    @Test("A public member that did not enable presence gets the diffs all the same")
    func publicMember() {
        let bench = Bench()
        let plain = bench.connect()
        bench.join("trip:1", config: "", on: plain)
        let other = bench.connect()
        bench.join("trip:1", config: "", on: other)
        _ = bench.port.take(plain)
        track(bench, on: other)
        bench.hub.flushPresence()
        #expect(names(bench.port.take(plain)) == ["presence_diff"])
    }

    @Test(
        "What is malformed is answered, and changes nothing",
        arguments: [
            (
                #"{"event":"track","payload":[1]}"#,
                #"{"reason":"Presence track payload must be a map"}"#
            ),
            (#"{"event":"dance"}"#, "{}"), ("[]", "{}"),
        ]
    )
    func malformed(payload: String, response: String) {
        let bench = Bench()
        let member = bench.member(of: "trip:1")
        call(bench, payload, on: member)
        bench.hub.flushPresence()
        #expect(bench.port.take(member) == [reply("error", response)])
        call(bench, "{}", on: member)
        #expect(bench.port.take(member) == [reply("ok")], "to ask for nothing is no mistake")
    }

    @Test(
        "Over the window's calls, or the payload's bytes, the call is refused and the channel stays"
    )
    func limits() {
        let bench = Bench {
            $0.presenceCallCountMax = 3
            $0.presenceWindow = .seconds(10)
            $0.presencePayloadByteCountMax = 20
        }
        let member = bench.member(of: "trip:1")
        track(bench, #"{"name":"somebody long"}"#, on: member)
        #expect(
            bench.port.take(member)
                == [reply("error", #"{"reason":"Track message size exceeded"}"#)]
        )
        bench.pass(seconds: 5)
        track(bench, on: member)
        call(bench, #"{"event":"untrack"}"#, on: member)
        _ = bench.port.take(member)
        let refused = reply("error", #"{"reason":"Client presence rate limit exceeded"}"#)
        track(bench, on: member)
        call(bench, #"{"event":"untrack"}"#, on: member)
        #expect(bench.port.take(member) == [refused, refused])
        // A call counts for up to an eighth longer than the window.
        bench.pass(seconds: 7)
        track(bench, on: member)
        #expect(bench.port.take(member) == [reply("ok")], "the first of three is out of the window")
        track(bench, on: member)
        #expect(bench.port.take(member) == [refused])
    }

    @Test("Over a topic's limit the keeper's refusal is the answer")
    func topicLimits() {
        let bench = Bench { $0.presence.keyCountMax = 1 }
        let first = bench.member(of: "trip:1")
        let second = bench.member(of: "trip:1")
        track(bench, on: first)
        track(bench, on: second)
        #expect(bench.port.take(first) == [reply("ok")])
        #expect(
            bench.port.take(second)
                == [reply("error", #"{"reason":"Client presence rate limit exceeded"}"#)]
        )
        #expect(bench.port.notes.contains(.presenceRefused(.tooManyKeys)))
    }

    @Test("State and diffs are the bytes of the protocol, in both serializers")
    func bytes() {
        let bench = Bench()
        let new = bench.member(of: "trip:1", config: Self.watching)
        let old = bench.connect(.v1)
        bench.say(
            #"{"topic":"realtime:trip:1","event":"phx_join","payload":{"config":{\#(Self.watching)}},"ref":"1"}"#,
            on: old
        )
        bench.answer(.verdict(.all))
        bench.hub.flushPresence()
        #expect(
            bench.port.take(new) == [#"["1",null,"realtime:trip:1","presence_state",{}]"#]
        )
        #expect(
            bench.port.take(old).last
                == #"{"topic":"realtime:trip:1","event":"presence_state","payload":{},"ref":null}"#
        )
        track(bench, on: new)
        _ = bench.port.take(new)
        bench.hub.flushPresence()
        let diff =
            #"{"joins":{"ana":{"metas":[{"phx_ref":"AAAAAAABAAAAAAAB","n":1}]}},"leaves":{}}"#
        #expect(
            bench.port.take(new) == [#"[null,null,"realtime:trip:1","presence_diff",\#(diff)]"#]
        )
        #expect(
            bench.port.take(old)
                == [
                    #"{"topic":"realtime:trip:1","event":"presence_diff","payload":\#(diff),"ref":null}"#
                ]
        )
    }

    @Test("All changes of a turn are one diff, encoded once for each serializer in use")
    func oneDiff() {
        let bench = Bench()
        let members = (0..<10).map { _ in bench.member(of: "trip:1") }
        for member in members { track(bench, on: member) }
        let encodings = bench.hub.counters.encodings
        bench.hub.flushPresence()
        bench.hub.flushPresence()
        #expect(bench.hub.counters.encodings == encodings + 1)
        #expect(bench.hub.counters.presenceDiffs == 1)
        #expect(bench.hub.counters.presenceMetas == 10)
        for member in members {
            #expect(names(bench.port.take(member)) == ["phx_reply", "presence_diff"])
        }
    }

    @Test("The state comes after the reply to the join, and before what was tracked meanwhile")
    func order() {
        let bench = Bench()
        let connection = bench.connect()
        bench.join("trip:1", config: Self.watching, on: connection)
        track(bench, on: connection)
        bench.answer(.verdict(.all))
        bench.hub.flushPresence()
        #expect(
            names(bench.port.take(connection))
                == ["phx_reply", "phx_reply", "presence_state", "presence_diff"]
        )
    }

    /// How a channel may end.
    enum End: CaseIterable { case untrack, leave, rejoin, close, cut, loss }

    @Test("Every end is a leave, at once; only a loss waits", arguments: End.allCases)
    func ends(end: End) {
        let bench = Bench()
        let other = bench.member(of: "trip:1", config: Self.watching)
        let member = bench.member(of: "trip:1", config: Self.watching)
        track(bench, on: member)
        bench.hub.flushPresence()
        _ = bench.port.take(other)
        switch end {
        case .untrack: call(bench, #"{"event":"untrack"}"#, on: member)
        case .leave: bench.say(#"["1","9","realtime:trip:1","phx_leave",{}]"#, on: member)
        case .rejoin: bench.join("trip:1", ref: "9", config: Self.watching, on: member)
        case .close: bench.hub.closed(member)
        case .cut:
            bench.say(
                #"["1","9","realtime:trip:1","access_token",{"access_token":"none"}]"#,
                on: member
            )
        case .loss: bench.hub.lost(member, time: bench.time)
        }
        bench.hub.flushPresence()
        #expect(names(bench.port.take(other)) == (end == .loss ? [] : ["presence_diff"]))
        bench.pass(seconds: 5)
        bench.hub.tick(time: bench.time)
        bench.hub.flushPresence()
        #expect(names(bench.port.take(other)) == (end == .loss ? ["presence_diff"] : []))
        #expect(bench.hub.counters.presenceMetas == 0)
    }

    @Test("Who was lost and comes back in time is not noticed; a stranger with the key is")
    func comesBack() {
        for isSame in [true, false] {
            let bench = Bench()
            let other = bench.member(of: "trip:1", config: Self.watching)
            let first = bench.connect(as: "ana")
            bench.join("trip:1", config: Self.watching, on: first)
            bench.answer(.verdict(.all))
            track(bench, on: first)
            bench.hub.flushPresence()
            bench.hub.lost(first, time: bench.time)
            bench.pass(seconds: 4)
            bench.hub.tick(time: bench.time)
            _ = bench.port.take(other)
            let second = bench.connect(as: isSame ? "ana" : "ben")
            bench.join("trip:1", config: Self.watching, on: second)
            bench.answer(.verdict(.all))
            track(bench, on: second)
            bench.pass(seconds: 60)
            bench.hub.tick(time: bench.time)
            bench.hub.flushPresence()
            #expect(bench.port.take(other).isEmpty == isSame)
            #expect(bench.hub.counters.presenceResumed == (isSame ? 1 : 0))
            #expect(bench.hub.counters.presenceMetas == 1)
        }
    }

    @Test("A new token that opens presence brings the state")
    func laterRight() {
        let bench = Bench()
        var verdict = Verdict.all
        verdict.presenceRead = false
        let member = bench.member(of: "trip:1", config: Self.watching, verdict: verdict)
        bench.say(
            #"["1","2","realtime:trip:1","access_token",{"access_token":"ana"}]"#,
            on: member
        )
        bench.hub.flushPresence()
        #expect(bench.port.take(member).isEmpty)
        bench.answer(.verdict(.all))
        bench.hub.flushPresence()
        #expect(names(bench.port.take(member)) == ["presence_state"])
    }

    @Test("Without a key of its own a channel gets a UUID, the same for its life")
    func madeKey() throws {
        let bench = Bench()
        let member = bench.member(
            of: "trip:1",
            config: #""private":true,"presence":{"enabled":true}"#
        )
        var keys: Set<String> = []
        for number in 0..<2 {
            track(bench, #"{"n":\#(number)}"#, on: member)
            bench.hub.flushPresence()
            let last = try #require(bench.port.take(member).last)
            let joins = try JSON(parsing: Array(last.utf8)).arrayValue?[4]["joins"]
            let key = try #require(joins?.objectValue?.first?.key)
            let shape = key.map { $0 == "-" ? "-" : "x" }.joined()
            #expect(shape == "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx")
            keys.insert(key)
        }
        #expect(keys.count == 1)
    }
}

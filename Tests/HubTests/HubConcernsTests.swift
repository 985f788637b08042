import Hub
import Presence
import Testing
import Topics
import Wire

/// What a hub does about changes of who may read, apart from the order of everything, which
/// ``HubConcernsModelTests`` has.
@Suite struct HubConcernsTests {
    private let denied =
        "You do not have permissions to read from this Channel topic: trip:1"

    private func concern(
        _ bench: Bench,
        _ concerns: MembershipConcern...,
        sparing spared: Set<TopicName> = []
    ) {
        bench.readsOnAtOnce = false
        bench.hub.concern(
            ConcernedMembers(concerns, sparing: spared),
            committedAt: bench.time.now,
            time: bench.time
        )
    }

    private func topic(_ text: String = "trip:1") -> TopicName {
        guard let name = try? TopicName(text) else { preconditionFailure("no topic: \(text)") }
        return name
    }

    private func message(_ name: String, for audience: ReaderAudience? = nil) -> RelayedBroadcast {
        let encoded = MessageEncoder(serializer: .v2).push(
            joinRef: .null,
            ref: .null,
            topic: "realtime:trip:1",
            name: "broadcast",
            payload: JSON.object([.init(key: "event", value: .string(name))]).text
        )
        return RelayedBroadcast(
            topic: TopicKey(name: topic(), isPrivate: true),
            v1: nil,
            v2: encoded,
            audience: audience
        )
    }

    private func member(_ bench: Bench, _ name: String) -> ConnectionNumber {
        let connection = bench.connect(as: name)
        bench.join("trip:1", on: connection)
        bench.answer(.verdict(.all))
        _ = bench.port.take(connection)
        return connection
    }

    private func names(_ sent: [String]) -> [String] {
        sent.map { text in
            if text.contains("please load again") { return "resync" }
            if text.contains("phx_close") { return "close" }
            guard let mark = text.firstRange(of: #"{"event":""#) else { return text }
            return String(text[mark.upperBound...].prefix { $0 != "\"" })
        }
    }

    @Test("Who may read no longer gets nothing of what comes after the change, the reason, an end")
    func cut() {
        let bench = Bench()
        let (ana, ben) = (member(bench, "ana"), member(bench, "ben"))
        bench.hub.deliver(message("before"))
        concern(bench, MembershipConcern(.topic(topic()), member: "ana"))
        bench.hub.deliver(message("after"))
        #expect(names(bench.port.take(ana)) == ["before"])
        #expect(names(bench.port.take(ben)) == ["before", "after"])
        #expect(bench.hub.counters.channelsHeld == 1 && bench.hub.counters.withheldBytes > 0)
        bench.answer(.verdict(.denied))
        let sent = bench.port.take(ana)
        #expect(sent.count == 2 && sent[0].contains(denied) && sent[0].contains("error"))
        #expect(names(sent).last == "close")
        #expect(bench.hub.counters.channelsHeld == 0 && bench.hub.counters.withheldBytes == 0)
        guard case .revoked(let notice, _) = bench.port.notes.last else {
            Issue.record("a revocation is not told")
            return
        }
        #expect(notice == .readDenied(topic: "trip:1"))
        bench.hub.deliver(message("later"))
        #expect(bench.port.take(ana).isEmpty)
    }

    @Test("Who may read still gets what was withheld, in order, once the reader has read on")
    func goesOn() {
        let bench = Bench()
        let ana = member(bench, "ana")
        concern(bench, MembershipConcern(.topic(topic())))
        bench.hub.deliver(message("one"))
        bench.answer(.verdict(.all))
        bench.hub.deliver(message("two"))
        #expect(bench.port.take(ana).isEmpty, "another change may be on its way")
        bench.readOn()
        bench.hub.deliver(message("three"))
        #expect(names(bench.port.take(ana)) == ["one", "two", "three"])
        #expect(bench.hub.counters.withheldBytes == 0)
    }

    @Test("A second change drops what lies between, and voids the answer to the first")
    func secondChange() {
        let bench = Bench()
        let ana = member(bench, "ana")
        concern(bench, MembershipConcern(.topic(topic()), member: "ana"))
        bench.hub.deliver(message("between"))
        let overtaken = bench.port.questions.removeFirst()
        concern(bench, MembershipConcern(.topic(topic()), member: "ana"))
        bench.hub.deliver(message("after"))
        bench.hub.answered(
            overtaken.number,
            connection: ana,
            topic: topic(),
            .verdict(.denied),
            time: bench.time
        )
        bench.answer(.verdict(.all))
        bench.readOn()
        #expect(names(bench.port.take(ana)) == ["resync", "after"])
        #expect(bench.hub.counters.withheldOvertaken == 1 && bench.hub.counters.holdResyncs == 1)
    }

    @Test("A change that comes before the reader has read on begins anew")
    func changeBeforePassage() {
        let bench = Bench()
        let ana = member(bench, "ana")
        concern(bench, MembershipConcern(.every))
        bench.hub.deliver(message("secret"))
        bench.answer(.verdict(.all))
        concern(bench, MembershipConcern(.every))
        bench.readOn()
        #expect(bench.port.take(ana).isEmpty)
        bench.answer(.verdict(.all))
        bench.readOn()
        #expect(names(bench.port.take(ana)) == ["resync"])
    }

    @Test("Too much withheld is dropped, and who may read is told to load again")
    func tooMuch() {
        let bench = Bench { $0.withheldByteCountMax = 400 }
        let ana = member(bench, "ana")
        concern(bench, MembershipConcern(.topic(topic())))
        for number in 0..<5 { bench.hub.deliver(message("m\(number)")) }
        bench.answer(.verdict(.all))
        bench.readOn()
        #expect(names(bench.port.take(ana)).first == "resync")
        #expect(bench.hub.counters.withheldOverLimit > 0)
    }

    @Test("A right to write that is lost refuses what was sent meanwhile; the channel stays")
    func writeLost() {
        let bench = Bench()
        let (ana, ben) = (member(bench, "ana"), member(bench, "ben"))
        concern(bench, MembershipConcern(.topic(topic()), member: "ana"))
        bench.say(#"["1","5","realtime:trip:1","broadcast",{"event":"x"}]"#, on: ana)
        #expect(bench.port.take(ben).isEmpty, "the right to send is in question too")
        var reader = Verdict.all
        reader.broadcastWrite = false
        bench.answer(.verdict(reader))
        bench.readOn()
        bench.say(#"["1","6","realtime:trip:1","broadcast",{"event":"y"}]"#, on: ana)
        #expect(bench.port.take(ben).isEmpty && bench.port.take(ana).isEmpty)
        let refusals = bench.port.notes.filter { $0 == .broadcastRefused(.notAllowed) }
        #expect(refusals.count == 2)
        concern(bench, MembershipConcern(.topic(topic()), member: "ana"))
        bench.say(#"["1","7","realtime:trip:1","broadcast",{"event":"z"}]"#, on: ana)
        bench.answer(.verdict(.all))
        bench.readOn()
        #expect(names(bench.port.take(ben)) == ["z"])
    }

    @Test("A class that changes meanwhile decides what of the withheld is sent")
    func readerClass() {
        let bench = Bench()
        var verdict = Verdict.all
        verdict.readerClass = "editor"
        let ana = bench.connect(as: "ana")
        bench.join("trip:1", on: ana)
        bench.answer(.verdict(verdict))
        _ = bench.port.take(ana)
        concern(bench, MembershipConcern(.topic(topic()), member: "ana"))
        bench.hub.deliver(message("full", for: .classes(["editor"])))
        bench.hub.deliver(message("short", for: .others(["editor"])))
        verdict.readerClass = "viewer"
        bench.answer(.verdict(verdict))
        bench.readOn()
        #expect(names(bench.port.take(ana)) == ["short"])
    }

    @Test("A join under way is asked about anew, and the answer of before lets nobody in")
    func joining() {
        let bench = Bench()
        let ana = bench.connect(as: "ana")
        bench.join("trip:1", on: ana)
        let overtaken = bench.port.questions.removeFirst()
        concern(bench, MembershipConcern(.topic(topic()), member: "ana"))
        bench.hub.answered(
            overtaken.number,
            connection: ana,
            topic: topic(),
            .verdict(.all),
            time: bench.time
        )
        #expect(bench.port.take(ana).isEmpty)
        #expect(bench.port.questions.first?.isFresh == true)
        bench.answer(.verdict(.all))
        #expect(bench.port.take(ana).isEmpty, "another change may be on its way")
        bench.readOn()
        #expect(bench.port.take(ana).first?.contains(#""status":"ok""#) == true)
        concern(bench, MembershipConcern(.topic(topic()), member: "ana"))
        bench.join("trip:1", ref: "2", on: ana)
        concern(bench, MembershipConcern(.topic(topic()), member: "ana"))
        while !bench.port.questions.isEmpty { bench.answer(.verdict(.denied)) }
        let sent = bench.port.take(ana)
        #expect(sent.count == 1 && sent[0].contains("Unauthorized"))
        #expect(bench.hub.counters.channelsHeld == 0 && bench.hub.counters.channelCount == 0)
    }

    @Test("A join that waits for its replay begins anew, and replays nothing of before")
    func replaying() {
        let bench = Bench()
        let ana = bench.connect(as: "ana")
        let config = #""private":true,"broadcast":{"replay":{"since":0}}"#
        bench.join("trip:1", config: config, on: ana)
        bench.answer(.verdict(.all))
        let old = bench.port.replays.removeFirst()
        concern(bench, MembershipConcern(.topic(topic()), member: "ana"))
        let horizon = CommitHorizon(oldestRunning: 5, next: 5, running: [])
        bench.answer(.verdict(.all))
        bench.readOn()
        #expect(bench.port.take(ana).isEmpty && bench.port.replays.count == 1)
        let question = bench.port.replays.removeFirst()
        #expect(question.number != old.number, "an answer to the old one does not count")
        bench.hub.replayed(old.number, .messages([], asOf: horizon), time: bench.time)
        bench.readOn()
        #expect(bench.port.take(ana).isEmpty)
        bench.hub.replayed(question.number, .messages([], asOf: horizon), time: bench.time)
        #expect(bench.port.take(ana).isEmpty, "the stream has not reached it")
        bench.readOn()
        #expect(bench.port.take(ana).count == 1)
        // The border counts beside a hold.
        concern(bench, MembershipConcern(.topic(topic()), member: "ana"))
        let covered = message("covered")
        bench.hub.deliver(
            RelayedBroadcast(topic: covered.topic, v1: nil, v2: covered.v2, transaction: 4)
        )
        bench.hub.deliver(message("new"))
        bench.answer(.verdict(.all))
        bench.readOn()
        #expect(names(bench.port.take(ana)) == ["new"])
    }

    @Test("A replay of after a removal that the stream has not reached yet is never shown")
    func replayAfterRemoval() {
        let bench = Bench()
        let ana = bench.connect(as: "ana")
        let config = #""private":true,"broadcast":{"replay":{"since":0}}"#
        bench.join("trip:1", config: config, on: ana)
        bench.answer(.verdict(.all))
        let question = bench.port.replays.removeFirst()
        let horizon = CommitHorizon(oldestRunning: 5, next: 5, running: [])
        let later = EncodedMessage(.text, payload: Array("later".utf8))
        bench.hub.replayed(question.number, .messages([later], asOf: horizon), time: bench.time)
        concern(bench, MembershipConcern(.topic(topic()), member: "ana"))
        bench.readOn()
        #expect(bench.port.take(ana).isEmpty)
        bench.answer(.verdict(.denied))
        let sent = bench.port.take(ana)
        #expect(sent.count == 1 && sent[0].contains("Unauthorized"))
    }

    @Test("Whoever joined by another spelling of a topic's UUID is concerned all the same")
    func otherSpelling() {
        let bench = Bench()
        let ana = bench.connect(as: "ana")
        bench.join("trip:AB", on: ana)
        bench.answer(.verdict(.all))
        _ = bench.port.take(ana)
        concern(bench, MembershipConcern(.topic(topic("trip:ab")), member: "ana"))
        #expect(bench.port.questions.count == 1)
        bench.answer(.verdict(.denied))
        #expect(bench.port.take(ana).last?.contains("phx_close") == true)
    }

    @Test("The database that says nothing ends the channel, as does one that takes too long")
    func noVerdict() {
        let bench = Bench()
        let (ana, ben) = (member(bench, "ana"), member(bench, "ben"))
        concern(bench, MembershipConcern(.every))
        bench.answer(.unavailable(.unableToConnectToProject))
        let sent = bench.port.take(ana) + bench.port.take(ben)
        #expect(sent.count == 2 && sent[0].contains("unable to connect"))
        bench.pass(seconds: 5)
        bench.hub.tick(time: bench.time)
        let late = bench.port.take(ana) + bench.port.take(ben)
        #expect(late.count == 2 && late[0].contains("Query was cancelled"))
        #expect(bench.hub.counters.channelCount == 0 && bench.hub.counters.channelsHeld == 0)
    }

    @Test("News waits with what is withheld; a state of presence that was dropped comes anew")
    func presence() {
        let loops = Loops(count: 1)
        let bench = loops.benches[0]
        let ana = bench.connect(as: "ana")
        let config = #""private":true,"presence":{"enabled":true,"key":"a"}"#
        bench.join("trip:1", config: config, on: ana)
        bench.answer(.verdict(.all))
        loops.settle()
        let ben = member(bench, "ben")
        _ = bench.port.take(ana)
        concern(bench, MembershipConcern(.topic(topic()), member: "ana"))
        let track = #"{"type":"presence","event":"track","payload":{}}"#
        bench.say(#"["1","5","realtime:trip:1","presence",\#(track)]"#, on: ben)
        loops.settle()
        bench.hub.announce(.databaseBack)
        #expect(bench.port.take(ana).isEmpty)
        concern(bench, MembershipConcern(.topic(topic()), member: "ana"))
        while !bench.port.questions.isEmpty { bench.answer(.verdict(.all)) }
        bench.readOn()
        loops.settle()
        let sent = bench.port.take(ana)
        #expect(sent.count == 2 && names(sent)[0] == "resync")
        #expect(sent.last?.contains("presence_state") == true)
    }

    @Test("Who is cut is present no longer, without any grace")
    func presenceOfTheCut() {
        let loops = Loops(count: 1)
        let bench = loops.benches[0]
        let watcher = bench.connect(as: "ben")
        let config = #""private":true,"presence":{"enabled":true,"key":"b"}"#
        bench.join("trip:1", config: config, on: watcher)
        bench.answer(.verdict(.all))
        let ana = member(bench, "ana")
        let track = #"{"type":"presence","event":"track","payload":{}}"#
        bench.say(#"["1","5","realtime:trip:1","presence",\#(track)]"#, on: ana)
        loops.settle()
        _ = bench.port.take(watcher)
        concern(bench, MembershipConcern(.topic(topic()), member: "ana"))
        bench.answer(.verdict(.denied))
        loops.settle()
        let sent = bench.port.take(watcher)
        #expect(sent.count == 1 && sent[0].contains(#""leaves":{""#))
    }

    @Test("Others on the topic, public channels, spared topics and other spellings are left alone")
    func notConcerned() {
        let bench = Bench()
        let id = "B5000000-0000-4000-8000-0000000000AF"
        let (upper, other) = (member(bench, id), member(bench, "ANA"))
        let open = bench.connect(as: "ana")
        bench.join("trip:1", config: "", on: open)
        concern(bench, MembershipConcern(.topic(topic()), member: "ana"))
        concern(bench, MembershipConcern(.every), sparing: [topic()])
        #expect(bench.port.questions.isEmpty)
        concern(bench, MembershipConcern(.topic(topic()), member: id.lowercased()))
        #expect(bench.port.questions.map(\.connection) == [upper])
        concern(bench, MembershipConcern(.part("1")))
        #expect(bench.port.questions.map(\.connection) == [upper, upper, other])
    }
}

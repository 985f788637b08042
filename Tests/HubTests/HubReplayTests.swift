import Testing
import Topics
import Wire

@testable import Hub

@Suite struct HubReplayTests {
    private func config(_ replay: String, isPrivate: Bool = true) -> String {
        #""private":\#(isPrivate),"broadcast":{"replay":\#(replay)}"#
    }

    private let since = #"{"since":1000}"#

    private func refusal(_ sentence: String) -> String {
        #"["1","1","realtime:trip:1","phx_reply",{"status":"error","response":{"reason":"UnableToReplayMessages: \#(sentence)"}}]"#
    }

    private let failed = "Realtime was unable to replay messages"

    private let welcome =
        #"["1","1","realtime:trip:1","phx_reply",{"status":"ok","response":{"postgres_changes":[]}}]"#

    /// A connection whose join waits for its replay.
    private func waiting(_ bench: Bench, replay: String? = nil) -> ConnectionNumber {
        let connection = bench.connect()
        bench.join("trip:1", config: config(replay ?? since), on: connection)
        bench.answer(.verdict(.all))
        return connection
    }

    private func live(_ seq: Int64) -> RelayedBroadcast {
        let plain = change(of: "trip:1", text: "\(seq)")
        return RelayedBroadcast(
            topic: plain.topic,
            v1: nil,
            v2: plain.v2,
            transaction: UInt64(seq)
        )
    }

    /// Answers with a replay in which all transactions up to a number are, except some.
    private func answer(
        _ bench: Bench,
        _ texts: String...,
        upTo last: UInt64 = 0,
        running: Set<UInt64> = []
    ) {
        let question = bench.port.replays.removeFirst()
        let horizon = CommitHorizon(
            oldestRunning: running.min() ?? last + 1,
            next: last + 1,
            running: running
        )
        let messages = texts.map { EncodedMessage(.text, payload: Array($0.utf8)) }
        bench.hub.replayed(question.number, .messages(messages, asOf: horizon), time: bench.time)
        bench.readOn()
    }

    private func payload(_ seq: Int64) -> String {
        #"[null,null,"realtime:trip:1","broadcast",\#(seq)]"#
    }

    @Test(
        "A public join with a replay is refused, whatever the replay is",
        arguments: [
            #"{"since":1000}"#, "null", "{}", "7",
        ]
    )
    func publicTopic(replay: String) {
        let bench = Bench()
        let connection = bench.connect()
        bench.join("trip:1", config: config(replay, isPrivate: false), on: connection)
        #expect(
            bench.port.take(connection) == [refusal("Replay is not allowed for public channels")]
        )
        #expect(bench.hub.counters.channelCount == 0)
    }

    @Test(
        "A replay that is no replay is refused, but only to those who may join",
        arguments: [
            "{}", #"{"since":"now"}"#, #"{"since":1,"limit":"x"}"#,
        ]
    )
    func malformed(replay: String) {
        let bench = Bench()
        let connection = bench.connect()
        bench.join("trip:1", config: config(replay), on: connection)
        bench.answer(.verdict(.denied))
        #expect(bench.port.take(connection).first?.contains("Unauthorized") == true)
        bench.join("trip:1", config: config(replay), on: connection)
        bench.answer(.verdict(.all))
        #expect(bench.port.take(connection) == [refusal("Replay params are not valid")])
        #expect(bench.port.replays.isEmpty && bench.hub.counters.channelCount == 0)
    }

    @Test("Null replays nothing; neither is anything replayed to who may not read broadcasts")
    func nothing() {
        let bench = Bench()
        let ana = waiting(bench, replay: "null")
        #expect(bench.port.take(ana) == [welcome])
        let ben = bench.connect()
        bench.join("trip:1", config: config(since), on: ben)
        bench.answer(
            .verdict(
                Verdict(
                    broadcastRead: false,
                    presenceRead: true,
                    broadcastWrite: true,
                    presenceWrite: true
                )
            )
        )
        #expect(bench.port.take(ben) == [welcome])
        #expect(bench.port.replays.isEmpty)
    }

    @Test(
        "The limit is clamped to what is allowed, 25 where the join does not say",
        arguments: [
            (#"{"since":5}"#, 25, 25), (#"{"since":5}"#, 10, 10), (#"{"since":5}"#, 100, 25),
            (#"{"since":5,"limit":50}"#, 100, 50), (#"{"since":5,"limit":500}"#, 100, 100),
            (#"{"since":5,"limit":0}"#, 100, 1), (#"{"since":5,"limit":-3}"#, 100, 1),
        ]
    )
    func limit(replay: String, allowed: Int, asked: Int) throws {
        let bench = Bench { $0.replayCountMax = allowed }
        _ = waiting(bench, replay: replay)
        let question = try #require(bench.port.replays.first)
        #expect(question.countMax == asked && question.sinceMilliseconds == 5)
        #expect(question.topic.text == "trip:1" && question.joinRef.text == #""1""#)
    }

    @Test("Registered, then asked, then answered: reply, replay, what was held, and then live")
    func order() {
        let bench = Bench()
        let connection = waiting(bench)
        #expect(bench.interest.loops(of: key("trip:1")).v2 == 1)
        for seq in [4, 5, 6] as [Int64] { bench.hub.deliver(live(seq)) }
        bench.hub.deliver(change(of: "trip:1", text: #""broadcast""#))
        #expect(bench.port.take(connection).isEmpty)
        answer(bench, "three", "four", "seven", upTo: 7, running: [5])
        #expect(
            bench.port.take(connection) == [
                welcome, "three", "four", "seven", payload(5),
                #"[null,null,"realtime:trip:1","broadcast","broadcast"]"#,
            ]
        )
        for seq in [7, 8] as [Int64] { bench.hub.deliver(live(seq)) }
        #expect(bench.port.take(connection) == [payload(8)])
        #expect(bench.hub.counters.replayOverlaps == 3)
        #expect(bench.hub.counters.replaysWaiting == 0)
    }

    @Test("A join whose replay could not be read is refused with the reason, and gets nothing")
    func unavailable() throws {
        let bench = Bench()
        let connection = waiting(bench)
        bench.hub.deliver(live(4))
        let question = bench.port.replays.removeFirst()
        bench.hub.replayed(question.number, .unavailable(.replayFailed), time: bench.time)
        #expect(bench.port.take(connection) == [refusal(failed)])
        bench.hub.deliver(live(5))
        #expect(bench.port.take(connection).isEmpty)
        #expect(bench.interest.loops(of: key("trip:1")).isEmpty)
        let horizon = CommitHorizon(oldestRunning: 9, next: 9, running: [])
        bench.hub.replayed(question.number, .messages([], asOf: horizon), time: bench.time)
        bench.readOn()
        #expect(bench.port.take(connection).isEmpty)
    }

    @Test("A replay that takes too long is waited for no longer, and no channel is left behind")
    func late() {
        let bench = Bench { $0.replayDurationMax = .seconds(5) }
        let connection = waiting(bench)
        bench.pass(seconds: 4)
        bench.hub.tick(time: bench.time)
        #expect(bench.port.take(connection).isEmpty)
        bench.pass(seconds: 1)
        bench.hub.tick(time: bench.time)
        #expect(bench.port.take(connection) == [refusal(failed)])
        answer(bench, "one")
        #expect(bench.port.take(connection).isEmpty)
        #expect(bench.hub.counters.replaysWaiting == 0 && bench.hub.counters.channelCount == 0)
    }

    @Test("Without a reader that has begun there is no replay, since nothing would follow it")
    func notCaughtUp() {
        let bench = Bench()
        bench.port.isCaughtUp = false
        let connection = waiting(bench)
        let sent = bench.port.take(connection)
        #expect(sent.first?.contains("InitializingProjectConnection: ") == true)
        #expect(bench.port.replays.isEmpty)
    }

    @Test("What is held is limited by connection; the join that would pass the limit is refused")
    func heldTooMuch() throws {
        let one = ReplayBorder.heldByteCount(of: try #require(live(1).v2))
        let bench = Bench { $0.replayHeldByteCountMax = 3 * one }
        let connection = waiting(bench)
        let other = bench.member(of: "trip:1")
        for seq in 1...3 as ClosedRange<Int64> { bench.hub.deliver(live(seq)) }
        #expect(bench.port.take(connection).isEmpty)
        for seq in 4...5 as ClosedRange<Int64> { bench.hub.deliver(live(seq)) }
        #expect(bench.port.take(connection) == [refusal(failed)])
        #expect(bench.port.take(other).count == 5)
        // What it held counts no more.
        bench.port.replays = []
        bench.join("trip:1", config: config(since), on: connection)
        bench.answer(.verdict(.all))
        for seq in 1...3 as ClosedRange<Int64> { bench.hub.deliver(live(seq)) }
        answer(bench)
        #expect(bench.port.take(connection).count == 4)
    }

    @Test("What does not fit into the connection's queue is refused, instead of ending it")
    func noRoom() {
        let bench = Bench()
        let connection = waiting(bench)
        bench.port.freeByteCount = 9
        answer(bench, "one", "two")
        #expect(bench.port.take(connection) == [refusal(failed)])
    }

    @Test("What the connection sends meanwhile waits, and is carried out after the replay")
    func messagesMeanwhile() {
        let bench = Bench()
        let other = bench.member(of: "trip:1")
        let connection = waiting(bench)
        bench.say(#"["1","2","realtime:trip:1","broadcast",{"event":"e"}]"#, on: connection)
        #expect(bench.port.take(other).isEmpty)
        answer(bench, "one")
        #expect(bench.port.take(connection) == [welcome, "one"])
        #expect(bench.port.take(other).count == 1)
    }

    @Test("News for everybody reaches it behind the answer, and so does the state of presence")
    func news() {
        let bench = Bench()
        bench.port.carrying = { letter, _, _ in
            guard case .watch = letter else { return false }
            return true
        }
        let connection = bench.connect()
        bench.join("trip:1", config: config(since), on: connection)
        bench.answer(.verdict(.all))
        bench.hub.announce(.resync, toTopicsWith: ["trip:"])
        #expect(bench.port.take(connection).isEmpty)
        answer(bench, "one")
        let sent = bench.port.take(connection)
        #expect(sent.count == 3 && sent.first == welcome)
        #expect(sent.last?.contains("please load again") == true)
    }

    @Test("Who leaves, joins again or goes away meanwhile gets nothing of the first replay")
    func gone() {
        let bench = Bench()
        let ana = waiting(bench)
        bench.say(#"["1","2","realtime:trip:1","phx_leave",{}]"#, on: ana)
        #expect(bench.port.take(ana).count == 2)
        answer(bench, "one")
        #expect(bench.port.take(ana).isEmpty)
        let ben = waiting(bench)
        bench.join("trip:1", ref: "7", config: config(since), on: ben)
        bench.answer(.verdict(.all))
        bench.hub.deliver(live(4))
        answer(bench, "one")
        #expect(bench.port.take(ben).isEmpty)
        answer(bench, "two")
        let sent = bench.port.take(ben)
        #expect(sent.count == 3 && sent[0].hasPrefix(#"["7","7""#) && sent[1] == "two")
        let cleo = waiting(bench)
        bench.hub.deliver(live(5))
        bench.hub.lost(cleo, time: bench.time)
        answer(bench, "one")
        #expect(bench.port.take(cleo).isEmpty)
        #expect(bench.hub.counters.replaysWaiting == 0)
    }

    @Test("Where transactions are counted anew, no border hides a message and none is under way")
    func countedAnew() {
        let bench = Bench()
        let ana = waiting(bench)
        answer(bench, upTo: 9)
        _ = bench.port.take(ana)
        bench.hub.deliver(live(5))
        #expect(bench.port.take(ana).isEmpty)
        let ben = waiting(bench)
        bench.hub.announce(.resync)
        #expect(bench.port.take(ben) == [refusal(failed)])
        #expect(bench.port.take(ana).count == 1)
        bench.hub.deliver(live(5))
        #expect(bench.port.take(ana) == [payload(5)])
        bench.port.replays = []
        #expect(bench.hub.counters.replaysWaiting == 0)
    }

    @Test("A token that ends meanwhile ends the join")
    func expired() {
        let bench = Bench()
        let connection = bench.connect()
        bench.join("trip:1", config: config(since), token: "ana", on: connection)
        bench.answer(.verdict(.all))
        bench.time = HubTime(now: bench.time.now, unixSeconds: 6_000)
        bench.hub.tick(time: bench.time)
        let sent = bench.port.take(connection)
        #expect(sent.count == 1 && sent[0].contains("Token has expired 0 seconds ago"))
        #expect(bench.hub.counters.replaysWaiting == 0)
    }
}

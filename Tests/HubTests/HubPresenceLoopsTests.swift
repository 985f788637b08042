import Hub
import Testing
import Topics
import Wire

@Suite struct HubPresenceLoopsTests {
    private static let watching = #""private":true,"presence":{"key":"ana","enabled":true}"#

    /// Two loops, and the one that keeps the topic first.
    private func loops() -> (loops: Loops, keeper: Int, other: Int) {
        let loops = Loops(count: 2)
        let watcher = loops.benches[0].member(of: "trip:1", config: Self.watching)
        let isHere = loops.mailboxes[1].isEmpty
        loops.benches[0].hub.closed(watcher)
        loops.settle()
        return (loops, isHere ? 0 : 1, isHere ? 1 : 0)
    }

    private func track(_ bench: Bench, _ number: Int, on connection: ConnectionNumber) {
        bench.say(
            #"["1","5","realtime:trip:1","presence",{"event":"track","payload":{"n":\#(number)}}]"#,
            on: connection
        )
    }

    private func names(_ messages: [String]) -> [String] {
        messages.compactMap { text in
            try? JSON(parsing: Array(text.utf8)).arrayValue?[3].stringValue
        }
    }

    @Test("A full mailbox refuses a call to track, and takes every untrack")
    func fullForCalls() {
        let (loops, _, other) = loops()
        let bench = loops.benches[other]
        let member = bench.member(of: "trip:1")
        loops.isFull = { true }
        track(bench, 1, on: member)
        #expect(
            bench.port.take(member)
                == [#"["1","5","realtime:trip:1","phx_reply",{"status":"error","response":{}}]"#]
        )
        #expect(bench.port.notes.contains(.presenceRefused(.unavailable)))
        loops.isFull = { false }
        track(bench, 2, on: member)
        loops.isFull = { true }
        bench.say(#"["1","6","realtime:trip:1","presence",{"event":"untrack"}]"#, on: member)
        loops.settle()
        #expect(loops.benches.allSatisfy { $0.hub.counters.presenceMetas == 0 })
    }

    @Test("A loop that missed a diff gets the state, and then diffs again")
    func missedDiff() {
        let (loops, keeper, other) = loops()
        let far = loops.benches[other].member(of: "trip:1", config: Self.watching)
        let near = loops.benches[keeper].member(of: "trip:1", config: Self.watching)
        loops.settle()
        _ = loops.benches[other].port.take(far)
        loops.isFull = { true }
        for number in 1...3 {
            track(loops.benches[keeper], number, on: near)
            loops.benches[keeper].hub.flushPresence()
        }
        #expect(loops.mailboxes[other].isEmpty)
        #expect(loops.benches[keeper].hub.counters.presenceDiffsMissed == 1)
        loops.settle()
        let state = loops.benches[other].port.take(far)
        #expect(names(state) == ["presence_state"])
        #expect(state.first?.contains(#""n":3"#) == true)
        track(loops.benches[keeper], 4, on: near)
        loops.settle()
        #expect(names(loops.benches[other].port.take(far)) == ["presence_diff"])
    }

    @Test("A join on one loop while a diff of another is under way gets it once, in the state")
    func joinDuringDiff() {
        let (loops, keeper, other) = loops()
        let near = loops.benches[keeper].member(of: "trip:1")
        let first = loops.benches[other].member(of: "trip:1", config: Self.watching)
        loops.settle()
        _ = loops.benches[other].port.take(first)
        track(loops.benches[keeper], 1, on: near)
        loops.benches[keeper].hub.flushPresence()
        // The diff is in the mailbox when somebody joins there.
        let second = loops.benches[other].member(of: "trip:1", config: Self.watching)
        loops.settle()
        #expect(names(loops.benches[other].port.take(first)) == ["presence_diff"])
        let told = loops.benches[other].port.take(second)
        #expect(names(told) == ["presence_state"])
        #expect(told.first?.contains(#""n":1"#) == true)
    }

    @Test("Who is lost on one loop comes back on another")
    func otherLoop() {
        let (loops, keeper, other) = loops()
        let watcher = loops.benches[keeper].member(of: "trip:1", config: Self.watching)
        let first = loops.benches[other].connect(as: "ana")
        loops.benches[other].join("trip:1", config: Self.watching, on: first)
        loops.benches[other].answer(.verdict(.all))
        track(loops.benches[other], 1, on: first)
        loops.settle()
        _ = loops.benches[keeper].port.take(watcher)
        loops.benches[other].hub.lost(first, time: loops.benches[other].time)
        loops.settle()
        let second = loops.benches[keeper].connect(as: "ana")
        loops.benches[keeper].join("trip:1", config: Self.watching, on: second)
        loops.benches[keeper].answer(.verdict(.all))
        track(loops.benches[keeper], 1, on: second)
        loops.settle()
        loops.pass(seconds: 60)
        loops.settle()
        #expect(loops.benches[keeper].port.take(watcher).isEmpty)
        #expect(loops.benches[keeper].hub.counters.presenceResumed == 1)
    }

    @Test("The keeping of topics is spread over all loops")
    func spread() {
        let loops = Loops(count: 4)
        for number in 0..<100 {
            let bench = loops.benches[number % 4]
            let member = bench.member(of: "trip:\(number)")
            bench.say(
                #"["1","5","realtime:trip:\#(number)","presence",{"event":"track"}]"#,
                on: member
            )
        }
        loops.settle()
        let counts = loops.benches.map(\.hub.counters.presenceMetas)
        #expect(counts.reduce(0, +) == 100)
        #expect(counts.allSatisfy { $0 >= 10 }, "\(counts)")
    }
}

import Hub
import Testing
import Topics
import Wire

@Suite struct HubRechecksTests {
    private func members(_ count: Int, _ bench: Bench) -> [ConnectionNumber] {
        (0..<count).map { number in
            let connection = bench.connect(as: "p\(number)")
            bench.join("trip:\(number % 3)", on: connection)
            bench.answer(.verdict(.all))
            _ = bench.port.take(connection)
            return connection
        }
    }

    @Test("Every channel is asked about once in an interval, spread over it, and none twice")
    func spread() {
        let bench = Bench { $0.recheckInterval = .seconds(60) }
        _ = members(100, bench)
        var asked: [ConnectionNumber: Int] = [:]
        var most = 0
        for second in 0..<240 {
            bench.pass(seconds: 1)
            bench.hub.tick(time: bench.time)
            most = max(most, bench.port.questions.count)
            #expect(second >= 44 || bench.port.questions.isEmpty)
            while !bench.port.questions.isEmpty {
                asked[bench.port.questions[0].connection, default: 0] += 1
                bench.answer(.verdict(.all))
            }
        }
        #expect(asked.count == 100 && asked.values.allSatisfy { (3...5).contains($0) }, "\(asked)")
        #expect(most <= 10, "spread over the interval")
    }

    @Test("A recheck that says no ends the channel; one that nobody answers does not")
    func answers() {
        let bench = Bench { $0.recheckInterval = .seconds(60) }
        let all = members(2, bench)
        bench.pass(seconds: 60)
        for _ in 0..<20 {
            bench.hub.tick(time: bench.time)
            bench.pass(seconds: 1)
        }
        #expect(bench.port.questions.count == 2 && bench.port.questions.allSatisfy(\.isFresh))
        #expect(bench.port.questions[0].connection != bench.port.questions[1].connection)
        let (kept, cut) = (bench.port.questions[0].connection, bench.port.questions[1].connection)
        bench.answer(.unavailable(.unableToConnectToProject))
        bench.answer(.verdict(.denied))
        #expect(all.contains(kept) && bench.port.take(kept).isEmpty)
        #expect(bench.port.take(cut).last?.contains("phx_close") == true)
        for _ in 0..<20 {
            bench.hub.tick(time: bench.time)
            bench.pass(seconds: 1)
        }
        #expect(bench.port.questions.map(\.connection) == [kept], "it is asked again soon")
    }

    @Test("Changed rules are asked about for all channels, so many at once, and withhold nothing")
    func rules() {
        let bench = Bench { $0.reaskCountMax = 10 }
        let all = members(35, bench)
        let joining = bench.connect(as: "joining")
        bench.join("trip:0", on: joining)
        let early = bench.port.questions.removeFirst()
        bench.hub.rulesChanged(time: bench.time)
        var rounds = 0
        while !bench.port.questions.isEmpty {
            rounds += 1
            #expect(bench.port.questions.count <= 10)
            let isOdd = rounds.isMultiple(of: 2)
            bench.answer(.verdict(isOdd ? .denied : .all))
        }
        #expect(rounds == 36)
        let cut = all.filter { !bench.port.take($0).isEmpty }
        #expect(cut.count + (bench.port.take(joining).isEmpty ? 1 : 0) >= 17)
        bench.hub.answered(
            early.number,
            connection: joining,
            topic: early.topic,
            .verdict(.all),
            time: bench.time
        )
        #expect(bench.port.take(joining).isEmpty, "an answer by the old rules counts no more")
    }

    @Test("A new token's question stays one whose answer must come, also when the rules change")
    func token() {
        let bench = Bench()
        let connection = bench.member(of: "trip:1")
        bench.say(
            #"["1","8","realtime:trip:1","access_token",{"access_token":"ana"}]"#,
            on: connection
        )
        bench.hub.rulesChanged(time: bench.time)
        bench.port.questions.removeFirst()
        bench.answer(.unavailable(.unableToConnectToProject))
        #expect(bench.port.take(connection).last?.contains("phx_close") == true)
    }

    @Test("Who was asked about before the reader had begun, or at a resync, is asked about anew")
    func unwatched() {
        let bench = Bench()
        bench.port.isCaughtUp = false
        _ = members(2, bench)
        bench.hub.tick(time: bench.time)
        #expect(bench.port.questions.isEmpty)
        bench.port.isCaughtUp = true
        bench.hub.tick(time: bench.time)
        #expect(bench.port.questions.count == 2)
        bench.port.questions = []
        bench.hub.announce(.resync)
        bench.hub.tick(time: bench.time)
        #expect(bench.port.questions.count == 2)
    }
}

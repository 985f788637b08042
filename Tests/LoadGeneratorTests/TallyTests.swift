import LoadChecks
import LoadResults
import Testing

@testable import LoadGenerator

@Suite struct TallyTests {
    private func tick(_ tally: inout Tally) -> Tick {
        tally.tick(generator: 3, second: 9, isMeasured: true, now: 2_000_000_000)
    }

    @Test("A tick takes everything but the words for breaches")
    func tick() {
        var tally = Tally(now: 1_000_000_000)
        tally.sentCount = 2
        tally.record(.broadcast, nanoseconds: 1_500)
        tally.fail("close 1013")
        tally.breach(.gap, count: 3, "three of them")
        let tick = tick(&tally)
        #expect(tick.generator == 3 && tick.second == 9 && tick.isMeasured)
        #expect(tick.sentCount == 2)
        #expect(tick.latencies.keys.map(\.rawValue) == ["broadcast"])
        #expect(tick.latencies[.broadcast]?.max == 1)
        #expect(tick.errors == ["close 1013": 1])
        #expect(tick.breaches == [.gap: 3])
        #expect(tick.coreShare >= 0)
        let next = self.tick(&tally)
        #expect(next.sentCount == 0 && next.latencies.isEmpty && next.errors.isEmpty)
        #expect(next.breaches.isEmpty)
        #expect(tally.examples == ["gap: three of them"])
    }

    @Test("Words and kinds of errors are bounded, counts are not")
    func bounded() {
        var tally = Tally(now: 0)
        for number in 0..<300 {
            tally.fail("reason \(number)")
            tally.breach(.duplicate, "number \(number)")
        }
        let tick = tick(&tally)
        #expect(tick.errors.count == Tally.errorKindCountMax + 1)
        #expect(tick.errors["other"] == 200)
        #expect(tick.breaches == [.duplicate: 300])
        #expect(tally.examples.count == Tally.exampleCountMax)
    }

    @Test("What waits for each answer is corrected by the interval of its plan")
    func corrected() {
        var tally = Tally(now: 0)
        tally.record(.join, nanoseconds: 4_000_000, interval: 1_000_000)
        tally.record(.connect, nanoseconds: 4_000_000, interval: 0)
        let tick = tick(&tally)
        #expect(tick.latencies[.join]?.count == 4)
        #expect(tick.latencies[.connect]?.count == 1)
    }
}

import Testing

@testable import LoadGenerator

@Suite struct RunClockTests {
    private let second = RunClock.secondLength

    @Test("A ramp that takes longer than planned stays in its last second")
    func longRamp() {
        var clock = RunClock(now: 100 * second, rampSeconds: 2)
        var seconds: [Int] = []
        for _ in 0..<5 {
            seconds.append(clock.second)
            clock.advance(to: clock.nextTick)
        }
        #expect(seconds == [-2, -1, -1, -1, -1])
        #expect(!clock.isMeasured)
        #expect(!clock.hasTraffic(at: .max - 1))
    }

    @Test("Seconds begin with the traffic")
    func seconds() {
        var clock = RunClock(now: 100 * second, rampSeconds: 1)
        let begin = 103 * second + 7
        let until = begin + 3 * second
        clock.begin(at: begin, measureFrom: begin + second, measureUntil: until, now: 102 * second)
        var seen: [(Int, Bool)] = []
        for _ in 0..<6 {
            seen.append((clock.second, clock.isMeasured))
            clock.advance(to: clock.nextTick)
        }
        #expect(seen.map(\.0) == [-2, -1, 0, 1, 2, 3])
        #expect(seen.map(\.1) == [false, false, false, true, true, false])
        #expect(!clock.hasTraffic(at: begin - 1))
        #expect(clock.hasTraffic(at: begin))
        #expect(!clock.hasTraffic(at: until))
        #expect(clock.measures(until - 1) && !clock.measures(until))
        #expect(!clock.measures(begin))
    }

    @Test("Seconds that nobody had time for are passed over")
    func late() {
        var clock = RunClock(now: 0, rampSeconds: 0)
        clock.begin(at: second, measureFrom: second, measureUntil: 99 * second, now: 0)
        clock.advance(to: 5 * second + 1)
        #expect(clock.nextTick == 6 * second)
        #expect(clock.second == 4)
    }
}

import Observation
import Testing

@testable import Outbox

@Suite struct DoorbellTests {
    private static let start = ContinuousClock.now
    private static let limits = Doorbell.Limits(
        safetyPollInterval: .seconds(1),
        hotPollInterval: .milliseconds(3),
        drainPollInterval: .milliseconds(10),
        rateInterval: .milliseconds(200),
        hotCommitCount: 100,
        nodeCountInterval: .seconds(1)
    )

    private static func at(_ milliseconds: Int) -> ContinuousClock.Instant {
        start + .milliseconds(milliseconds)
    }

    /// A reader that has connected and drained.
    private static func cold(_ limits: Doorbell.Limits = limits) -> Doorbell {
        var doorbell = Doorbell(limits: limits, now: at(0))
        _ = doorbell.handle(.connected, at: at(0))
        _ = doorbell.handle(.released(bound: 10), at: at(0))
        _ = doorbell.handle(.read(commitCount: 0, oldestRunning: 11), at: at(0))
        return doorbell
    }

    private static func hot() -> Doorbell {
        var doorbell = cold()
        _ = doorbell.handle(.rung(writerCount: 100), at: at(1))
        _ = doorbell.handle(.read(commitCount: 100, oldestRunning: 200), at: at(1))
        return doorbell
    }

    @Test("After connecting it drains: rows may have been written while nobody listened")
    func connecting() {
        var doorbell = Doorbell(limits: Self.limits, now: Self.at(0))
        let effects = doorbell.handle(.connected, at: Self.at(0))
        #expect(effects == [.announce(.draining), .countNodes, .release, .read])
        #expect(doorbell.mode == .draining)
    }

    @Test("Draining ends only when all transactions below the bound have ended")
    func draining() {
        var doorbell = Doorbell(limits: Self.limits, now: Self.at(0))
        _ = doorbell.handle(.connected, at: Self.at(0))
        _ = doorbell.handle(.released(bound: 10), at: Self.at(0))
        #expect(doorbell.handle(.read(commitCount: 1, oldestRunning: 9), at: Self.at(0)) == [])
        #expect(doorbell.deadline == Self.at(10))
        #expect(doorbell.handle(.timePassed, at: Self.at(10)) == [.look])
        let last = doorbell.handle(.read(commitCount: 0, oldestRunning: 10), at: Self.at(10))
        #expect(last == [.announce(.cold)])
        #expect(doorbell.deadline == Self.at(1_010))
    }

    @Test("A read before the bound is known ends nothing")
    func unbounded() {
        var doorbell = Doorbell(limits: Self.limits, now: Self.at(0))
        _ = doorbell.handle(.connected, at: Self.at(0))
        _ = doorbell.handle(.read(commitCount: 0, oldestRunning: 1_000), at: Self.at(0))
        #expect(doorbell.mode == .draining)
    }

    @Test("Cold, a ring reads and the safety poll only looks")
    func cold() {
        var doorbell = Self.cold()
        #expect(doorbell.handle(.rung(writerCount: 1), at: Self.at(5)) == [.read])
        #expect(doorbell.handle(.timePassed, at: Self.at(999)) == [])
        #expect(doorbell.handle(.timePassed, at: Self.at(1_000)) == [.look])
    }

    @Test("Without a safety poll a cold reader has no deadline")
    func noSafetyPoll() {
        var limits = Self.limits
        limits.safetyPollInterval = nil
        #expect(Self.cold(limits).deadline == nil)
    }

    @Test("Rings below the rate never make it hot, above it they do")
    func rate() {
        var doorbell = Self.cold()
        for interval in 0..<50 {
            _ = doorbell.handle(.rung(writerCount: 99), at: Self.at(interval * 200 + 1))
        }
        #expect(doorbell.mode == .cold)
        let effects = doorbell.handle(.rung(writerCount: 1), at: Self.at(49 * 200 + 2))
        #expect(effects == [.announce(.hot), .ask, .countNodes, .read])
    }

    @Test("Other nodes' rings do not count as commits")
    func nodesRinging() {
        var doorbell = Self.cold()
        for step in 0..<1_000 { _ = doorbell.handle(.rung(writerCount: 0), at: Self.at(step / 10)) }
        #expect(doorbell.mode == .cold)
    }

    @Test("Hot, it polls and ignores rings")
    func hot() {
        var doorbell = Self.hot()
        #expect(doorbell.mode == .hot)
        #expect(doorbell.handle(.rung(writerCount: 5), at: Self.at(2)) == [])
        #expect(doorbell.deadline == Self.at(4))
        #expect(doorbell.handle(.timePassed, at: Self.at(4)) == [.read])
    }

    @Test("Hot, it lets go after an interval below half the rate")
    func cooling() {
        var doorbell = Self.hot()
        let busy = doorbell.handle(.read(commitCount: 50, oldestRunning: 1), at: Self.at(201))
        #expect(busy == [])
        let quiet = doorbell.handle(.read(commitCount: 49, oldestRunning: 1), at: Self.at(401))
        #expect(quiet == [.announce(.draining), .release, .read])
    }

    @Test("It rings for others only where there are any, once per read that found something")
    func neighbours() {
        var doorbell = Self.hot()
        let read = Doorbell.Signal.read(commitCount: 1, oldestRunning: 1)
        #expect(doorbell.handle(read, at: Self.at(5)) == [])
        _ = doorbell.handle(.counted(nodeCount: 2), at: Self.at(5))
        #expect(doorbell.handle(read, at: Self.at(6)) == [.ring])
        let nothing = Doorbell.Signal.read(commitCount: 0, oldestRunning: 1)
        #expect(doorbell.handle(nothing, at: Self.at(7)) == [])
        _ = doorbell.handle(.counted(nodeCount: 1), at: Self.at(8))
        #expect(doorbell.handle(read, at: Self.at(9)) == [])
        #expect(doorbell.handle(.greeted, at: Self.at(10)) == [.ring])
        #expect(doorbell.handle(read, at: Self.at(11)) == [.ring])
    }

    @Test("Hot, it counts the nodes once a second")
    func counting() {
        var doorbell = Self.hot()
        #expect(doorbell.handle(.timePassed, at: Self.at(1_000)) == [.read])
        #expect(doorbell.handle(.timePassed, at: Self.at(1_003)) == [.countNodes, .read])
        #expect(doorbell.handle(.timePassed, at: Self.at(1_006)) == [.read])
    }
}

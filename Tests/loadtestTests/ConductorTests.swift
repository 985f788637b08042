import LoadChecks
import LoadGenerator
import LoadResults
import Testing

@testable import loadtest

@Suite struct ConductorTests {
    private static let second: UInt64 = 1_000_000_000

    private static let plan = Conductor.Plan(
        generatorCount: 2,
        hasWriters: true,
        channelCount: 10,
        warmupNanoseconds: 2 * second,
        measuredNanoseconds: 10 * second,
        drainNanoseconds: 3 * second
    )

    private static let writers = Tick.writersGenerator

    /// All of them are ready, and the traffic goes on.
    private func begun(at now: UInt64 = 5 * second) -> (Conductor, [Conductor.Step]) {
        var conductor = Conductor(Self.plan, now: 0)
        #expect(conductor.received(.ready(joinedCount: 6), from: 0, now: now).isEmpty)
        #expect(conductor.received(.ready(joinedCount: 0), from: Self.writers, now: now).isEmpty)
        let steps = conductor.received(.ready(joinedCount: 4), from: 1, now: now)
        return (conductor, steps)
    }

    @Test("A generator that cannot go on before the traffic makes the run unusable")
    func failedBefore() {
        var conductor = Conductor(Self.plan, now: 0)
        let steps = conductor.received(.failed("no such file"), from: 1, now: 1)
        #expect(conductor.outcome == .unusable("no such file"))
        #expect(steps.map(\.generators) == [[0, 1, Self.writers]])
        guard case .end? = steps.first?.order else {
            Issue.record("it does not end")
            return
        }
    }

    @Test("Where nobody could join, the run does not begin, and the refusals are told")
    func nobodyJoined() {
        var conductor = Conductor(Self.plan, now: 0)
        var tick = Tick(generator: 0, second: -1, isMeasured: false)
        tick.errors = ["Unauthorized": 6, "close 1013": 1]
        _ = conductor.received(.tick(tick), from: 0, now: 1)
        for generator in [0, 1, Self.writers] {
            _ = conductor.received(.ready(joinedCount: 0), from: generator, now: 1)
        }
        guard case .unusable(let reason) = conductor.outcome else {
            Issue.record("it began: \(conductor.phase)")
            return
        }
        #expect(
            reason.contains("none of 10 channels could be joined: 6 times Unauthorized, 1 times")
        )
        #expect(reason.contains("LOADTEST_TOKEN_SECRET"))
    }

    @Test("A generator that dies breaks the run off, and the others are told to end")
    func died() {
        var (conductor, _) = begun()
        let steps = conductor.ended(1, how: "signal 9", now: 6 * Self.second)
        #expect(conductor.outcome == .broken("generator 1 ended by itself: signal 9"))
        #expect(steps.map(\.generators) == [[0, Self.writers]])
    }

    @Test("A gateway that ends breaks the run off")
    func gatewayEnded() {
        var (conductor, _) = begun()
        _ = conductor.serverEnded("killed", now: 6 * Self.second)
        guard case .broken(let reason) = conductor.outcome else {
            Issue.record("it goes on")
            return
        }
        #expect(reason.contains("killed"))
    }

    @Test("Joins that do not get on for a minute end the run; slow ones do not")
    func stuck() {
        var conductor = Conductor(Self.plan, now: 0)
        var tick = Tick(generator: 0, second: -9, isMeasured: false)
        tick.joinedCount = 3
        _ = conductor.received(.tick(tick), from: 0, now: 50 * Self.second)
        #expect(conductor.passed(now: 50 * Self.second).isEmpty)
        #expect(conductor.passed(now: 100 * Self.second).isEmpty)
        #expect(!conductor.passed(now: 111 * Self.second).isEmpty)
        guard case .unusable(let reason) = conductor.outcome else {
            Issue.record("it waits on")
            return
        }
        #expect(reason.contains("3 of 10 channels"))
    }

    @Test("A generator that owes what it sent for half a minute breaks the run off")
    func late() {
        var (conductor, _) = begun()
        let due = 5 * Self.second + Conductor.leadNanoseconds + 12 * Self.second
        _ = conductor.received(.sent([]), from: 0, now: due)
        #expect(conductor.passed(now: due + 29 * Self.second).isEmpty)
        #expect(!conductor.passed(now: due + 31 * Self.second).isEmpty)
        #expect(
            conductor.outcome
                == .broken("generator 1, the writers' process never said what it sent")
        )
    }

    @Test("Who stops a run gets what was measured, and generators get time to end")
    func interrupted() {
        var (conductor, _) = begun()
        _ = conductor.interrupted(now: 8 * Self.second)
        #expect(conductor.outcome == .interrupted)
        #expect(conductor.phase == .ending(since: 8 * Self.second))
        // The last ticks still count.
        var tick = Tick(generator: 0, second: 2, isMeasured: true)
        tick.receivedCount = 7
        _ = conductor.received(.tick(tick), from: 0, now: 8 * Self.second)
        #expect(conductor.merged.seconds.last?.receivedCount == 7)
        _ = conductor.passed(now: 14 * Self.second)
        #expect(conductor.phase == .over)
    }

    @Test("Traffic begins when the last one is ready, at one moment for all")
    func beginning() {
        let (conductor, steps) = begun(at: 5 * Self.second)
        #expect(steps.map(\.generators) == [[0, 1, Self.writers]])
        guard case .begin(let start, let from, let until)? = steps.first?.order else {
            Issue.record("no order to begin")
            return
        }
        #expect(start == 5 * Self.second + Conductor.leadNanoseconds)
        #expect(from == start + 2 * Self.second)
        #expect(until == from + 10 * Self.second)
        #expect(conductor.phase == .traffic(from: start))
        #expect(conductor.joinedCount == 10)
    }

    @Test("Everybody learns what all have sent, and the run is over once all have compared")
    func comparing() {
        var (conductor, _) = begun()
        let counts = [SentCount(stream: 1, topic: 2, number: 3)]
        let more = [SentCount(stream: 4, topic: 2, number: 9)]
        #expect(conductor.received(.sent(counts), from: 0, now: 1).isEmpty)
        #expect(conductor.received(.sent(more), from: Self.writers, now: 1).isEmpty)
        let steps = conductor.received(.sent([]), from: 1, now: 1)
        #expect(steps.map(\.generators) == [[0, 1]])
        guard case .compare(let sent)? = steps.first?.order else {
            Issue.record("no order to compare")
            return
        }
        #expect(Set(sent) == Set(counts + more))

        #expect(conductor.received(.done(examples: ["a hole"]), from: 0, now: 2).isEmpty)
        let last = conductor.received(.done(examples: []), from: 1, now: 2)
        #expect(last.map(\.generators) == [[0, 1, Self.writers]])
        #expect(conductor.outcome == .complete)
        #expect(conductor.merged.breachExamples == ["a hole"])
        for generator in [0, 1, Self.writers] {
            _ = conductor.ended(generator, how: "exited(0)", now: 3)
        }
        #expect(conductor.phase == .over)
        #expect(conductor.outcome == .complete)
    }

    @Test("A run of writers alone ends when they have said what they sent")
    func writersOnly() {
        var plan = Self.plan
        plan.generatorCount = 0
        plan.channelCount = 0
        var conductor = Conductor(plan, now: 0)
        let begin = conductor.received(.ready(joinedCount: 0), from: Self.writers, now: 1)
        #expect(begin.map(\.generators) == [[Self.writers]])
        _ = conductor.received(.sent([]), from: Self.writers, now: 2)
        #expect(conductor.outcome == .complete)
    }
}

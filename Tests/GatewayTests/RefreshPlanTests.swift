import Testing

@testable import Gateway

@Suite struct RefreshPlanTests {
    private let start = ContinuousClock.now

    private func plan() -> RefreshPlan {
        RefreshPlan(interval: .seconds(600), spacing: .seconds(10), dueAt: start)
    }

    @Test("However often a key is missed, there is one attempt in the spacing")
    func missedOften() {
        var plan = plan()
        var attempts: [Duration] = []
        for step in 0..<10_000 {
            let now = start + .milliseconds(step * 10)
            plan.missed(at: now)
            guard plan.dueAt <= now else { continue }
            attempts.append(start.duration(to: now))
            plan.attempted(isWell: step % 2 == 0, at: now)
        }
        #expect(attempts == (0..<10).map { .seconds($0 * 10) })
    }

    @Test("A key that is missed just after an attempt is not forgotten")
    func missedSoon() {
        var plan = plan()
        plan.attempted(isWell: true, at: start)
        plan.missed(at: start + .milliseconds(1))
        #expect(plan.dueAt == start + .seconds(10))
        plan.attempted(isWell: true, at: start + .seconds(10))
        #expect(plan.dueAt == start + .seconds(610))
        plan.missed(at: start + .seconds(100))
        #expect(plan.dueAt == start + .seconds(100))
    }

    @Test("After failures the pauses double, up to the interval, and a success ends that")
    func failures() {
        var plan = plan()
        var now = start
        var pauses: [Duration] = []
        for _ in 0..<30 {
            plan.attempted(isWell: false, at: now)
            pauses.append(now.duration(to: plan.dueAt))
            now = plan.dueAt
        }
        let first: [Duration] = [1, 2, 4, 8, 16].map { .seconds($0) }
        #expect(Array(pauses[..<5]) == first)
        #expect(pauses.suffix(20).allSatisfy { $0 == .seconds(600) })
        plan.attempted(isWell: true, at: now)
        plan.attempted(isWell: false, at: now)
        #expect(plan.dueAt == now + .seconds(1))
    }
}

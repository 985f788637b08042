internal import LoadChecks
internal import LoadResults
internal import LoadScenarios
internal import Locking
internal import Postgres
internal import WebSocketClient

/// Runs a scenario's writers: a thread for each connection to the database writes on schedule, and
/// this one reports.
final class WriterLoop {
    private let assignment: Assignment
    private let orders: Orders
    private var reports: Reports
    private let threads: [WriterThread]
    private let shared = WriterNotes()
    private var clock: RunClock
    private var running: [WorkThread] = []
    private var hasReportedSent = false

    /// How long it goes without looking for orders, in nanoseconds.
    private static let turnMax: UInt64 = 5_000_000

    /// Connects to the database.
    ///
    /// - Throws: ``GeneratorFailure`` when there is no database to write to.
    init(
        _ assignment: Assignment,
        _ scenario: Scenario,
        orders: Orders,
        reports: Reports
    ) throws(GeneratorFailure) {
        self.assignment = assignment
        self.orders = orders
        self.reports = reports
        guard let dsn = assignment.dsn else {
            throw GeneratorFailure("The scenario writes, and no database was named.")
        }
        var threads: [WriterThread] = []
        for (place, plan) in scenario.writers.enumerated() {
            let lines = WriterLine.lines(of: plan, place, in: scenario)
            for line in lines {
                do throws(PostgresError) {
                    threads.append(try WriterThread(line, dsn: dsn))
                } catch {
                    throw GeneratorFailure("The writers cannot reach the database: \(error)")
                }
            }
        }
        self.threads = threads
        clock = RunClock(now: MonotonicTime.nanoseconds, rampSeconds: 1)
    }

    /// Runs until the order to end.
    ///
    /// - Throws: ``GeneratorFailure``.
    func run() throws(GeneratorFailure) {
        defer { reports.finish() }
        reports.send(.ready(joinedCount: 0))
        while true {
            while let order = try orders.take() {
                guard obey(order) else { return }
            }
            let now = MonotonicTime.nanoseconds
            if !hasReportedSent, now >= clock.measureUntil, shared.finishedCount == threads.count {
                hasReportedSent = true
                reports.send(.sent(shared.sent))
            }
            if now >= clock.nextTick { tick(now) }
            Pause.until(min(now + Self.turnMax, clock.nextTick))
        }
    }

    private func obey(_ order: Order) -> Bool {
        switch order {
        case .begin(let at, let from, let until):
            let now = MonotonicTime.nanoseconds
            tick(now)
            clock.begin(at: at, measureFrom: from, measureUntil: until, now: now)
            running = threads.map { [shared, clock] thread in
                WorkThread(name: "writer") { thread.run(clock, shared) }
            }
        case .compare: reports.send(.done(examples: []))
        case .end:
            shared.stop()
            for thread in running { thread.join() }
            tick(MonotonicTime.nanoseconds)
            return false
        }
        return true
    }

    private func tick(_ now: UInt64) {
        let (second, isMeasured) = (clock.second, clock.isMeasured)
        let tick = shared.tick(second: second, isMeasured: isMeasured, now: now)
        reports.send(.tick(tick))
        clock.advance(to: now)
    }
}

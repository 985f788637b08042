internal import LoadChecks
internal import LoadResults
internal import LoadScenarios
internal import Tokens
internal import WebSocketClient

/// Simulates sessions on one thread: connects them, lets them do what their plans say, and checks
/// what they receive.
///
/// What happens when is decided by the schedule alone: a message that should have left earlier
/// carries the time at which it should have.
final class SessionLoop {
    let assignment: Assignment
    let scenario: Scenario
    let roster: Roster
    let dialects: [any Dialect]
    let tokens: TokenMinter?
    let swarm: ClientSwarm
    private let orders: Orders
    private var reports: Reports

    var sessions: [Session] = []
    var channels: [Channel] = []
    var senders: [Sender] = []
    /// Who has which connection, by the connection's number; -1 for nobody.
    var owners: [Int32] = []
    /// Where sessions of this generator are, by their number over all populations; -1 for others.
    var homes: [Int32]
    var schedule = Schedule()
    var tally: Tally
    var random: SeededRandom

    /// The channels that populations' broadcasts go to, and the place among them of each action.
    let broadcastSlots: [[Int]]
    let broadcastPlaces: [[Int]]

    /// Sessions that wait for a handshake of another to be over.
    var queue = SessionQueue()
    var handshakeCount = 0
    var openCount = 0
    var joinedCount = 0
    var unsettledCount = 0
    /// Whether any connection was ever opened.
    var hasReached = false
    /// What made it impossible to go on.
    var failure: GeneratorFailure?

    /// The times of the run.
    var clock: RunClock

    /// Numbers that may have been lost with their sender's connection, by the sender's place.
    var uncertain: [Int: [ClosedRange<UInt64>]] = [:]
    /// Holes of memberships that are over.
    var abandoned: [Receipts.Hole] = []
    var comparison: Comparison?

    private var connectedCount = 0
    private let door = Door()
    private let rampStart: UInt64
    private let rampInterval: Double
    private var hasReportedReady = false
    private var hasReportedSent = false
    private var hasEnded = false

    /// How long the loop goes without looking for orders and timers, in nanoseconds.
    static let turnMax: UInt64 = 10_000_000
    static let secondLength = RunClock.secondLength

    /// Makes all sessions, and connects none.
    ///
    /// - Throws: ``GeneratorFailure`` when something cannot work from the outset.
    init(
        _ assignment: Assignment,
        _ scenario: Scenario,
        orders: Orders,
        reports: Reports
    ) throws(GeneratorFailure) {
        self.assignment = assignment
        self.scenario = scenario
        self.orders = orders
        self.reports = reports
        roster = Roster(scenario)
        broadcastSlots = scenario.populations.map { $0.actions.compactMap(\.broadcastSlot) }
        broadcastPlaces = scenario.populations.map { population in
            population.actions.indices.map { place in
                population.actions[..<place].count { $0.broadcastSlot != nil }
            }
        }
        dialects = [1, 2].map { assignment.dialect.make(serializer: $0) }
        tokens = try Self.minter(assignment.tokenSecret)
        random = SeededRandom(seed: assignment.seed &+ UInt64(assignment.generator))
        homes = Array(repeating: -1, count: roster.sessionCount)
        let now = MonotonicTime.nanoseconds
        tally = Tally(now: now)
        rampStart = now
        let rate = max(0.001, scenario.timing.connectRate)
        rampInterval = Double(assignment.generatorCount) / rate * 1e9
        let rampSeconds = Int((Double(roster.sessionCount) / rate).rounded(.up)) + 1
        clock = RunClock(now: now, rampSeconds: rampSeconds)
        do {
            swarm = try ClientSwarm { [door] in door.loop?.received($0, $1, isBinary: $2, now: $3) }
        } catch {
            throw GeneratorFailure("This process has no file descriptor left; raise `ulimit -n`.")
        }
        swarm.opened = { [door] in door.loop?.opened($0, now: $1) }
        swarm.ended = { [door] in door.loop?.ended($0, $1, now: $2) }
        makeSessions()
    }

    /// Lets the swarm's callbacks, which are made first, reach the loop while it runs.
    private final class Door {
        var loop: SessionLoop?
    }

    /// Runs until the order to end.
    ///
    /// - Throws: ``GeneratorFailure``.
    func run() throws(GeneratorFailure) {
        door.loop = self
        defer {
            door.loop = nil
            reports.finish()
        }
        while !hasEnded {
            while let order = try orders.take() { obey(order) }
            let now = MonotonicTime.nanoseconds
            ramp(now)
            fire(now)
            if let failure { throw failure }
            reportProgress(now)
            if now >= clock.nextTick { tick(now) }
            turn()
        }
    }

    private func turn() {
        let now = MonotonicTime.nanoseconds
        var deadline = min(now + Self.turnMax, clock.nextTick)
        if let due = schedule.firstDue { deadline = min(deadline, due) }
        if connectedCount < sessions.count { deadline = min(deadline, nextConnect) }
        // Whoever is late reads all the same.
        swarm.run(until: max(deadline, now + 20_000))
        let late = MonotonicTime.nanoseconds
        if late > deadline, deadline > now { tally.lag.record((late - deadline) / 1_000) }
    }

    private func obey(_ order: Order) {
        switch order {
        case .begin(let at, let from, let until):
            let now = MonotonicTime.nanoseconds
            tick(now)
            clock.begin(at: at, measureFrom: from, measureUntil: until, now: now)
            scheduleActions()
        case .compare(let sent):
            let drain = UInt64(max(0, scenario.timing.drain / .nanoseconds(1)))
            let deadline = MonotonicTime.nanoseconds + drain
            comparison = Comparison(sent, deadline: deadline)
        case .end:
            if comparison?.isOver != true { finish(with: comparison) }
            hasEnded = true
        }
    }

    private var nextConnect: UInt64 {
        rampStart + UInt64(Double(connectedCount) * rampInterval)
    }

    private func ramp(_ now: UInt64) {
        while connectedCount < sessions.count, nextConnect <= now {
            connect(connectedCount, due: nextConnect)
            connectedCount += 1
        }
    }

    /// Does what is due, for a few milliseconds at most, since what arrives is to be read too.
    private func fire(_ now: UInt64) {
        var time = now
        while time < now + Self.turnMax / 2, let entry = schedule.take(dueBy: time) {
            tally.lag.record((time - entry.due) / 1_000)
            perform(entry, now: time)
            time = MonotonicTime.nanoseconds
        }
    }

    private func reportProgress(_ now: UInt64) {
        if !hasReportedReady, connectedCount == sessions.count, unsettledCount == 0 {
            hasReportedReady = true
            reports.send(.ready(joinedCount: joinedCount))
        }
        if !hasReportedSent, now >= clock.measureUntil,
            (schedule.firstDue ?? .max) >= clock.measureUntil
        {
            hasReportedSent = true
            reports.send(.sent(sentCounts()))
        }
        if let comparison, !comparison.isOver, isComplete(now) { finish(with: comparison) }
    }

    /// Compares, and reports what came of it.
    private func finish(with comparison: Comparison?) {
        compare(with: comparison)
        self.comparison?.isOver = true
        tick(MonotonicTime.nanoseconds)
        reports.send(.done(examples: tally.examples))
    }

    private func tick(_ now: UInt64) {
        var tick = tally.tick(
            generator: assignment.generator,
            second: clock.second,
            isMeasured: clock.isMeasured,
            now: now
        )
        tick.connectionCount = openCount
        tick.joinedCount = joinedCount
        reports.send(.tick(tick))
        clock.advance(to: now)
    }

    private func makeSessions() {
        for place in roster.places(generator: assignment.generator, of: assignment.generatorCount) {
            let population = roster.populations[place.population]
            let group = population.group(of: place.number)
            let serializers =
                assignment.serializers.isEmpty ? population.serializers : assignment.serializers
            let serializer = serializers[(place.number - 1) % serializers.count]
            homes[place.index] = Int32(sessions.count)
            sessions.append(
                Session(
                    place: place,
                    dialect: serializer == 1 ? 0 : 1,
                    firstChannel: channels.count,
                    channelCount: population.topics.count,
                    firstSender: senders.count
                )
            )
            for plan in population.topics {
                let topic = plan.topic.filled(session: place.number, group: group)
                channels.append(
                    Channel(
                        topic: topic,
                        number: TopicNumber.of(topic),
                        receivesOwn: plan.receivesOwn || assignment.dialect == .plain,
                        mayBeUnmarked: plan.mayBeUnmarked
                    )
                )
            }
            for (index, plan) in population.actions.enumerated() {
                guard case .broadcast(let slot, _, _, _) = plan.action else { continue }
                let topic = channels[channels.count - population.topics.count + slot].number
                let stream = Roster.stream(session: place.index, action: index)
                senders.append(Sender(stream: stream, topic: topic))
            }
        }
        unsettledCount = sessions.count
    }

    private static func minter(_ secret: String?) throws(GeneratorFailure) -> TokenMinter? {
        guard let secret else { return nil }
        do {
            return try TokenMinter(secret: secret)
        } catch {
            throw GeneratorFailure("The token secret is too short; it needs 32 bytes or more.")
        }
    }
}

extension ActionPlan {
    /// The place of the topic that it broadcasts to; nil for what is no broadcast.
    fileprivate var broadcastSlot: Int? {
        guard case .broadcast(let slot, _, _, _) = action else { return nil }
        return slot
    }
}

import LoadChecks
import LoadGenerator
import LoadResults

/// Leads the generators through a run, as pure transitions: what they report comes in, what they
/// are to do goes out.
struct Conductor {
    /// What a run goes through.
    enum Phase: Equatable {
        /// Connections are made and channels joined.
        case connecting
        /// Traffic, from the given nanosecond of the monotonic clock on.
        case traffic(from: UInt64)
        /// The time of the traffic is over; generators wait for what is still on its way.
        case comparing(since: UInt64)
        /// All have been told to end.
        case ending(since: UInt64)
        /// Nothing more comes.
        case over
    }

    /// How a run ended.
    enum Outcome: Equatable {
        /// It came to its end.
        case complete
        /// Somebody stopped it.
        case interrupted
        /// It never began, and what is to be done about it.
        case unusable(String)
        /// It began and could not go on.
        case broken(String)
    }

    /// What is to be done.
    struct Step {
        let order: Order
        let generators: [Int]
    }

    /// The sizes and times of a run.
    struct Plan {
        /// Generators that simulate people; they are numbered from 0.
        var generatorCount: Int
        /// Whether there is a writers' process.
        var hasWriters: Bool
        /// Channels that are to be joined; 0 where nobody joins any.
        var channelCount: Int
        var warmupNanoseconds: UInt64
        var measuredNanoseconds: UInt64
        var drainNanoseconds: UInt64
    }

    private let plan: Plan
    private let people: [Int]
    private let everyone: [Int]
    private var readyCounts: [Int: Int] = [:]
    private var hasSent: Set<Int> = []
    private var hasCompared: Set<Int> = []
    private var hasEnded: Set<Int> = []
    private var sent: [SentCount] = []
    private var progress = (value: 0, at: UInt64(0))
    private(set) var phase = Phase.connecting
    private(set) var outcome: Outcome?
    private(set) var merged = RunMerge()

    /// How long nothing may happen while connections are made.
    static let patienceNanoseconds: UInt64 = 60_000_000_000
    /// How long a generator may be late with what it owes.
    static let graceNanoseconds: UInt64 = 30_000_000_000
    /// How long generators may take to end.
    static let endingNanoseconds: UInt64 = 5_000_000_000
    /// From the order to begin to the beginning, so that all have read it by then.
    static let leadNanoseconds: UInt64 = 300_000_000

    init(_ plan: Plan, now: UInt64) {
        self.plan = plan
        people = Array(0..<plan.generatorCount)
        everyone = people + (plan.hasWriters ? [Tick.writersGenerator] : [])
        progress.at = now
    }

    /// When the traffic began, in nanoseconds of the monotonic clock; nil before.
    private(set) var trafficStart: UInt64?

    /// Channels that were joined before the traffic.
    var joinedCount: Int { people.reduce(0) { $0 + (readyCounts[$1] ?? 0) } }

    /// A generator has reported.
    mutating func received(_ report: GeneratorReport, from generator: Int, now: UInt64) -> [Step] {
        switch report {
        case .tick(let tick):
            merged.add(tick)
            return []
        case .ready(let joinedCount):
            readyCounts[generator] = joinedCount
            return begin(now)
        case .sent(let counts):
            sent += counts
            hasSent.insert(generator)
            return compare(now)
        case .done(let examples):
            merged.add(examples: examples)
            hasCompared.insert(generator)
            guard case .comparing = phase, hasCompared.isSuperset(of: people) else { return [] }
            return end(.complete, now)
        case .failed(let reason):
            return end(phase == .connecting ? .unusable(reason) : .broken(reason), now)
        }
    }

    /// A generator's process has ended.
    mutating func ended(_ generator: Int, how: String, now: UInt64) -> [Step] {
        hasEnded.insert(generator)
        if case .ending = phase {
            if hasEnded.isSuperset(of: everyone) { phase = .over }
            return []
        }
        return end(.broken("\(Self.name(generator)) ended by itself: \(how)"), now)
    }

    /// The server's own process has ended.
    mutating func serverEnded(_ lastLines: String, now: UInt64) -> [Step] {
        end(.broken("the gateway ended by itself; its last words:\n\(lastLines)"), now)
    }

    /// Somebody wants it to stop.
    mutating func interrupted(now: UInt64) -> [Step] { end(.interrupted, now) }

    /// Time has passed; to be called every second.
    mutating func passed(now: UInt64) -> [Step] {
        switch phase {
        case .connecting: return waitForJoins(now)
        case .traffic(let start):
            let due = start + plan.warmupNanoseconds + plan.measuredNanoseconds
            guard now > due + Self.graceNanoseconds else { return [] }
            return end(.broken(late(hasSent, "said what it sent")), now)
        case .comparing(let since):
            guard now > since + plan.drainNanoseconds + Self.graceNanoseconds else { return [] }
            return end(.broken(late(hasCompared, "compared what came")), now)
        case .ending(let since):
            if now > since + Self.endingNanoseconds { phase = .over }
            return []
        case .over: return []
        }
    }

    private mutating func begin(_ now: UInt64) -> [Step] {
        guard phase == .connecting, readyCounts.count == everyone.count else { return [] }
        guard plan.channelCount == 0 || joinedCount > 0 else {
            return end(.unusable(nobodyJoined), now)
        }
        let start = now + Self.leadNanoseconds
        let measureFrom = start + plan.warmupNanoseconds
        phase = .traffic(from: start)
        trafficStart = start
        let order = Order.begin(
            at: start,
            measureFrom: measureFrom,
            measureUntil: measureFrom + plan.measuredNanoseconds
        )
        return [Step(order: order, generators: everyone)]
    }

    private mutating func compare(_ now: UInt64) -> [Step] {
        guard case .traffic = phase, hasSent.isSuperset(of: everyone) else { return [] }
        guard !people.isEmpty else { return end(.complete, now) }
        phase = .comparing(since: now)
        return [Step(order: .compare(sent: sent), generators: people)]
    }

    private mutating func end(_ outcome: Outcome, _ now: UInt64) -> [Step] {
        switch phase {
        case .ending, .over: return []
        case .connecting, .traffic, .comparing: break
        }
        self.outcome = outcome
        let generators = everyone.filter { !hasEnded.contains($0) }
        phase = generators.isEmpty ? .over : .ending(since: now)
        return [Step(order: .end, generators: generators)]
    }

    private mutating func waitForJoins(_ now: UInt64) -> [Step] {
        let current = merged.current
        let value =
            (current?.connectionCount ?? 0) + (current?.joinedCount ?? 0) + readyCounts.count
        guard value == progress.value else {
            progress = (value, now)
            return []
        }
        guard now > progress.at + Self.patienceNanoseconds else { return [] }
        return end(
            .unusable(
                "for a minute nobody got in any more: \(current?.joinedCount ?? 0) of "
                    + "\(plan.channelCount) channels are joined" + errorList
            ),
            now
        )
    }

    private var nobodyJoined: String {
        "none of \(plan.channelCount) channels could be joined" + errorList
            + "\nCheck the server's address, the secret of the tokens (LOADTEST_TOKEN_SECRET), and "
            + "whether its rules let the scenario's people in."
    }

    private var errorList: String {
        guard !merged.errors.isEmpty else { return "" }
        let worst = merged.errors.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(5)
        return ": " + worst.map { "\($0.value) times \($0.key)" }.joined(separator: ", ")
    }

    private func late(_ punctual: Set<Int>, _ duty: String) -> String {
        let names = everyone.filter { !punctual.contains($0) }.map(Self.name)
        return "\(names.joined(separator: ", ")) never \(duty)"
    }

    private static func name(_ generator: Int) -> String {
        generator == Tick.writersGenerator ? "the writers' process" : "generator \(generator)"
    }
}

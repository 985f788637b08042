internal import Glibc
internal import LoadChecks
internal import LoadResults

/// Counts what a generator does and sees until the next tick takes it away.
struct Tally {
    var sentCount = 0
    var receivedCount = 0
    var receivedByteCount = 0
    var writeCount = 0
    /// How late timers were.
    var lag = LatencyHistogram()

    /// The first breaches in words.
    private(set) var examples: [String] = []

    private var latencies: [LatencyHistogram?]
    private var errors: [String: Int] = [:]
    private var breaches: [BreachKind: Int] = [:]
    private var processorTime = clock()
    private var tickedAt: UInt64

    static let exampleCountMax = 20
    /// Kinds of errors that are told apart; more of them count together.
    static let errorKindCountMax = 100

    init(now: UInt64) {
        tickedAt = now
        latencies = Array(repeating: nil, count: Measure.allCases.count)
    }

    /// Adds a latency.
    mutating func record(_ measure: Measure, nanoseconds: UInt64) {
        let index = measure.index
        if latencies[index] == nil { latencies[index] = LatencyHistogram() }
        latencies[index]?.record(nanoseconds / 1_000)
    }

    /// Adds a latency of what waits for each answer, and those that its schedule would have seen.
    ///
    /// - Parameters:
    ///   - measure: What it is a latency of.
    ///   - nanoseconds: The latency.
    ///   - interval: Nanoseconds of the schedule; 0 for none.
    mutating func record(_ measure: Measure, nanoseconds: UInt64, interval: UInt64) {
        guard interval >= 1_000 else { return record(measure, nanoseconds: nanoseconds) }
        let index = measure.index
        if latencies[index] == nil { latencies[index] = LatencyHistogram() }
        latencies[index]?.recordCorrected(nanoseconds / 1_000, interval: interval / 1_000)
    }

    /// Counts something that failed.
    mutating func fail(_ reason: String) {
        let isKnown = errors[reason] != nil || errors.count < Self.errorKindCountMax
        errors[isKnown ? reason : "other", default: 0] += 1
    }

    /// Counts what a server must not do.
    mutating func breach(_ kind: BreachKind, count: Int = 1, _ example: @autoclosure () -> String) {
        breaches[kind, default: 0] += count
        if examples.count < Self.exampleCountMax {
            examples.append("\(kind.rawValue): \(example())")
        }
    }

    /// Takes everything since the last tick.
    mutating func tick(generator: Int, second: Int, isMeasured: Bool, now: UInt64) -> Tick {
        var tick = Tick(generator: generator, second: second, isMeasured: isMeasured)
        tick.sentCount = sentCount
        tick.receivedCount = receivedCount
        tick.receivedByteCount = receivedByteCount
        tick.writeCount = writeCount
        for measure in Measure.allCases { tick.latencies[measure] = latencies[measure.index] }
        tick.errors = errors
        tick.breaches = breaches
        tick.lag = lag
        let processorTime = clock()
        let used = Double(processorTime - self.processorTime) / Double(CLOCKS_PER_SEC)
        tick.coreShare = now > tickedAt ? used * 1e9 / Double(now - tickedAt) : 0
        let examples = examples
        self = Tally(now: now)
        self.examples = examples
        return tick
    }
}

extension Measure {
    /// Its place in a list of all.
    fileprivate var index: Int {
        switch self {
        case .connect: 0
        case .join: 1
        case .broadcast: 2
        case .broadcastUncorrected: 3
        case .change: 4
        case .commit: 5
        case .acknowledgement: 6
        case .reconnect: 7
        case .heartbeat: 8
        }
    }
}

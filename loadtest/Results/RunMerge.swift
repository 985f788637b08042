public import LoadChecks

/// Brings together what generators report, second by second; ask it at any time how far the run is.
public struct RunMerge: Sendable {
    /// Latencies of the measurement so far, all generators together.
    public private(set) var latencies: [Measure: LatencyHistogram] = [:]
    /// Errors so far.
    public private(set) var errors: [String: Int] = [:]
    /// Breaches so far.
    public private(set) var breaches: [BreachKind: Int] = [:]
    /// The first breaches in words.
    public private(set) var breachExamples: [String] = []

    private var sums: [Int: SecondSum] = [:]
    private var shares: [Int: GeneratorSum] = [:]
    private var newestSecond = Int.min

    /// Histograms of single seconds are large: after so many seconds only their percentiles stay.
    static let openSecondCount = 5

    /// Begins without reports.
    public init() {}

    /// Adds what a generator did in a second; several for the same second add up.
    ///
    /// What comes more than five seconds late still counts everywhere except in the percentiles of
    /// its own second.
    ///
    /// - Parameter tick: A generator's report, in any order.
    public mutating func add(_ tick: Tick) {
        errors.merge(tick.errors, uniquingKeysWith: +)
        breaches.merge(tick.breaches, uniquingKeysWith: +)
        for (measure, histogram) in tick.latencies where histogram.count > 0 {
            latencies[measure, default: LatencyHistogram()].add(histogram)
        }
        sums[tick.second, default: SecondSum()].add(tick)
        shares[tick.generator, default: GeneratorSum()].add(tick)
        guard tick.second > newestSecond else { return }
        newestSecond = tick.second
        for second in sums.keys where second <= newestSecond - Self.openSecondCount {
            sums[second]?.close()
        }
    }

    /// Adds the words for breaches that a generator ends with.
    ///
    /// - Parameter examples: One for each breach.
    public mutating func add(examples: [String]) { breachExamples += examples }

    /// The newest second that every generator has reported, for a live view; nil before the first.
    public var current: RunResult.Second? {
        guard let second = shares.values.map(\.lastSecond).min(), let sum = sums[second] else {
            return nil
        }
        var gauges: [Int: Gauges] = [:]
        for (number, sum) in sums where number <= second {
            for (generator, gauge) in sum.gauges
            where gauges[generator].map({ $0.second <= number }) ?? true {
                gauges[generator] = gauge
            }
        }
        return sum.summary(second: second, gauges: gauges.values)
    }

    /// All seconds that were reported, in order.
    public var seconds: [RunResult.Second] {
        // A generator that was too busy to report in a second did not lose its connections in it.
        var gauges: [Int: Gauges] = [:]
        return sums.sorted { $0.key < $1.key }.map { second, sum in
            gauges.merge(sum.gauges) { $1 }
            return sum.summary(second: second, gauges: gauges.values)
        }
    }

    /// What each generator used, the writers' last.
    public var generators: [RunResult.GeneratorFigures] {
        shares.sorted { UInt(bitPattern: $0.key) < UInt(bitPattern: $1.key) }
            .map { $1.figures(generator: $0) }
    }
}

/// What one generator had open at the end of a second.
private struct Gauges: Sendable {
    var second: Int
    var connectionCount: Int
    var joinedCount: Int
}

/// What all generators did in one second.
private struct SecondSum: Sendable {
    private(set) var gauges: [Int: Gauges] = [:]
    private var total = RunResult.Second()
    private var histograms: [Measure: LatencyHistogram] = [:]
    private var isClosed = false

    mutating func add(_ tick: Tick) {
        gauges[tick.generator] = Gauges(
            second: tick.second,
            connectionCount: tick.connectionCount,
            joinedCount: tick.joinedCount
        )
        total.isMeasured = total.isMeasured || tick.isMeasured
        total.sentCount += tick.sentCount
        total.receivedCount += tick.receivedCount
        total.receivedByteCount += tick.receivedByteCount
        total.writeCount += tick.writeCount
        total.errorCount += tick.errors.values.reduce(0, +)
        total.breachCount += tick.breaches.values.reduce(0, +)
        guard !isClosed else { return }
        for (measure, histogram) in tick.latencies where histogram.count > 0 {
            histograms[measure, default: LatencyHistogram()].add(histogram)
        }
    }

    mutating func close() {
        guard !isClosed else { return }
        total.latencies = histograms.mapValues(Self.percentiles)
        histograms = [:]
        isClosed = true
    }

    func summary(second: Int, gauges: some Sequence<Gauges>) -> RunResult.Second {
        var summary = total
        summary.second = second
        summary.connectionCount = gauges.reduce(0) { $0 + $1.connectionCount }
        summary.joinedCount = gauges.reduce(0) { $0 + $1.joinedCount }
        if !isClosed { summary.latencies = histograms.mapValues(Self.percentiles) }
        return summary
    }

    private static func percentiles(_ histogram: LatencyHistogram) -> [UInt64] {
        [50, 99, 99.9].map { histogram.percentile($0) } + [histogram.max]
    }
}

/// What one generator used over the measurement.
private struct GeneratorSum: Sendable {
    private(set) var lastSecond = Int.min
    private var shareSum = 0.0
    private var shareMax = 0.0
    private var measuredCount = 0
    private var lag = LatencyHistogram()

    mutating func add(_ tick: Tick) {
        lastSecond = max(lastSecond, tick.second)
        guard tick.isMeasured else { return }
        shareSum += tick.coreShare
        shareMax = max(shareMax, tick.coreShare)
        measuredCount += 1
        lag.add(tick.lag)
    }

    func figures(generator: Int) -> RunResult.GeneratorFigures {
        RunResult.GeneratorFigures(
            generator: generator,
            coreShare: measuredCount == 0 ? 0 : shareSum / Double(measuredCount),
            coreShareMax: shareMax,
            lagMicroseconds: lag.percentile(99)
        )
    }
}

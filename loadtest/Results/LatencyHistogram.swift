internal import Histogram

/// Latencies in microseconds, from 1 µs to an hour, to three digits, by HdrHistogram.
public struct LatencyHistogram: Codable, Sendable {
    private var histogram: Histogram<UInt64>

    /// Begins without values.
    public init() {
        histogram = Histogram(
            lowestDiscernibleValue: 1,
            highestTrackableValue: Self.microsecondsMax,
            numberOfSignificantValueDigits: .three
        )
    }

    private static let microsecondsMax: UInt64 = 3_600_000_000

    /// The number of values.
    public var count: UInt64 { histogram.totalCount }

    /// The mean, in microseconds; 0 without values.
    public var mean: Double { count == 0 ? 0 : histogram.mean }

    /// The greatest value, in microseconds; 0 without values.
    public var max: UInt64 { count == 0 ? 0 : histogram.max }

    /// Adds a value; more than an hour counts as an hour.
    ///
    /// - Parameters:
    ///   - microseconds: The latency.
    ///   - count: How many times.
    public mutating func record(_ microseconds: UInt64, count: UInt64 = 1) {
        histogram.record(Swift.min(microseconds, Self.microsecondsMax), count: count)
    }

    /// Adds a value of a loop that waits for each answer, and those that it would have seen had it
    /// asked on schedule: without them the waiting hides itself (coordinated omission).
    ///
    /// - Parameters:
    ///   - microseconds: The latency.
    ///   - interval: Microseconds between two of the schedule, 1 or more.
    public mutating func recordCorrected(_ microseconds: UInt64, interval: UInt64) {
        histogram.recordCorrectedValue(
            Swift.min(microseconds, Self.microsecondsMax),
            expectedInterval: interval
        )
    }

    /// Adds another's values.
    ///
    /// - Parameter other: It stays as it is.
    public mutating func add(_ other: LatencyHistogram) { histogram.add(other.histogram) }

    /// The value below or at which so much of all lies.
    ///
    /// - Parameter percent: 0 to 100.
    /// - Returns: Microseconds; 0 without values.
    public func percentile(_ percent: Double) -> UInt64 {
        count == 0 ? 0 : histogram.valueAtPercentile(percent)
    }

    /// The values that were seen, with how often, from the least on.
    public var recorded: [(microseconds: UInt64, count: UInt64)] {
        histogram.recordedValues().map { ($0.value, $0.count) }
    }

    /// From `[[value, count], …]`.
    public init(from decoder: any Decoder) throws {
        self.init()
        for pair in try [[UInt64]](from: decoder) {
            guard pair.count == 2 else {
                throw DecodingError.dataCorrupted(
                    .init(codingPath: decoder.codingPath, debugDescription: "no value and count")
                )
            }
            record(pair[0], count: pair[1])
        }
    }

    /// As `[[value, count], …]`, which any tool can merge.
    public func encode(to encoder: any Encoder) throws {
        try recorded.map { [$0.microseconds, $0.count] }.encode(to: encoder)
    }
}

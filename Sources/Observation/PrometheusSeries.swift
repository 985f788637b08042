import CoreMetrics
import Locking

/// One series: a metric with one combination of label values.
protocol PrometheusSeries: AnyObject, Sendable {
    /// What the text calls it: counter, gauge or histogram.
    static var type: String { get }

    func write(name: String, labels: PrometheusLabels, to lines: inout [String])

    /// What it shows, for series that show it under another name.
    var shown: ShownSeries { get }
}

/// What a series shows at one moment, apart from its name.
enum ShownSeries {
    case number(Double)

    /// How many values fell into each bucket alone, and what all of them add up to.
    case histogram(counts: [Int], sum: Double)

    /// Both together; a number and a histogram do not add up.
    static func + (first: ShownSeries, second: ShownSeries) -> ShownSeries {
        switch (first, second) {
        case (.number(let first), .number(let second)): .number(first + second)
        case (.histogram(let first, let sum), .histogram(let second, let other)):
            .histogram(counts: zip(first, second).map(+), sum: sum + other)
        default: first
        }
    }

    /// Writes its lines, each second multiplied by a scale.
    func write(name: String, labels: PrometheusLabels, scale: Double, to lines: inout [String]) {
        switch self {
        case .number(let value):
            lines.append("\(name)\(labels.braced()) \(prometheusNumber(value * scale))")
        case .histogram(let counts, let sum):
            var count = 0
            for (bound, inBucket) in zip(Metric.bucketSeconds + [.infinity], counts) {
                count += inBucket
                let bucket = labels.braced(with: "le=\"\(prometheusNumber(bound * scale))\"")
                lines.append("\(name)_bucket\(bucket) \(count)")
            }
            lines.append("\(name)_sum\(labels.braced()) \(prometheusNumber(sum * scale))")
            lines.append("\(name)_count\(labels.braced()) \(count)")
        }
    }
}

/// A number as the format wants it: whole numbers without a fraction.
func prometheusNumber(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
    return Int64(exactly: value).map(String.init) ?? "\(value)"
}

final class CounterSeries: PrometheusSeries, CounterHandler, FloatingPointCounterHandler {
    private struct Total {
        var whole: Int64 = 0
        var fraction = 0.0
    }

    static let type = "counter"
    private let total = Locked(Total())

    func increment(by amount: Int64) {
        total.withLock { $0.whole = $0.whole.addingReportingOverflow(amount).partialValue }
    }

    func increment(by amount: Double) { total.withLock { $0.fraction += amount } }

    func reset() { total.withLock { $0 = Total() } }

    var shown: ShownSeries {
        let total = total.withLock { $0 }
        return .number(Double(total.whole) + total.fraction)
    }

    func write(name: String, labels: PrometheusLabels, to lines: inout [String]) {
        let total = total.withLock { $0 }
        let number =
            total.fraction == 0
            ? String(total.whole) : prometheusNumber(Double(total.whole) + total.fraction)
        lines.append("\(name)\(labels.braced()) \(number)")
    }
}

final class GaugeSeries: PrometheusSeries, MeterHandler, RecorderHandler {
    static let type = "gauge"
    private let value = Locked(0.0)

    func set(_ value: Int64) { set(Double(value)) }

    func set(_ value: Double) { self.value.withLock { $0 = value } }

    func increment(by amount: Double) { value.withLock { $0 += amount } }

    func decrement(by amount: Double) { value.withLock { $0 -= amount } }

    func record(_ value: Int64) { set(Double(value)) }

    func record(_ value: Double) { set(value) }

    var shown: ShownSeries { .number(value.withLock { $0 }) }

    func write(name: String, labels: PrometheusLabels, to lines: inout [String]) {
        lines.append("\(name)\(labels.braced()) \(prometheusNumber(value.withLock { $0 }))")
    }
}

final class HistogramSeries: PrometheusSeries, RecorderHandler, TimerHandler {
    private struct Values {
        /// How many values fell into each bucket alone; the last one has no upper bound.
        var counts = [Int](repeating: 0, count: Metric.bucketSeconds.count + 1)
        var sum = 0.0
    }

    static let type = "histogram"
    private let values = Locked(Values())

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        let bounds = Metric.bucketSeconds
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        values.withLock { values in
            values.counts[bucket] += 1
            values.sum += value
        }
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1_000_000_000) }

    var shown: ShownSeries {
        let values = values.withLock { $0 }
        return .histogram(counts: values.counts, sum: values.sum)
    }

    func write(name: String, labels: PrometheusLabels, to lines: inout [String]) {
        shown.write(name: name, labels: labels, scale: 1, to: &lines)
    }
}

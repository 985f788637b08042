public import CoreMetrics
import Locking

/// Moves the metrics of each observation.
///
/// Every metric without labels exists from the start, at zero, so that a graph or an alert does not
/// wait for the first time. A metric has at most ``seriesCountMax`` combinations of label values;
/// what comes beyond that is counted with `other` in every label.
public final class MetricsObserver: Sendable {
    /// Combinations of label values of one metric.
    public static let seriesCountMax = 64

    private struct Key: Hashable {
        let metric: Metric
        let labels: [String]
    }

    private struct Series {
        var instruments: [Key: Instrument] = [:]
        var counts: [Metric: Int] = [:]
    }

    private enum Instrument {
        case counter(Counter)
        case gauge(Meter)
        case histogram(Recorder)
    }

    private let factory: any MetricsFactory
    private let series = Locked(Series())

    /// Moves metrics made by `factory`.
    public init(factory: any MetricsFactory) {
        self.factory = factory
        for metric in Metric.allCases where metric.labels.isEmpty {
            _ = instrument(metric, [])
        }
    }

    /// Moves the metrics of an observation.
    public func observe(_ observation: Observation) {
        for change in observation.changes { apply(change) }
    }

    private func apply(_ change: MetricChange) {
        precondition(
            change.labels.count == change.metric.labels.count,
            "a metric was given other labels than it has"
        )
        switch (instrument(change.metric, change.labels), change.movement) {
        case (.counter(let counter), .add(let amount)):
            counter.increment(by: max(0, amount))
        case (.gauge(let gauge), .add(let amount)): gauge.increment(by: Double(amount))
        case (.gauge(let gauge), .set(let value)): gauge.set(value)
        case (.histogram(let histogram), .observe(let value)): histogram.record(value)
        case (.counter, .set), (.counter, .observe), (.gauge, .observe), (.histogram, .add),
            (.histogram, .set):
            preconditionFailure("a metric was moved as if it were of another kind")
        }
    }

    private func instrument(_ metric: Metric, _ labels: [String]) -> Instrument {
        let key = Key(metric: metric, labels: labels)
        if let known = series.withLock({ $0.instruments[key] }) { return known }
        let isFull = series.withLock { $0.counts[metric, default: 0] >= Self.seriesCountMax }
        guard !isFull || labels.allSatisfy({ $0 == Self.overflowLabel }) else {
            return instrument(metric, labels.map { _ in Self.overflowLabel })
        }
        let made = make(key)
        return series.withLock { series in
            if let known = series.instruments[key] { return known }
            series.instruments[key] = made
            series.counts[metric, default: 0] += 1
            return made
        }
    }

    private static let overflowLabel = "other"

    private func make(_ key: Key) -> Instrument {
        let name = key.metric.rawValue
        let dimensions = Array(zip(key.metric.labels, key.labels))
        return switch key.metric.kind {
        case .counter: .counter(Counter(label: name, dimensions: dimensions, factory: factory))
        case .gauge: .gauge(Meter(label: name, dimensions: dimensions, factory: factory))
        case .histogram:
            .histogram(
                Recorder(label: name, dimensions: dimensions, aggregate: true, factory: factory)
            )
        }
    }
}

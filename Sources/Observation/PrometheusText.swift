public import CoreMetrics
import Locking

/// Keeps metrics in memory and writes them in Prometheus' text format.
///
/// It serves any metric of swift-metrics, those of the libraries below us too. Metrics of ours
/// carry their help from ``Metric``. There are at most `seriesCountMax` series; what comes beyond
/// is not kept, and `waypost_series_dropped_total` says how often that happened.
public final class PrometheusText: MetricsFactory {
    /// What the text is served as.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private struct Registry {
        var families: [String: Family] = [:]
        var seriesCount = 0
        var dropped = 0
    }

    private struct Family {
        let type: String
        var series: [PrometheusLabels: any PrometheusSeries] = [:]
    }

    private let seriesCountMax: Int
    private let hasSupabaseNames: Bool
    private let registry = Locked(Registry())

    /// Starts with no metric.
    ///
    /// - Parameters:
    ///   - seriesCountMax: Series that are kept. Default 5,000.
    ///   - hasSupabaseNames: Whether to write ``SupabaseSeries`` too. Default false.
    public init(seriesCountMax: Int = 5_000, hasSupabaseNames: Bool = false) {
        self.seriesCountMax = seriesCountMax
        self.hasSupabaseNames = hasSupabaseNames
    }

    /// Writes every metric, sorted by name and labels.
    public func text() -> String {
        let (families, dropped) = registry.withLock { ($0.families, $0.dropped) }
        var lines: [String] = []
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            if let metric = Metric(rawValue: name) {
                lines.append("# HELP \(name) \(PrometheusLabels.escapedHelp(metric.help))")
            }
            lines.append("# TYPE \(name) \(family.type)")
            for (labels, series) in family.series.sorted(by: { $0.key.text < $1.key.text }) {
                series.write(name: name, labels: labels, to: &lines)
            }
        }
        lines.append("# HELP \(Self.droppedName) Series that were not kept, over the limit.")
        lines.append("# TYPE \(Self.droppedName) counter")
        lines.append("\(Self.droppedName) \(dropped)")
        if hasSupabaseNames { writeSupabaseNames(families, to: &lines) }
        return lines.joined(separator: "\n") + "\n"
    }

    private func writeSupabaseNames(_ families: [String: Family], to lines: inout [String]) {
        for renamed in SupabaseSeries.all {
            var sums: [PrometheusLabels: ShownSeries] = [:]
            for metric in renamed.metrics {
                for (labels, series) in families[metric.rawValue]?.series ?? [:] {
                    let key = renamed.labels(from: labels)
                    sums[key] = sums[key].map { $0 + series.shown } ?? series.shown
                }
            }
            guard !sums.isEmpty else { continue }
            let ours = renamed.metrics.map(\.rawValue).joined(separator: " + ")
            lines.append("# HELP \(renamed.name) Supabase's name for \(ours).")
            lines.append("# TYPE \(renamed.name) \(renamed.metric.kind.rawValue)")
            for (labels, shown) in sums.sorted(by: { $0.key.text < $1.key.text }) {
                shown.write(name: renamed.name, labels: labels, scale: renamed.scale, to: &lines)
            }
        }
    }

    private static let droppedName = "waypost_series_dropped_total"

    /// The series of that name, labels and type, made at its first use; nil when there is no place,
    /// or the name is taken by another type.
    private func series<Made: PrometheusSeries>(
        _ label: String,
        _ dimensions: [(String, String)],
        _ make: @Sendable () -> Made
    ) -> Made? {
        let name = PrometheusLabels.name(label)
        let labels = PrometheusLabels(dimensions)
        let made = make()
        return registry.withLock { registry in
            if let known = registry.families[name]?.series[labels] { return known as? Made }
            let type = registry.families[name]?.type ?? Made.type
            guard type == Made.type, registry.seriesCount < seriesCountMax else {
                registry.dropped += 1
                return nil
            }
            registry.seriesCount += 1
            registry.families[name, default: Family(type: type)].series[labels] = made
            return made
        }
    }

    /// Makes or finds a counter.
    public func makeCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any CounterHandler {
        series(label, dimensions) { CounterSeries() } ?? NOOPMetricsHandler.instance
    }

    /// Makes or finds a counter of fractions.
    public func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series(label, dimensions) { CounterSeries() } ?? NOOPMetricsHandler.instance
    }

    /// Makes or finds a gauge.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, dimensions) { GaugeSeries() } ?? NOOPMetricsHandler.instance
    }

    /// Makes or finds a histogram, or a gauge where values are not to be aggregated.
    public func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        if aggregate {
            return series(label, dimensions) { HistogramSeries() } ?? NOOPMetricsHandler.instance
        }
        return series(label, dimensions) { GaugeSeries() } ?? NOOPMetricsHandler.instance
    }

    /// Makes or finds a histogram of seconds.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, dimensions) { HistogramSeries() } ?? NOOPMetricsHandler.instance
    }

    /// Keeps the counter: a series that vanishes breaks every rate over it.
    public func destroyCounter(_ handler: any CounterHandler) {}

    /// Keeps the counter, as ``destroyCounter(_:)`` does.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}

    /// Keeps the gauge.
    public func destroyMeter(_ handler: any MeterHandler) {}

    /// Keeps the histogram or gauge.
    public func destroyRecorder(_ handler: any RecorderHandler) {}

    /// Keeps the histogram.
    public func destroyTimer(_ handler: any TimerHandler) {}
}

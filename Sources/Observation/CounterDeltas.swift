/// Turns plain running totals into what has changed since the last look.
///
/// A loop counts in plain integers, which costs nothing, and shows them here once a second. Several
/// loops may each own one of these for the same metric: what they add up to is the metric's value,
/// for gauges too.
public struct CounterDeltas {
    private struct Key: Hashable {
        let metric: Metric
        let labels: [String]
    }

    private var totals: [Key: Int] = [:]
    private var deltas: [CounterDelta] = []

    /// Starts with every total at zero.
    public init() {}

    /// Notes where a total stands now.
    ///
    /// - Parameters:
    ///   - metric: A counter, whose total never falls, or a gauge.
    ///   - total: The total since the beginning, or the gauge's present value.
    ///   - labels: One value for each of the metric's labels.
    public mutating func note(_ metric: Metric, total: Int, labels: [String] = []) {
        let key = Key(metric: metric, labels: labels)
        let amount = total - (totals[key] ?? 0)
        guard amount != 0 else { return }
        precondition(amount > 0 || metric.kind == .gauge, "a counter's total never falls")
        totals[key] = total
        deltas.append(CounterDelta(metric, labels: labels, amount: amount))
    }

    /// Hands over what moved since the last call, for ``Observation/counted(_:)``.
    public mutating func takeAll() -> [CounterDelta] {
        defer { deltas.removeAll(keepingCapacity: true) }
        return deltas
    }
}

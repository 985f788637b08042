/// By how much one metric has moved since it was last flushed.
public struct CounterDelta: Hashable, Sendable {
    /// The counter or gauge that moved.
    public let metric: Metric

    /// Its label values, in the order of the metric's labels.
    public let labels: [String]

    /// How far; only a gauge may go down.
    public let amount: Int

    /// A movement that is not zero.
    ///
    /// - Parameters:
    ///   - metric: A counter or a gauge.
    ///   - labels: One value for each of the metric's labels.
    ///   - amount: How far; negative for gauges only.
    public init(_ metric: Metric, labels: [String] = [], amount: Int) {
        self.metric = metric
        self.labels = labels
        self.amount = amount
    }
}

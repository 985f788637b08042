/// How one observation moves one metric.
struct MetricChange: Equatable, Sendable {
    /// What happens to the metric.
    enum Movement: Equatable, Sendable {
        /// A counter rises, or a gauge moves.
        case add(Int)

        /// A gauge takes a value.
        case set(Double)

        /// A histogram gets one more value.
        case observe(Double)
    }

    let metric: Metric
    let labels: [String]
    let movement: Movement

    static func add(_ metric: Metric, _ labels: [String] = [], amount: Int = 1) -> Self {
        Self(metric: metric, labels: labels, movement: .add(amount))
    }

    static func set(_ metric: Metric, _ labels: [String] = [], to value: Double) -> Self {
        Self(metric: metric, labels: labels, movement: .set(value))
    }

    static func observe(_ metric: Metric, _ duration: Duration) -> Self {
        Self(metric: metric, labels: [], movement: .observe(duration.secondsAsDouble))
    }
}

extension Observation {
    var changes: [MetricChange] {
        switch self {
        case .gateway(let observation): observation.changes
        case .connection(let observation): observation.changes
        case .key(let observation): observation.changes
        case .channel(let observation): observation.changes
        case .broadcast(let observation): observation.changes
        case .presence(let observation): observation.changes
        case .changes(let observation): observation.changes
        case .database(let observation): observation.changes
        case .outbox(let observation): observation.changes
        case .replay(let observation): observation.changes
        case .topics(let observation): observation.changes
        case .authorization(let observation): observation.changes
        case .rowSecurity(let observation): observation.changes
        case .counted(let deltas):
            deltas.map { .add($0.metric, $0.labels, amount: $0.amount) }
        }
    }
}

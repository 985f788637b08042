/// The few figures that a reader asks for first.
struct RunFigures {
    /// One of them.
    struct Row {
        var name: String
        var value: String
        /// What the value is made of.
        var note: String
    }

    let rows: [Row]

    init(_ run: RunResult) {
        var rows: [Row] = []
        if let most = run.rate(.connections) {
            let joined = run.rate(.joined) ?? 0
            rows.append(
                Row(
                    name: "Connections",
                    value: Figures.count(Int(most)),
                    note: "\(Figures.count(Int(joined))) channels"
                )
            )
        }
        if let received = run.rate(.received) {
            let total = run.seconds.reduce(0) { $0 + $1.receivedCount }
            rows.append(
                Row(
                    name: "Received",
                    value: "\(Figures.rate(received))/s",
                    note: "\(Figures.count(total)) in all"
                )
            )
        }
        rows += Self.latencies(run)
        let errorCount = run.errors.values.reduce(0, +)
        let breachCount = run.breaches.values.reduce(0, +)
        rows.append(
            Row(
                name: "Errors",
                value: Figures.count(errorCount),
                note: "\(Figures.count(breachCount)) \(breachCount == 1 ? "breach" : "breaches")"
            )
        )
        if let cores = run.coresMean("server") {
            let memory = run.resources["server"]?.map(\.residentByteCount).max() ?? 0
            rows.append(
                Row(
                    name: "Gateway",
                    value: "\(Figures.decimal(cores, digits: 2)) cores",
                    note: "\(Figures.bytes(Double(memory))) at most"
                )
            )
        }
        self.rows = rows
    }

    private static func latencies(_ run: RunResult) -> [Row] {
        let groups: [[Measure]] = [[.broadcast, .change], [.join, .reconnect]]
        for measures in groups {
            let rows = measures.compactMap { measure -> Row? in
                guard let histogram = run.latencies[measure], histogram.count > 0 else {
                    return nil
                }
                let median = Figures.duration(histogram.percentile(50))
                let far = Figures.duration(histogram.percentile(99.9))
                return Row(
                    name: "\(measure.title) p99",
                    value: Figures.duration(histogram.percentile(99)),
                    note: "p50 \(median), p99.9 \(far)"
                )
            }
            if !rows.isEmpty { return rows }
        }
        return []
    }
}

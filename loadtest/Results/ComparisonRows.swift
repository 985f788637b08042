/// The figures that two runs have in common.
struct ComparisonRows {
    private(set) var rows: [Comparison.Row] = []
    private let first: RunResult
    private let second: RunResult

    init(_ first: RunResult, _ second: RunResult) {
        self.first = first
        self.second = second
        for (rate, name) in [
            (Objective.Rate.sent, "Sent"), (.writes, "Writes"), (.received, "Received"),
        ] {
            let text = { "\(Figures.rate($0))/s" }
            add(name, rate == .received ? .more : .neither, text) { run in
                run.rate(rate).flatMap { $0 > 0 ? $0 : nil }
            }
        }
        for measure in Measure.allCases {
            for percent in [50, 99, 99.9] {
                let label = Figures.plain(percent)
                let duration = { Figures.duration(microseconds: $0) }
                add("\(measure.title) p\(label)", .less, duration) { run in
                    guard let histogram = run.latencies[measure], histogram.count > 0 else {
                        return nil
                    }
                    return Double(histogram.percentile(percent))
                }
            }
        }
        for (owner, name) in [
            ("server", "Gateway"), ("postgres", "PostgreSQL"), ("generator", "Generator"),
        ] {
            let direction = owner == "generator" ? Comparison.Direction.neither : .less
            add("\(name), cores", direction, { Figures.decimal($0, digits: 2) }) { run in
                run.coresMean(owner)
            }
            add("\(name), memory", direction, Figures.bytes) { run in
                run.resources[owner]?.map { Double($0.residentByteCount) }.max()
            }
        }
        let perMessage = { "\(Figures.significant($0)) µs" }
        add("Gateway, per message received", .less, perMessage) { run in
            guard let cores = run.coresMean("server"), let received = run.rate(.received),
                received > 0
            else { return nil }
            return cores / received * 1_000_000
        }
        add("Errors", .less, { Figures.count(Int($0)) }) { run in
            Double(run.errors.values.reduce(0, +))
        }
    }

    private mutating func add(
        _ name: String,
        _ direction: Comparison.Direction,
        _ text: (Double) -> String,
        _ value: (RunResult) -> Double?
    ) {
        guard let first = value(first), let second = value(second) else { return }
        rows.append(
            Comparison.Row(
                name: name,
                first: text(first),
                second: text(second),
                ratio: first == 0 ? (second == 0 ? 1 : nil) : second / first,
                direction: direction
            )
        )
    }
}

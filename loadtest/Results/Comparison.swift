/// Two runs side by side.
public struct Comparison: Sendable {
    /// What was measured in both.
    public struct Row: Sendable, Hashable {
        /// What it is.
        public let name: String
        /// In the first run, with its unit.
        public let first: String
        /// In the second.
        public let second: String
        /// The second's share of the first; nil where the first is zero.
        public let ratio: Double?
        /// Whether less is better, more is better, or neither.
        public let direction: Direction
    }

    /// Which way is good.
    public enum Direction: Sendable, Hashable {
        /// Such as for latencies.
        case less
        /// Such as for messages in a second.
        case more
        /// Such as for what the scenario asked for.
        case neither
    }

    /// Why ratios say nothing, a sentence each; empty where the runs can be compared.
    public let obstacles: [String]

    /// What differs besides, and is perhaps what was to be compared.
    public let differences: [String]

    /// What both runs measured.
    public let rows: [Row]

    private let names: (first: String, second: String)

    /// Compares.
    ///
    /// - Parameters:
    ///   - first: What the ratios are of.
    ///   - second: What is compared with it.
    ///   - names: How the runs are called, such as their files' names.
    public init(_ first: RunResult, _ second: RunResult, names: (first: String, second: String)) {
        self.names = names
        obstacles = Self.obstacles(first, second, names)
        differences = Self.differences(first, second)
        rows = ComparisonRows(first, second).rows
    }

    /// For a terminal: what stands against comparing, then the figures with their ratios.
    public var text: String {
        var lines: [String] = []
        if !obstacles.isEmpty {
            lines.append("NOT COMPARABLE: the ratios below say nothing.")
            lines += obstacles.map { "  - \($0)" } + [""]
        }
        if !differences.isEmpty {
            lines += ["What differs"] + differences.map { "  - \($0)" } + [""]
        }
        let shown = rows.map { row in
            [row.name, row.first, row.second, Self.ratio(row)]
                + (obstacles.isEmpty ? [Self.word(row)] : [])
        }
        lines += TextTable.lines([["", "A", "B", "B / A", ""]] + shown, rightFrom: 1)
        lines += ["", "A: \(names.first)", "B: \(names.second)"]
        lines.append("Each is one run: run both several times to see what is chance.")
        return lines.joined(separator: "\n")
    }

    private static func ratio(_ row: Row) -> String {
        row.ratio.map { Figures.decimal($0, digits: 2) } ?? "–"
    }

    /// What a ratio means; two percent are less than two runs of the same ever differ by.
    private static func word(_ row: Row) -> String {
        guard row.direction != .neither else { return "" }
        guard let ratio = row.ratio else { return row.direction == .less ? "worse" : "better" }
        if abs(ratio - 1) <= 0.02 { return "same" }
        return (ratio < 1) == (row.direction == .less) ? "better" : "worse"
    }

    // MARK: Whether they can be compared

    private static func obstacles(
        _ first: RunResult,
        _ second: RunResult,
        _ names: (first: String, second: String)
    ) -> [String] {
        var obstacles: [String] = []
        for (run, name) in [(first, names.first), (second, names.second)] {
            if !run.isComplete { obstacles.append("\(name) was stopped before its end.") }
            obstacles += run.bottlenecks.map { "\(name) is invalid. \($0.sentence)" }
            let count = run.breaches.values.reduce(0, +)
            if count > 0 {
                obstacles.append(
                    "\(name) has \(Figures.count(count)) breaches: what a server leaves out costs"
                        + " it nothing."
                )
            }
        }
        if first.scenario != second.scenario {
            obstacles.append("The scenarios differ: \(first.scenario) and \(second.scenario).")
        }
        let keys = Set(first.parameters.keys).union(second.parameters.keys).sorted()
        for key in keys where first.parameters[key] != second.parameters[key] {
            let values = [first, second].map { $0.parameters[key] ?? "not there" }
            obstacles.append("Parameter \(key) differs: \(values[0]) and \(values[1]).")
        }
        if first.measuredSeconds != second.measuredSeconds {
            let spans = [first, second].map { Figures.seconds($0.measuredSeconds) }
            obstacles.append("They measured for \(spans[0]) and \(spans[1]).")
        }
        let machines = [first, second].map {
            "\($0.machine.processor), \($0.machine.coreCount) cores"
        }
        if machines[0] != machines[1] {
            obstacles.append("The machines differ: \(machines[0]) and \(machines[1]).")
        }
        return obstacles
    }

    private static func differences(_ first: RunResult, _ second: RunResult) -> [String] {
        let pairs = [
            ("target", first.target, second.target),
            ("version of loadtest", first.version, second.version),
            ("kernel", first.machine.kernel, second.machine.kernel),
            ("generators", "\(first.generators.count)", "\(second.generators.count)"),
        ]
        return pairs.filter { $0.1 != $0.2 }.map { "\($0.0): \($0.1), then \($0.2)" }
    }
}

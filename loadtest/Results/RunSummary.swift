internal import LoadChecks

/// A run in words, for a terminal.
public enum RunSummary {
    /// The verdict, what was measured, and what went wrong.
    ///
    /// - Parameter run: The run.
    /// - Returns: Lines without the last one's end.
    public static func text(_ run: RunResult) -> String {
        let verdict = run.verdict
        var blocks = [
            ["\(verdict.outcome.word.uppercased()): \(verdict.headline)"]
                + verdict.reasons.map { "  - \($0)" }
        ]
        blocks.append(TextTable.lines(RunFigures(run).rows.map { [$0.name, $0.value, $0.note] }))
        blocks.append(latencies(run))
        blocks.append(limits(verdict))
        blocks.append(generators(run))
        blocks.append(errors(run.errors))
        if !run.breachExamples.isEmpty {
            let shown = run.breachExamples.prefix(5).map { "  \(Self.plain($0))" }
            blocks.append(["First breaches"] + shown)
        }
        return blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
            .joined(separator: "\n\n")
    }

    private static func latencies(_ run: RunResult) -> [String] {
        let rows = Measure.allCases.compactMap { measure -> [String]? in
            guard let histogram = run.latencies[measure], histogram.count > 0 else { return nil }
            return [measure.title, Figures.count(Int(histogram.count))]
                + [50, 90, 99, 99.9].map { Figures.duration(histogram.percentile($0)) }
                + [Figures.duration(histogram.max)]
        }
        guard !rows.isEmpty else { return [] }
        let heads = ["Latency", "count", "p50", "p90", "p99", "p99.9", "max"]
        return TextTable.lines([heads] + rows, rightFrom: 1)
    }

    private static func limits(_ verdict: RunVerdict) -> [String] {
        guard !verdict.findings.isEmpty else { return [] }
        let rows = verdict.findings.map { finding in
            let isDoubtful = verdict.outcome == .invalid && finding.isAboutTime
            let word = isDoubtful ? "says nothing" : finding.isHeld ? "held" : "NOT HELD"
            return [finding.objective, finding.measured, word]
        }
        return TextTable.lines([["Limit", "measured", ""]] + rows)
    }

    private static func generators(_ run: RunResult) -> [String] {
        guard !run.generators.isEmpty else { return [] }
        let rows = run.generators.map { figures in
            [
                figures.name, Figures.percent(figures.coreShare),
                Figures.percent(figures.coreShareMax), Figures.duration(figures.lagMicroseconds),
            ]
        }
        let heads = ["Load came from", "core, mean", "core, most", "timers late, p99"]
        return TextTable.lines([heads] + rows, rightFrom: 1)
    }

    private static func errors(_ errors: [String: Int]) -> [String] {
        guard !errors.isEmpty else { return [] }
        let sorted = errors.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        var lines = TextTable.lines(
            sorted.prefix(10).map { [plain($0.key), Figures.count($0.value)] }
        )
        if sorted.count > 10 { lines.append("  and \(sorted.count - 10) other kinds") }
        return ["Errors"] + lines
    }

    /// What a server says may hold escape sequences, which a terminal would obey.
    private static func plain(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    scalar.properties.generalCategory == .control ? "\u{fffd}" : scalar
                }
            )
        )
    }
}

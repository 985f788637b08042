internal import LoadChecks

/// The tables of a run.
struct ReportTables {
    let run: RunResult

    var limits: String {
        guard !run.verdict.findings.isEmpty else {
            return
                "<p class=\"quiet\">No limits were set: <code>--slo p99=50ms,errors=0</code> sets"
                + " some.</p>\n"
        }
        return HTML.table(
            ["Limit", "Measured", ""],
            run.verdict.findings.map { finding in
                let isDoubtful = run.verdict.outcome == .invalid && finding.isAboutTime
                return [
                    .code(finding.objective), .number(finding.measured),
                    isDoubtful
                        ? HTML.Cell(html: "<span class=\"doubt\">? says nothing</span>")
                        : .mark(isGood: finding.isHeld, finding.isHeld ? "held" : "not held"),
                ]
            }
        )
    }

    var checks: String {
        let received = run.seconds.reduce(0) { $0 + $1.receivedCount }
        return HTML.table(
            ["In \(Figures.count(received)) messages received", "", ""],
            BreachKind.allCases.map { kind in
                let count = run.breaches[kind] ?? 0
                let isUntold = received == 0 && count == 0
                return [
                    .text(kind.title), .number(Figures.count(count)),
                    isUntold
                        ? HTML.Cell(html: "<span class=\"quiet\">nothing to check</span>")
                        : .mark(isGood: count == 0, count == 0 ? "none" : "breach"),
                ]
            }
        )
    }

    var breachExamples: String {
        guard !run.breachExamples.isEmpty else { return "" }
        let shown = run.breachExamples.prefix(40)
        let items = shown.map { "<li><code>\(HTML.escaped($0))</code></li>" }
        let more = run.breachExamples.count - shown.count
        let rest = more > 0 ? "<p class=\"quiet\">And \(more) more in the JSON file.</p>\n" : ""
        return HTML.section(
            "The first breaches",
            "<ol class=\"examples\">\n\(items.joined(separator: "\n"))\n</ol>\n\(rest)"
        )
    }

    var errors: String {
        guard !run.errors.isEmpty else { return "" }
        let rows = run.errors.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
            [HTML.Cell.text($0.key), .number(Figures.count($0.value))]
        }
        let table = HTML.table(["Code or reason", "Count"], rows)
        return HTML.section("Errors", "<div class=\"narrow\">\n\(table)</div>\n")
    }

    var latencies: String {
        let rows = Measure.allCases.compactMap { measure -> [HTML.Cell]? in
            guard let histogram = run.latencies[measure], histogram.count > 0 else { return nil }
            let title = HTML.escaped(measure.title)
            let span = "<small>\(HTML.escaped(measure.span))</small>"
            return [HTML.Cell(html: "\(title) \(span)")]
                + [.number(Figures.count(Int(histogram.count)))]
                + [50, 90, 99, 99.9, 99.99].map {
                    .number(Figures.duration(histogram.percentile($0)))
                }
                + [.number(Figures.duration(histogram.max))]
        }
        guard !rows.isEmpty else { return "" }
        let note = """
            <p class="quiet">Latencies count from when a message was due by the schedule, not from \
            when it left: a sender that is kept waiting does not hide it (no coordinated \
            omission).</p>

            """
        return HTML.section(
            "Latencies",
            HTML.table(
                ["Measured", "Count", "p50", "p90", "p99", "p99.9", "p99.99", "max"],
                rows
            ) + note
        )
    }

    var generators: String {
        guard !run.generators.isEmpty else { return "" }
        let bottlenecks = run.bottlenecks
        let rows = run.generators.map { figures -> [HTML.Cell] in
            let isGood = !bottlenecks.contains { $0.generator == figures.generator }
            return [
                .text(figures.name), .number(Figures.percent(figures.coreShare)),
                .number(Figures.percent(figures.coreShareMax)),
                .number(Figures.duration(figures.lagMicroseconds)),
                .mark(isGood: isGood, isGood ? "fast enough" : "the bottleneck"),
            ]
        }
        let most = Figures.percent(RunResult.coreShareMax)
        let note = """
            <p class="quiet">A run is invalid when a generator used more than \(most) of its core, \
            or when its timers were later than a tenth of the measured p99.</p>

            """
        return HTML.section(
            "Was the generator fast enough?",
            HTML.table(["", "Core, mean", "Core, most", "Timers late, p99", ""], rows) + note
        )
    }

    var setting: String {
        let machine = run.machine
        var rows: [(String, String)] = [
            ("Target", run.target),
            ("Command", run.command),
            ("Began", run.startedAt),
            ("Measured", Figures.seconds(run.measuredSeconds)),
            (
                "Machine",
                "\(machine.processor), \(machine.coreCount) cores, "
                    + "\(Figures.bytes(Double(machine.memoryByteCount))), \(machine.kernel)"
            ),
            ("Load before", machine.loadAverages),
            ("Tool", "loadtest \(run.version)"),
        ]
        rows += run.parameters.sorted { $0.key < $1.key }.map { ("Parameter \($0.key)", $0.value) }
        let codes = ["Target", "Command"]
        let items = rows.map { name, value in
            let text = HTML.escaped(value)
            let shown = codes.contains(name) ? "<code>\(text)</code>" : text
            return "<dt>\(HTML.escaped(name))</dt><dd>\(shown)</dd>"
        }
        return HTML.section("The run", "<dl>\n\(items.joined(separator: "\n"))\n</dl>\n")
    }
}

/// A run as a page that needs nothing beside itself: no script, no font, no picture from elsewhere.
public enum HTMLReport {
    /// The page, which first says whether the run held.
    ///
    /// - Parameter run: The run.
    /// - Returns: HTML.
    public static func text(_ run: RunResult) -> String {
        let tables = ReportTables(run: run)
        let title = "\(run.scenario): \(run.verdict.outcome.word.lowercased())"
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="Content-Security-Policy"
                  content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
            <title>\(HTML.escaped(title))</title>
            <link rel="icon" href="data:,">
            <style>
            \(ReportStyle.text)</style>
            </head>
            <body>
            <header>
            <p class="over">Load test <span>\(HTML.escaped(run.startedAt))</span></p>
            <h1>\(HTML.escaped(run.scenario))</h1>
            <p class="lead">\(HTML.escaped(run.summary))</p>
            </header>
            <main>
            \(verdict(run.verdict))\(tiles(run))<div class="pair">
            \(HTML.section("Limits", tables.limits))\(HTML.section("Checks", tables.checks))</div>
            \(tables.breachExamples)\(tables.errors)\(ReportCharts(run).html)\
            \(tables.latencies)\(tables.generators)\(tables.setting)</main>
            </body>
            </html>

            """
    }

    private static func verdict(_ verdict: RunVerdict) -> String {
        let reasons = verdict.reasons.map { "<li>\(HTML.escaped($0))</li>" }
        let list = reasons.isEmpty ? "" : "<ul>\n\(reasons.joined(separator: "\n"))\n</ul>\n"
        return """
            <div class="verdict \(verdict.outcome.style)">
            <p class="word"><span aria-hidden="true">\(verdict.outcome.sign)</span> \
            \(verdict.outcome.word)</p>
            <div><p class="headline">\(HTML.escaped(verdict.headline))</p>
            \(list)</div>
            </div>

            """
    }

    private static func tiles(_ run: RunResult) -> String {
        let items = RunFigures(run).rows.map { row in
            let note = row.note.isEmpty ? "" : "<small>\(HTML.escaped(row.note))</small>"
            return """
                <div class="tile"><dt>\(HTML.escaped(row.name))</dt>\
                <dd>\(HTML.escaped(row.value))\(note)</dd></div>
                """
        }
        return "<dl class=\"tiles\">\n\(items.joined(separator: "\n"))\n</dl>\n"
    }
}

extension RunVerdict.Outcome {
    /// For people.
    var word: String {
        switch self {
        case .held: "Held"
        case .notHeld: "Not held"
        case .breached: "Breached"
        case .invalid: "Invalid"
        case .interrupted: "Stopped"
        }
    }

    fileprivate var sign: String {
        switch self {
        case .held: "✓"
        case .notHeld, .breached: "✕"
        case .invalid, .interrupted: "!"
        }
    }

    fileprivate var style: String {
        switch self {
        case .held: "good"
        case .notHeld, .breached: "bad"
        case .invalid, .interrupted: "doubt"
        }
    }
}

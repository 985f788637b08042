import LoadChecks
import Testing

@testable import LoadResults

@Suite struct HTMLReportTests {
    private static func page(
        breaches: [BreachKind: Int] = [:],
        errors: [String: Int] = [:],
        limits: String? = "p99=50ms,errors=0"
    ) throws -> String {
        let ticks = (-3..<8).map { second in
            var tick = Samples.tick(
                second: second,
                isMeasured: (0..<6).contains(second),
                broadcasts: (0..<6).contains(second) ? [1_000, 2_000, 30_000] : []
            )
            if second == 4 {
                tick.breaches = breaches
                tick.errors = errors
            }
            return tick
        }
        let samples = (-3..<8).map {
            RunResult.ResourceSample(second: $0, cores: 0.5, residentByteCount: 100 << 20)
        }
        let resources = ["server": samples, "postgres": samples, "generator": samples]
        return HTMLReport.text(try Samples.result(ticks, resources: resources, limits: limits))
    }

    @Test("What others have written means nothing in the page")
    func escaped() throws {
        let html = try Self.page(errors: ["<script>alert('&')</script>\u{1b}[31m": 1])
        #expect(!html.contains("<script"))
        #expect(!html.contains("\u{1b}"))
        #expect(html.contains("&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;\u{fffd}[31m"))
        #expect(html.contains("A Processor &lt;8&gt;"))
    }

    @Test("The page asks for nothing outside itself")
    func selfContained() throws {
        let html = try Self.page()
        for reference in ["http:", "https:", "//", "src=", "@import", "url(", "<link rel=\"style"] {
            #expect(!html.contains(reference), "\(reference)")
        }
        #expect(html.contains("default-src 'none'"))
    }

    @Test("Every element is closed in its place")
    func wellFormed() throws {
        for html in [
            try Self.page(breaches: [.gap: 1], errors: ["x": 1]), try Self.page(limits: nil),
        ] {
            var open: [Substring] = []
            for part in html.split(separator: "<").dropFirst() {
                let tag = part.prefix { $0 != ">" }
                let name = tag.prefix { $0.isLetter || $0.isNumber || $0 == "/" || $0 == "!" }
                if name.hasPrefix("!") || tag.hasSuffix("/") { continue }
                if name.hasPrefix("/") {
                    #expect(open.popLast() == name.dropFirst())
                } else if name != "meta", name != "link" {
                    open.append(name)
                }
            }
            #expect(open.isEmpty)
            #expect(!html.contains("nan") && !html.contains("inf\""))
        }
    }

    @Test("The first thing said is whether the run held")
    func verdictFirst() throws {
        for (html, word) in [
            (try Self.page(), "Held"), (try Self.page(breaches: [.duplicate: 2]), "Breached"),
            (try Self.page(limits: "p99=1ms"), "Not held"),
        ] {
            let main = html.split(separator: "<main>").last ?? ""
            let verdict = main.prefix(200)
            #expect(verdict.contains("</span> \(word)</p>"), "\(verdict)")
            #expect(html.contains("<title>echo: \(word.lowercased())</title>"))
        }
    }

    @Test("A breach is shown by kind, and kinds without one are said to have none")
    func breaches() throws {
        let html = try Self.page(breaches: [.wrongAudience: 7])
        #expect(html.contains(BreachKind.wrongAudience.title))
        #expect(html.contains(">✕ breach<"))
        #expect(html.split(separator: ">✓ none<").count == BreachKind.allCases.count)
    }

    @Test("Charts are there for what was measured, and only for that")
    func charts() throws {
        let html = try Self.page()
        for title in ["Broadcast latency", "Latency by percentile", "Processor", "Memory", "Open"] {
            #expect(html.contains("<strong>\(title)</strong>"), "\(title)")
        }
        #expect(!html.contains("<strong>Change latency</strong>"))
        #expect(!html.contains("<strong>Failures</strong>"))
        #expect(try Self.page(errors: ["x": 1]).contains("<strong>Failures</strong>"))
    }

    @Test("A measure that is rare has no chart of dots, only its line of the table")
    func rare() throws {
        for (joiningSeconds, hasChart) in [(1, false), (4, true)] {
            let ticks = (0..<8).map { second in
                var tick = Samples.tick(second: second, broadcasts: [1_000])
                if second < joiningSeconds { tick.latencies[.join] = tick.latencies[.broadcast] }
                return tick
            }
            let html = HTMLReport.text(try Samples.result(ticks))
            #expect(html.contains("<strong>Joining latency</strong>") == hasChart)
            #expect(html.contains("Joining <small>"))
        }
    }

    @Test("A run in which nothing happened has a page, and no check is called passed")
    func nothing() throws {
        let html = HTMLReport.text(try Samples.result([]))
        #expect(html.contains("There was nothing to measure."))
        #expect(!html.contains("<svg"))
        #expect(!html.contains(">✓ none<"))
        #expect(html.hasSuffix("</html>\n"))
    }

    @Test("An invalid run does not say that limits of time held")
    func invalid() throws {
        var tick = Samples.tick(broadcasts: [1_000])
        tick.coreShare = 1
        let run = try Samples.result([tick], limits: "p99=50ms,errors=0")
        let html = HTMLReport.text(run)
        #expect(html.contains("? says nothing"))
        #expect(html.contains("✕ the bottleneck"))
        #expect(html.split(separator: ">✓ held<").count == 2)
        #expect(RunSummary.text(run).contains("p99=50ms  1.00 ms   says nothing"))
    }
}

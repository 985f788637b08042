import FoundationEssentials
import Logging
import Testing

@testable import Observation

@Suite struct CatalogueTests {
    private let page: Set<Substring>

    init() throws {
        let path = String(#filePath.split(separator: "/Tests/", maxSplits: 1)[0])
        let text = try String(contentsOfFile: path + "/docs/METRICS.md", encoding: .utf8)
        page = Set(text.split(separator: "\n"))
    }

    @Test("Every metric stands in docs/METRICS.md as it is", arguments: Metric.allCases)
    func metricIsDocumented(metric: Metric) {
        let labels = metric.labels.map { "`\($0)`" }.joined(separator: ", ")
        let row =
            "| `\(metric.rawValue)` | \(metric.kind.rawValue) | \(metric.unit.rawValue) "
            + "| \(labels.isEmpty ? "–" : labels) | \(metric.help) |"
        #expect(page.contains(Substring(row)), "docs/METRICS.md lacks the row: \(row)")
    }

    @Test("Every log code stands in docs/METRICS.md as it is", arguments: LogCode.allCases)
    func logCodeIsDocumented(code: LogCode) {
        let row = "| `\(code.rawValue)` | \(code.level.rawValue) | \(code.message) |"
        #expect(page.contains(Substring(row)), "docs/METRICS.md lacks the row: \(row)")
    }

    @Test("docs/METRICS.md names no metric and no log code that is not there")
    func nothingElse() {
        let names = Set(Metric.allCases.map(\.rawValue)).union(LogCode.allCases.map(\.rawValue))
        let extra = Set(["waypost_series_dropped_total"])
        for row in page where row.hasPrefix("| `") {
            let name = row.dropFirst(3).prefix { $0 != "`" }
            #expect(names.union(extra).contains(String(name)), "\(name) does not exist")
        }
    }

    @Test(
        "Every metric has a definition, a fitting name and a sentence",
        arguments: Metric.allCases
    )
    func metricIsWellFormed(metric: Metric) throws {
        _ = try #require(Metric.definitions[metric])
        let name = metric.rawValue
        #expect(name.hasPrefix("waypost_"))
        #expect(name.hasSuffix("_total") == (metric.kind == .counter))
        #expect((metric.kind == .histogram) == (metric.kind != .counter && metric.unit == .seconds))
        #expect(metric.help.hasSuffix("."))
        #expect(Set(metric.labels).count == metric.labels.count)
    }

    @Test(
        "Every log code has a definition whose text is one plain line",
        arguments: LogCode.allCases
    )
    func logCodeIsWellFormed(code: LogCode) throws {
        let definition = try #require(LogCode.definitions[code])
        #expect(definition.message.first?.isUppercase == true)
        #expect(!definition.message.hasSuffix("."))
        #expect(code.rawValue.first?.isUppercase == true)
    }
}

import Foundation
import Testing

@testable import LoadScenarios

@Suite struct ShippedScenarioTests {
    @Test("Every shipped scenario can be read, and its parameters make it again")
    func reading() throws {
        for file in try ShippedScenario.all() {
            let scenario = try Scenario.read(text: file.text, name: file.name)
            // `loadtest list` has a line of 100 columns for each.
            #expect(scenario.summary.count <= 70, "\(file.name)")
            let settings = Dictionary(
                uniqueKeysWithValues: scenario.parameters.map { ($0.name, $0.value) }
            )
            let again = try Scenario.read(text: file.text, name: file.name, settings: settings)
            #expect(again == scenario, "\(file.name)")
        }
    }

    @Test("Shipped scenarios have sizes of their own, so that rows of one are not another's")
    func groups() throws {
        var ranges: [Int: String] = [:]
        for file in try ShippedScenario.all() {
            let scenario = try Scenario.read(text: file.text, name: file.name)
            guard !scenario.setup.isEmpty else { continue }
            let first = try #require(scenario.populations.first?.firstGroup)
            #expect(first > 9_000_000_000 && first % 100_000_000 == 1, "\(file.name)")
            #expect(ranges.updateValue(file.name, forKey: first) == nil, "\(file.name)")
        }
    }

    @Test("The page names every shipped scenario with its parameters")
    func listed() throws {
        let page = try ShippedScenario.page()
        for file in try ShippedScenario.all() {
            let row = page.split(separator: "\n").first { $0.hasPrefix("| `\(file.name)` |") }
            let parameters = try Scenario.read(text: file.text, name: file.name).parameters
            for parameter in parameters.dropLast(4) {
                let isThere = row?.contains("`\(parameter.name)`") == true
                #expect(isThere, "\(file.name) \(parameter.name)")
            }
        }
    }

    @Test("The page's example is right, and the page knows every key")
    func page() throws {
        let page = try ShippedScenario.page()
        let example = page.components(separatedBy: "```yaml\n").dropFirst().first?
            .components(separatedBy: "```").first
        let scenario = try Scenario.read(text: try #require(example), name: "notes")
        #expect(scenario.writers.count == 1 && scenario.populations[0].actions.count == 2)
        let sections: [ScenarioSection] = [
            .file, .parameter, .timing, .population, .topic, .action, .writer,
        ]
        for key in sections.flatMap(\.keys) {
            let name = try Regex("`[^`\n]*\\b\(key)\\b[^`\n]*`").wordBoundaryKind(.simple)
            let isThere = page.contains(name)
            #expect(isThere, "\(key)")
        }
    }
}

/// A file of `loadtest/scenarios`.
struct ShippedScenario {
    let name: String
    let text: String

    /// `docs/LOADTEST.md`.
    static func page() throws -> String {
        try String(contentsOf: checkout.appending(path: "docs/LOADTEST.md"), encoding: .utf8)
    }

    private static let checkout = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func all() throws -> [ShippedScenario] {
        let folder = checkout.appending(path: "loadtest/scenarios")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        return try names.sorted().filter { $0.hasSuffix(".yaml") }.map { name in
            ShippedScenario(
                name: String(name.dropLast(".yaml".count)),
                text: try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            )
        }
    }
}

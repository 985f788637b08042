import Foundation
import LoadScenarios
import Testing

@Suite struct ShippedScenarioTests {
    @Test("Every shipped scenario can be read, and its parameters make it again")
    func reading() throws {
        for file in try ShippedScenario.all() {
            let scenario = try Scenario.read(text: file.text, name: file.name)
            #expect(!scenario.parameters.contains { $0.summary.isEmpty }, "\(file.name)")
            let settings = Dictionary(
                uniqueKeysWithValues: scenario.parameters.map { ($0.name, $0.value) }
            )
            let again = try Scenario.read(text: file.text, name: file.name, settings: settings)
            #expect(again == scenario, "\(file.name)")
        }
    }
}

/// A file of `loadtest/scenarios`.
struct ShippedScenario {
    let name: String
    let text: String

    static func all() throws -> [ShippedScenario] {
        let folder = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "loadtest/scenarios")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        return try names.sorted().filter { $0.hasSuffix(".yaml") }.map { name in
            ShippedScenario(
                name: String(name.dropLast(".yaml".count)),
                text: try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            )
        }
    }
}

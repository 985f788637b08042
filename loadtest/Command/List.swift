import ArgumentParser
import LoadScenarios

/// `loadtest list`.
struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows all scenarios.",
        discussion: """
            Examples:
              loadtest list
              loadtest list --scenarios ~/my-scenarios
            """
    )

    @Option(name: .long, help: "The folder with scenario files.")
    var scenarios: String?

    func run() throws {
        let folder = try ScenarioFolder(scenarios)
        let names = folder.names
        guard !names.isEmpty else { throw Unusable("there are no scenarios in \(folder.path)") }
        let width = names.map(\.count).max() ?? 0
        for name in names {
            let summary: String
            do {
                let file = try folder.file(of: name)
                summary = try Scenario.read(text: file.text, name: name).summary
            } catch {
                summary = "cannot be read: `loadtest show \(name)` says why"
            }
            let padding = String(repeating: " ", count: width - name.count)
            Terminal.say("\(name)\(padding)  \(summary)")
        }
    }
}

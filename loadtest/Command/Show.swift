import ArgumentParser
import LoadScenarios

/// `loadtest show SCENARIO`.
struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows what a scenario does, and its parameters.",
        discussion: """
            Examples:
              loadtest show trip-planning
              loadtest show trip-planning --set members=500
            """
    )

    @Argument(help: "A scenario's name, or the path of its file.")
    var scenario: String

    @Option(name: .long, parsing: .singleValue, help: "A parameter's value.")
    var set: [String] = []

    @Option(name: .long, help: "The folder with scenario files.")
    var scenarios: String?

    func run() throws {
        let file = try ScenarioFolder(scenarios).file(of: scenario)
        let settings = try RunPlan.pairs(set, option: "--set")
        let scenario: Scenario
        do {
            scenario = try Scenario.read(text: file.text, name: file.name, settings: settings)
        } catch {
            throw Unusable("\(error)")
        }
        for line in ScenarioText.lines(scenario) { Terminal.say(line) }
    }
}

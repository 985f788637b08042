import ArgumentParser
import Topics

/// `waypost topics list`.
struct TopicsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show every topic family: its pattern, who may join, what it carries.",
        discussion: """
            Reads the files and asks no database.

            Examples:
              waypost topics list
              waypost topics list --folder topics --json
            """
    )

    @OptionGroup var files: TopicFolderOptions

    @Flag(name: .long, help: "Print JSON for programs, in one line.")
    var json = false

    func run() async throws {
        let values = try await files.options.load()
        let contract = try files.contract(by: values)
        if json {
            Terminal.say(TopicListReport.json(contract))
        } else if contract.families.isEmpty {
            Terminal.say("no topic file (*.yaml) in \(files.folder(by: values))")
        } else {
            Terminal.say(TopicListReport.text(contract))
        }
    }
}

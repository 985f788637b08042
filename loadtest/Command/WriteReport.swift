import ArgumentParser
import Foundation
import LoadResults

/// `loadtest report`.
struct WriteReport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Shows a run that --json wrote, and writes its page.",
        discussion: """
            Ends as the run did: with 0 where it held, with 1 where it did not. With --slo it is \
            held to other limits.

            Examples:
              loadtest report run.json
              loadtest report run.json --html run.html --slo p99=20ms,errors=0

            \(Objective.usage)
            """
    )

    @Argument(help: ArgumentHelp("What --json wrote.", valueName: "run.json"))
    var file: String

    @Option(name: .long, help: "Where the report goes, a page that needs nothing else.")
    var html: String?

    @Option(name: .long, help: "Limits in place of the run's own, such as p99=50ms,errors=0.")
    var slo: String?

    func run() throws {
        var run = try RunFile.read(file)
        if let slo {
            do {
                run.judge(by: try Objective.read(slo))
            } catch {
                throw Unusable("--slo: \(error)")
            }
        }
        Terminal.say(RunSummary.text(run))
        if let html { try RunFile.write(Data(HTMLReport.text(run).utf8), to: html) }
        throw ExitCode(run.verdict.exitCode)
    }
}

import ArgumentParser
import LoadResults

/// `loadtest compare`.
struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Puts two runs side by side, with ratios.",
        discussion: """
            Says when the runs cannot be compared, since other things were asked of them or one is \
            worth nothing; then it ends with 1.

            Example:
              loadtest echo --json before.json
              loadtest echo --json after.json
              loadtest compare before.json after.json
            """
    )

    @Argument(help: ArgumentHelp("What the ratios are of.", valueName: "a.json"))
    var first: String

    @Argument(help: ArgumentHelp("What is compared with it.", valueName: "b.json"))
    var second: String

    func run() throws {
        let runs = try [first, second].map(RunFile.read)
        let comparison = Comparison(runs[0], runs[1], names: (first, second))
        Terminal.say(comparison.text)
        if !comparison.obstacles.isEmpty { throw ExitCode.failure }
    }
}

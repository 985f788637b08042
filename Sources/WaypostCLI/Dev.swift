import ArgumentParser
import Development
import Foundation
import Gateway
import PostgresCluster

/// `waypost dev`.
struct Dev: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Run everything on this machine: a private PostgreSQL, demonstration data, a page.",
        discussion: """
            Makes a PostgreSQL of its own (no port, no password; its data stays in .waypost), \
            loads the demonstration domain of topics/, and serves it on loopback with a page.

            Examples:
              waypost dev
              waypost dev --port 4100

            Ctrl-C stops all of it. Run it again and it goes on with its data.
            """
    )

    @OptionGroup var options: ConfigurationOptions

    @Option(name: .long, help: "The folder that gets .waypost with the data.")
    var folder = "."

    @Option(name: .long, help: "The folder with the demonstration domain's SQL and topic files.")
    var topics = "topics"

    @Flag(name: .long, help: "Print what a program needs as one JSON line instead of words.")
    var json = false

    func run() async throws {
        let isJSON = json
        let options = options
        let run = DevelopmentRun(
            folder: folder,
            topics: topics,
            program: CommandLine.arguments.first ?? "waypost"
        )
        do {
            try await run.run(
                now: Int64(Date.now.timeIntervalSince1970),
                configure: { defaults in
                    try await options.load(
                        defaults: defaults,
                        ignoringEnvironmentOf: DevelopmentRun.ownKeys
                    )
                },
                note: { Terminal.warn($0) },
                onReady: { ready in
                    Terminal.say(
                        isJSON ? DevelopmentReport.json(ready) : DevelopmentReport.text(ready)
                    )
                }
            )
        } catch let error as ExitCode {
            throw error
        } catch let error as ConfigurationProblems {
            Terminal.warn("\(error)")
            throw ExitCode.configuration
        } catch let failure as NodeFailure where failure.isConfiguration {
            Terminal.warn("waypost dev: \(failure)")
            throw ExitCode.configuration
        } catch {
            Terminal.warn("waypost dev: \(error)")
            throw ExitCode.failure
        }
    }
}

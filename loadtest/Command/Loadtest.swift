import ArgumentParser
import Foundation
import Gateway

/// The command `loadtest`.
@main
struct Loadtest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "loadtest",
        abstract: "Simulates many people on a Waypost or Supabase Realtime server, and checks.",
        discussion: """
            Without --url it starts a PostgreSQL and a gateway of its own, lets the scenario's \
            people do what they do, checks every message that they receive, and reports.

            Examples:
              loadtest list
              loadtest show trip-planning
              loadtest trip-planning --set members=500 --html report.html
              loadtest echo --slo p99=50ms,errors=0 --json after.json
              LOADTEST_TOKEN_SECRET=… loadtest one-big-trip --url http://gateway:4000

            Exit codes: 0 every limit held, 1 one did not or a check failed, 2 unusable input, 130 \
            stopped by Ctrl-C.
            """,
        version: GatewayVersion.text,
        subcommands: [
            Run.self, List.self, Show.self, Compare.self, WriteReport.self, Peers.self,
            Generator.self, Serve.self,
        ],
        defaultSubcommand: Run.self
    )

    static func main() async {
        // A generator that has died must not take this process with it.
        _ = signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let error as Unusable {
            Terminal.warn("loadtest: \(error)")
            Foundation.exit(Unusable.exitCode)
        } catch {
            end(with: error)
        }
    }

    /// ArgumentParser's own words, with this tool's code for wrong usage.
    private static func end(with error: any Error) -> Never {
        let code = exitCode(for: error)
        let words = fullMessage(for: error)
        if code.isSuccess {
            Terminal.say(words)
        } else if !words.isEmpty {
            Terminal.warn(words)
        }
        Foundation.exit(code == .validationFailure ? Unusable.exitCode : code.rawValue)
    }
}

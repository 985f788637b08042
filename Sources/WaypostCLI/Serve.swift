import ArgumentParser
import Gateway

/// `waypost serve`.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve WebSockets from a migrated database.",
        discussion: """
            Settings come from flags, then the environment (WAYPOST_LISTEN_PORT for listen.port), \
            then the YAML file, then defaults. docs/CONFIGURATION.md lists them all.

            Examples:
              waypost serve --config waypost.yaml
              waypost serve --config waypost.yaml --check
              WAYPOST_TOKEN_SECRET=… waypost serve --database-dsn "host=db user=waypost dbname=app"

            SIGTERM or Ctrl-C ends it gracefully: connections are told and closed with 1012. A \
            second signal ends it at once. SIGHUP has the topic files read again.
            """
    )

    @OptionGroup var options: ConfigurationOptions

    @Flag(name: .long, help: "Check the configuration, print it with secrets redacted, and exit.")
    var check = false

    func run() async throws {
        let values = try await options.load()
        let configuration: GatewayConfiguration
        do {
            configuration = try GatewayConfiguration(values, isDevelopment: false)
            try configuration.checkFiles()
        } catch {
            Terminal.warn("\(error)")
            throw ExitCode.configuration
        }
        if check {
            Terminal.say(values.printed)
            for line in configuration.keySummary { Terminal.say("# " + line) }
            return
        }
        try await Node.serve(configuration)
    }
}

extension Node {
    /// Runs a node to its end, and turns what stops it from starting into words and an exit code.
    static func serve(
        _ configuration: GatewayConfiguration,
        onReady: @escaping @Sendable (NodeAddresses) -> Void = { _ in }
    ) async throws {
        do {
            try await Node(configuration).run(onReady: onReady)
        } catch let failure as NodeFailure {
            Terminal.warn("waypost: \(failure)")
            throw failure.isConfiguration ? ExitCode.configuration : ExitCode.failure
        }
    }
}

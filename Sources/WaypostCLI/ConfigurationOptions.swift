import ArgumentParser
import Foundation
import Gateway

/// The options that set the gateway's configuration, shared by several commands.
struct ConfigurationOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("Read settings from a YAML file.", valueName: "file")
    )
    var config: String?

    @Option(
        name: .long,
        parsing: .singleValue,
        help: ArgumentHelp(
            "Set any key of docs/CONFIGURATION.md; may be given more than once.",
            valueName: "key=value"
        )
    )
    var set: [String] = []

    @Option(name: .long, help: "The address to serve on (listen.host).")
    var host: String?

    @Option(name: .long, help: "The port to serve on; 0 takes a free one (listen.port).")
    var port: Int?

    @Option(name: .long, help: "How to reach PostgreSQL (database.dsn).")
    var databaseDsn: String?

    @Option(name: .long, help: "The least serious log line: trace to error (log.level).")
    var logLevel: String?

    /// The settings given on the command line, by key.
    func flags() throws -> [String: String] {
        var flags: [String: String] = [:]
        for assignment in set {
            guard let sign = assignment.firstIndex(of: "=") else {
                throw ValidationError("--set \(assignment): write it as key=value")
            }
            flags[String(assignment[..<sign])] = String(
                assignment[assignment.index(after: sign)...]
            )
        }
        let named: [(ConfigurationKey, String?)] = [
            (.listenHost, host), (.listenPort, port.map(String.init)),
            (.databaseDSN, databaseDsn), (.logLevel, logLevel),
        ]
        for case (let key, let value?) in named { flags[key.rawValue] = value }
        return flags
    }

    /// Reads and checks every setting.
    ///
    /// - Parameters:
    ///   - defaults: What stands in for the defaults of some keys.
    ///   - ignored: Keys that the environment has no say in; a line tells when it tried.
    /// - Returns: Every key with its value.
    /// - Throws: An exit with code 2 after saying all that is wrong.
    func load(
        defaults: [ConfigurationKey: String] = [:],
        ignoringEnvironmentOf ignored: [ConfigurationKey] = []
    ) async throws -> ConfigurationValues {
        var environment = ProcessInfo.processInfo.environment
        for key in ignored where environment.removeValue(forKey: key.environmentName) != nil {
            Terminal.warn(
                "\(key.environmentName) is ignored: this command has its own \(key.rawValue)"
            )
        }
        let loader = ConfigurationLoader(
            flags: try flags(),
            environment: environment,
            filePath: config,
            defaults: defaults
        )
        do {
            return try await loader.load()
        } catch {
            Terminal.warn("\(error)")
            throw ExitCode.configuration
        }
    }
}

extension ExitCode {
    /// The configuration is not usable; what is wrong was said.
    static let configuration = ExitCode(2)
}

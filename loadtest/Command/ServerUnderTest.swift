import Foundation
import LoadGenerator
import LoadResults
import LoadScenarios
import Measuring
import Postgres
import Tokens
import WebSocketClient

/// The server that is measured, reachable.
struct ServerUnderTest: Sendable {
    var url: String
    var dialect = DialectName.realtime
    var tokenSecret: String?
    var apiKey: String?
    var certificateFile: String?
    /// For setup and writers; nil where there is none.
    var dsn: String?
    /// For the report: its URL, or how it was started.
    var description: String
    /// The gateway's process, when it was started here.
    var gateway: GatewayProcess?
    /// What can be observed, by the names of ``RunResult/resources``.
    var observed: [String: ResourceSampler.Target] = [:]

    /// Finds the server at a URL, and says what is missing for the scenario.
    static func elsewhere(
        _ url: String,
        _ options: ServerOptions,
        _ scenario: Scenario
    ) throws(Unusable) -> ServerUnderTest {
        try refuseOwn(options)
        let environment = ProcessInfo.processInfo.environment
        var target = ServerUnderTest(url: url, description: url)
        target.dialect = options.dialect
        target.tokenSecret = options.tokenSecret ?? environment["LOADTEST_TOKEN_SECRET"]
        target.apiKey = options.apiKey ?? environment["LOADTEST_API_KEY"]
        target.dsn = options.dsn ?? environment["LOADTEST_DSN"]
        target.certificateFile = options.ca
        if let processID = options.serverProcess {
            guard FileManager.default.fileExists(atPath: "/proc/\(processID)") else {
                throw Unusable("--server-process \(processID): there is no such process")
            }
            target.observed["server"] = .family(processID)
        }
        try target.check(for: scenario)
        try target.reach()
        return target
    }

    private static func refuseOwn(_ options: ServerOptions) throws(Unusable) {
        let own = [
            ("--waypost", options.waypost != nil), ("--topics", options.topics != nil),
            ("--gateway", !options.gateway.isEmpty),
        ]
        for (name, isGiven) in own where isGiven {
            throw Unusable("\(name) is for an own server: leave it or --url out")
        }
    }

    private func check(for scenario: Scenario) throws(Unusable) {
        if let certificateFile, !FileManager.default.isReadableFile(atPath: certificateFile) {
            throw Unusable("--ca \(certificateFile): the file cannot be read")
        }
        if let tokenSecret {
            do {
                _ = try TokenMinter(secret: tokenSecret)
            } catch {
                throw Unusable("the tokens' secret cannot be used: \(error)")
            }
        }
        let needsTokens =
            scenario.populations.contains { $0.role != nil }
            || !scenario.populations.isEmpty && apiKey == nil
        if dialect == .realtime, needsTokens, tokenSecret == nil {
            throw Unusable(
                "the scenario's people need tokens, and those a secret that the server knows: give "
                    + "it as LOADTEST_TOKEN_SECRET"
            )
        }
        if !scenario.writers.isEmpty, dsn == nil {
            throw Unusable(
                "the scenario writes into the server's database: give LOADTEST_DSN, or choose "
                    + "another scenario"
            )
        }
    }

    /// Makes sure that somebody listens there, before generators are started.
    private func reach() throws(Unusable) {
        let address = try RunPlan.address(url)
        do {
            _ = try RawStream(
                host: address.host,
                port: address.port,
                deadline: .now + .seconds(5)
            )
        } catch {
            throw Unusable(
                "nobody answers at \(url): \(error). Start the server, or leave --url out to have "
                    + "one started"
            )
        }
    }

    /// Runs SQL of the scenario, its `setup` or `teardown`; each script by itself.
    func execute(_ scripts: [String], _ name: String) throws(Unusable) {
        guard let dsn, !scripts.isEmpty else { return }
        do {
            let connection = try PostgresConnection(
                ConnectionString(dsn, applicationName: "loadtest \(name)")
            )
            for script in scripts { try connection.execute(script) }
        } catch {
            throw Unusable(
                "the scenario's \(name) failed in the database: "
                    + [error.description, error.serverMessage].compactMap { $0 }
                    .joined(separator: ": ")
            )
        }
    }
}

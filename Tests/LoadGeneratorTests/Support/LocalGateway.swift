import Development
import Postgres
import TestSupport
import Testing

@testable import Gateway

extension DatabaseTemplate {
    /// A migrated database with the demonstration's tables, rules and triggers.
    static let loadtest = DatabaseTemplate("loadtest_demonstration") { dsn in
        try DemonstrationDatabase(folder: topics) { _ in dsn }.prepare()
    }

    private static let topics =
        #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined() + "/topics"
}

/// A gateway in this process, on a database of its own with the demonstration's tables.
struct LocalGateway {
    static let secret = "a secret of the tests, of 32 bytes and more"

    let database: TestDatabase
    let url: String

    /// Runs a gateway while `body` lasts.
    static func with(
        setup: [String],
        _ body: (LocalGateway) async throws -> Void
    ) async throws {
        let database = try await TestDatabase.make(from: .loadtest)
        defer { try? database.drop() }
        let connection = try database.connect()
        for script in setup { try connection.execute(script) }
        let loader = ConfigurationLoader(
            flags: [
                "listen.host": "127.0.0.1", "listen.port": "0", "admin.port": "0",
                "listen.loops": "1", "database.dsn": database.waypostDSN, "token.secret": secret,
                "log.level": "error", "limits.half_open_per_address": "1000",
            ],
            environment: [:],
            filePath: nil
        )
        let configuration = try GatewayConfiguration(try await loader.load(), isDevelopment: false)
        let node = try RunningNode(configuration)
        do {
            try #require(await eventually { node.isReady })
            try await body(LocalGateway(database: database, url: node.addresses.url))
        } catch {
            await node.end(within: .seconds(5))
            throw error
        }
        await node.end(within: .seconds(5))
    }
}

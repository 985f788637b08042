import FoundationEssentials
import Postgres
import TestSupport
import Testing

@testable import Gateway

/// A gateway in this process, on a database of its own with the demonstration's people and trips.
final class TestNode {
    let database: TestDatabase
    let running: RunningNode
    private let connection: PostgresConnection

    private init(_ database: TestDatabase, _ running: RunningNode) throws {
        self.database = database
        self.running = running
        connection = try database.connect()
    }

    /// Runs a gateway while `body` lasts.
    ///
    /// - Parameters:
    ///   - settings: Over what tests use: one loop, any port, errors only in the log.
    ///   - file: More settings as YAML; lists can be set there only.
    ///   - prepare: What the database needs beside the demonstration.
    ///   - body: Gets the gateway once it is ready.
    /// - Throws: What `body` threw, or what kept the gateway from starting.
    static func with(
        _ settings: [ConfigurationKey: String] = [:],
        file: String? = nil,
        prepare: (TestDatabase) throws -> Void = { _ in },
        _ body: (TestNode) async throws -> Void
    ) async throws {
        let database = try await TestDatabase.make(from: .demonstration)
        defer { try? database.drop() }
        try prepare(database)
        let configuration = try await configuration(database.waypostDSN, settings, file: file)
        let running = try RunningNode(configuration)
        do {
            try #require(await eventually { running.isReady }, "the node is not ready")
            try await body(try TestNode(database, running))
        } catch {
            await running.end(within: .seconds(5))
            throw error
        }
        await running.end(within: .seconds(5))
    }

    /// Settings for a node of a test.
    static func configuration(
        _ dsn: String,
        _ settings: [ConfigurationKey: String] = [:],
        file: String? = nil
    ) async throws -> GatewayConfiguration {
        let usual: [ConfigurationKey: String] = [
            .listenHost: "127.0.0.1", .listenPort: "0", .adminPort: "0", .listenLoops: "1",
            .databaseDSN: dsn, .tokenSecret: Person.secret, .logLevel: "error",
        ]
        let values = try await values(usual.merging(settings) { $1 }, file: file)
        return try GatewayConfiguration(values, isDevelopment: false)
    }

    /// All settings, with some as flags and some as the text of a file.
    static func values(
        _ settings: [ConfigurationKey: String],
        file: String? = nil
    ) async throws -> ConfigurationValues {
        var path: String?
        if let file {
            let name = FileManager.default.temporaryDirectory
                .appending(path: "waypost-\(UUID().uuidString).yaml")
            try Data(file.utf8).write(to: name)
            path = name.path
        }
        defer { if let path { try? FileManager.default.removeItem(atPath: path) } }
        let loader = ConfigurationLoader(
            flags: Dictionary(uniqueKeysWithValues: settings.map { ($0.key.rawValue, $0.value) }),
            environment: [:],
            filePath: path
        )
        return try await loader.load()
    }

    var url: String { running.addresses.url }
    var port: UInt16 { UInt16(running.addresses.port) }
    var adminPort: UInt16 { UInt16(running.addresses.adminPort) }

    /// Runs statements as the superuser.
    func sql(_ sql: String) throws { try connection.execute(sql) }

    /// The first column of all rows.
    func column(_ sql: String) throws -> [String] {
        let rows = try connection.query(sql)
        return (0..<rows.count).map { rows[$0, 0] ?? "NULL" }
    }

    /// Sends a broadcast from the database that marks the end of what a test waits for.
    func fence(_ topic: String, name: String = "fence", isPrivate: Bool = true) throws {
        try sql("SELECT realtime.send('{}', '\(name)', '\(topic)', \(isPrivate))")
    }

    /// Proves that the gateway still serves: somebody else joins and gets a change.
    func expectHealthy(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let ben = try Member(self, .ben)
        try ben.joined("trip:1")
        try fence("trip:1", name: "healthy")
        let found = try ben.broadcast(named: "healthy")
        #expect(found.topic == "realtime:trip:1", sourceLocation: sourceLocation)
        ben.drop()
    }

    /// The value of a metric without labels, or with those that are written in the name, which are
    /// not there before they are first counted.
    func metric(_ name: String) throws -> Double {
        let answer = try HTTP.get("/metrics", port: adminPort)
        let line = answer.body.split(separator: "\n").first { $0.hasPrefix(name + " ") }
        guard let value = line?.split(separator: " ").last.flatMap({ Double($0) }) else {
            try #require(name.contains("{") && answer.status == 200, "\(name): \(answer.body)")
            return 0
        }
        return value
    }
}

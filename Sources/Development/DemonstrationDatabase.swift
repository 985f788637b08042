import FoundationEssentials
public import Observation
import Outbox
import Postgres
import TopicFiles
import TopicSchema
import Topics

/// The demonstration domain in a database of its own: schema, tables, rules, triggers, people.
public struct DemonstrationDatabase: Sendable {
    /// The database's name.
    public static let name = "waypost"

    private let administratorDSN: @Sendable (_ database: String) -> String
    private let scripts: [String]
    private let contract: TopicContract

    /// Says where the database goes and what is loaded into it.
    ///
    /// - Parameters:
    ///   - folder: The folder with the domain's SQL files, which are run in the order of their
    ///     names, and with its topic files.
    ///   - administratorDSN: Answers a superuser's connection text for a database.
    /// - Throws: ``DevelopmentFailure`` when the folder has no SQL files, or wrong topic files.
    public init(
        folder: String,
        administratorDSN: @escaping @Sendable (_ database: String) -> String
    ) throws(DevelopmentFailure) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let scripts = names.filter { $0.hasSuffix(".sql") }.sorted().compactMap { name in
            FileManager.default.contents(atPath: folder + "/" + name)
                .map { String(decoding: $0, as: UTF8.self) }
        }
        guard !scripts.isEmpty else { throw .noScripts(folder: folder) }
        self.scripts = scripts
        do {
            contract = try TopicFiles.read(folder: folder)
        } catch {
            throw .topicFiles(reason: error.description)
        }
        self.administratorDSN = administratorDSN
    }

    /// Makes the database where it is missing, and brings everything in it up to date.
    ///
    /// - Throws: ``DevelopmentFailure`` naming the step that failed.
    public func prepare(observe: @escaping Observe = { _ in }) throws(DevelopmentFailure) {
        try step("make the database") { () throws(PostgresError) in
            let connection = try connect(to: "postgres")
            let found = try connection.query(
                "SELECT 1 FROM pg_database WHERE datname = $1",
                [Self.name]
            )
            if found.count == 0 { try Self.make(over: connection) }
        }
        try migrateAndLoad(observe)
    }

    private static func make(over connection: PostgresConnection) throws(PostgresError) {
        do {
            try connection.execute(
                "CREATE DATABASE \(SQLText.identifier(name)) ENCODING 'UTF8' TEMPLATE template0"
            )
        } catch {
            // Somebody else made it at the same moment.
            guard let state = error.sqlState, ["42P04", "23505"].contains(state) else {
                throw error
            }
        }
    }

    private func migrateAndLoad(_ observe: @escaping Observe) throws(DevelopmentFailure) {
        let connection: PostgresConnection
        do {
            connection = try connect(to: Self.name)
        } catch {
            throw .databaseFailed(step: "connect", reason: error.advice)
        }
        do {
            _ = try Migrator(connection: connection).apply(observe: observe)
        } catch {
            throw .databaseFailed(step: "migrate", reason: "\(error)")
        }
        try step("load the demonstration domain") { () throws(PostgresError) in
            for script in scripts { try connection.execute(script) }
        }
        do {
            _ = try ContractSchema(contract).apply(on: connection)
        } catch {
            throw .databaseFailed(step: "apply the topic files", reason: "\(error)")
        }
    }

    private func connect(to database: String) throws(PostgresError) -> PostgresConnection {
        try PostgresConnection(
            ConnectionString(administratorDSN(database), applicationName: "waypost dev")
        )
    }

    private func step(
        _ name: String,
        _ body: () throws(PostgresError) -> Void
    ) throws(DevelopmentFailure) {
        do {
            try body()
        } catch {
            throw .databaseFailed(step: name, reason: error.advice)
        }
    }
}

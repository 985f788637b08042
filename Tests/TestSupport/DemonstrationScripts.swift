import FoundationEssentials
public import Postgres
import TopicFiles
import TopicSchema
public import Topics

/// The demonstration domain, the files of the folder `topics/`.
public enum DemonstrationScripts {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "topics")
        .path(percentEncoded: false)

    /// Runs those of SQL in the order of their names; they make no topic.
    ///
    /// - Parameter connection: A superuser's, to a migrated database.
    /// - Throws: What kept a file from being read, or `PostgresError`.
    public static func run(on connection: PostgresConnection) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        for name in names.filter({ $0.hasSuffix(".sql") }).sorted() {
            let script = try Data(contentsOf: URL(filePath: folder + "/" + name))
            try connection.execute(String(decoding: script, as: UTF8.self))
        }
    }

    /// What the topic files say.
    ///
    /// - Returns: All families.
    /// - Throws: What is wrong with them.
    public static func contract() throws -> TopicContract {
        try TopicFiles.read(folder: folder)
    }

    /// Runs the SQL, and brings the database in step with the topic files.
    ///
    /// - Parameter connection: A superuser's, to a migrated database.
    /// - Throws: What kept a file from being read, `PostgresError` or `ContractSchemaFailure`.
    public static func runWithTopics(on connection: PostgresConnection) throws {
        try run(on: connection)
        _ = try ContractSchema(try contract()).apply(on: connection)
    }
}

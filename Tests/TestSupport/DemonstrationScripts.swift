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
    /// - Parameters:
    ///   - connection: A superuser's, to a migrated database.
    ///   - change: What is made of each, by its name. Default nothing.
    /// - Throws: What kept a file from being read, or `PostgresError`.
    public static func run(
        on connection: PostgresConnection,
        changing change: (_ name: String, _ script: String) -> String = { $1 }
    ) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        for name in names.filter({ $0.hasSuffix(".sql") }).sorted() {
            let script = try Data(contentsOf: URL(filePath: folder + "/" + name))
            try connection.execute(change(name, String(decoding: script, as: UTF8.self)))
        }
    }

    /// What the topic files say.
    ///
    /// - Parameter change: What is made of each file's text. Default nothing.
    /// - Returns: All families.
    /// - Throws: What is wrong with them.
    public static func contract(
        changing change: (String) -> String = { $0 }
    ) throws -> TopicContract {
        try TopicFiles.contract(
            of: TopicFiles.texts(folder: folder).map { file in
                TopicFileText(name: file.name, text: change(file.text))
            }
        )
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

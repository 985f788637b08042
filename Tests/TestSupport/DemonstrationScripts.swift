import FoundationEssentials
public import Postgres

/// The demonstration domain's SQL, the files of the folder `topics/`.
public enum DemonstrationScripts {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "topics")
        .path(percentEncoded: false)

    /// Runs all of them in the order of their names.
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
}

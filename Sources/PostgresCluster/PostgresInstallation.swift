internal import FoundationEssentials

/// The programs of one PostgreSQL major version.
struct PostgresInstallation: Equatable {
    /// The oldest major version that will do.
    static let versionMin = 15
    /// Where Debian's packages and the project's own put each version.
    static let root = "/usr/lib/postgresql"

    let version: Int
    let programFolder: String

    /// Finds the newest version, or the one that made the data.
    ///
    /// - Parameters:
    ///   - dataFolder: Its `PG_VERSION` decides where it exists: data of one major version cannot
    ///     be read by another.
    ///   - root: A folder with one folder per version.
    /// - Returns: A version of at least ``versionMin``.
    /// - Throws: ``ClusterError`` that says what to install.
    static func find(
        forData dataFolder: String,
        in root: String = Self.root
    ) throws(ClusterError) -> PostgresInstallation {
        let found = all(in: root)
        if let made = FileText.read("\(dataFolder)/PG_VERSION")?.split(separator: "\n").first {
            guard let match = found.first(where: { String($0.version) == made }) else {
                throw .versionNotInstalled(version: String(made), dataFolder: dataFolder)
            }
            return match
        }
        guard let newest = found.max(by: { $0.version < $1.version }) else {
            throw .notInstalled(searched: root, versionMin: versionMin)
        }
        return newest
    }

    private static func all(in root: String) -> [PostgresInstallation] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return names.compactMap { name in
            guard let version = Int(name), version >= versionMin else { return nil }
            let folder = "\(root)/\(name)/bin"
            let programs = ["initdb", "postgres"].map { "\(folder)/\($0)" }
            guard programs.allSatisfy(FileManager.default.isExecutableFile) else { return nil }
            return PostgresInstallation(version: version, programFolder: folder)
        }
    }
}

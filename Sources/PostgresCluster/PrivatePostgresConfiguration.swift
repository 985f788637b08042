internal import FoundationEssentials

/// Which private PostgreSQL to run.
public struct PrivatePostgresConfiguration: Sendable {
    enum Kind: Sendable {
        case kept(checkout: String)
        case throwaway
    }

    let kind: Kind
    let settings: [String: String]
    let temporaryFolder: String
    /// Where data goes that PostgreSQL's account cannot reach in the checkout.
    let fallbackFolder: String
    /// The longest wait until PostgreSQL takes connections.
    let startTimeout: Duration
    let installationRoot: String

    init(
        kind: Kind,
        settings: [String: String],
        temporaryFolder: String = FileManager.default.temporaryDirectory
            .path(percentEncoded: false),
        fallbackFolder: String = "/var/lib/waypost",
        startTimeout: Duration = .seconds(60),
        installationRoot: String = PostgresInstallation.root
    ) {
        self.kind = kind
        self.settings = settings
        self.temporaryFolder = Self.shortEnough(temporaryFolder)
        self.fallbackFolder = fallbackFolder
        self.startTimeout = startTimeout
        self.installationRoot = installationRoot
    }

    /// The cluster of a checkout, whose data stays from run to run.
    ///
    /// - Parameters:
    ///   - checkout: The folder that gets `.waypost/`. One process at a time may run its cluster.
    ///   - settings: PostgreSQL's own settings, over what the project sets.
    /// - Returns: A cluster that syncs to disk as PostgreSQL does by default.
    public static func kept(
        checkout: String,
        settings: [String: String] = [:]
    ) -> PrivatePostgresConfiguration {
        PrivatePostgresConfiguration(
            kind: .kept(checkout: CanonicalPath.of(checkout)),
            settings: ["max_connections": "100"].merging(settings) { $1 }
        )
    }

    /// A new cluster that vanishes with the process that runs it.
    ///
    /// - Parameter settings: PostgreSQL's own settings, over what the project sets.
    /// - Returns: A cluster that does not survive a crash of the machine, and is fast for it.
    public static func throwaway(
        settings: [String: String] = [:]
    ) -> PrivatePostgresConfiguration {
        let light = [
            "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off",
            "wal_level": "minimal", "max_wal_senders": "0", "max_connections": "100",
            "shared_buffers": "32MB", "jit": "off",
        ]
        return PrivatePostgresConfiguration(
            kind: .throwaway,
            settings: light.merging(settings) { $1 }
        )
    }

    /// A socket's path has at most 107 bytes: a deep temporary folder gives way to `/tmp`.
    private static func shortEnough(_ folder: String) -> String {
        let path = CanonicalPath.of(folder)
        return path.utf8.count <= 50 ? path : "/tmp"
    }
}

internal import FoundationEssentials
internal import Glibc
internal import Subprocess
internal import SystemPackage

/// Where one cluster keeps what.
struct ClusterFolders: Equatable, Sendable {
    /// Holds the data folder and the log.
    let state: String
    /// Holds the socket.
    let sockets: String

    var data: String { "\(state)/data" }
    var log: String { "\(state)/postgres.log" }
    /// Says which process runs the cluster; beside the state folder, which PostgreSQL's account
    /// owns and could swap a file in.
    var owner: String { "\(state).owner" }

    /// Makes the folders of a checkout's cluster.
    static func kept(
        checkout: String,
        _ configuration: PrivatePostgresConfiguration,
        account: SystemAccount?,
        note: (ClusterNote) -> Void
    ) async throws(ClusterError) -> ClusterFolders {
        let folder = PrivateFolder(account: account)
        let hash = CanonicalPath.hash(checkout)
        let sockets = "\(configuration.temporaryFolder)/waypost-\(hash)"
        try folder.make(sockets)
        try open("\(checkout)/.waypost")
        let near = "\(checkout)/.waypost/postgres"
        try folder.make(near)
        if try await canReach(near, account) {
            return ClusterFolders(state: near, sockets: sockets)
        }
        if (try? FileManager.default.contentsOfDirectory(atPath: near).isEmpty) == true {
            try? FileManager.default.removeItem(atPath: near)
        }
        try open(configuration.fallbackFolder)
        let far = "\(configuration.fallbackFolder)/\(hash)"
        try folder.make(far)
        note(.keptElsewhere(folder: far))
        return ClusterFolders(state: far, sockets: sockets)
    }

    /// Makes the one folder of a throwaway cluster.
    static func throwaway(
        _ configuration: PrivatePostgresConfiguration,
        account: SystemAccount?
    ) throws(ClusterError) -> ClusterFolders {
        let random = String(UInt64.random(in: .min ... .max), radix: 16)
        let path = "\(configuration.temporaryFolder)/\(throwawayPrefix)\(getpid())-\(random)"
        try PrivateFolder(account: account).make(path)
        return ClusterFolders(state: path, sockets: path)
    }

    /// Ends and removes throwaway clusters whose process is gone, which happens only when those who
    /// look after them were killed too.
    static func sweepThrowaways(
        _ configuration: PrivatePostgresConfiguration,
        account: SystemAccount?
    ) async {
        let files = FileManager.default
        let folder = configuration.temporaryFolder
        for name in (try? files.contentsOfDirectory(atPath: folder)) ?? []
        where name.hasPrefix(throwawayPrefix) {
            let path = "\(folder)/\(name)"
            let owner = name.dropFirst(throwawayPrefix.count).split(separator: "-").first
            guard let processID = owner.flatMap({ Int32($0) }), ProcessEntry(processID) == nil,
                PrivateFolder(account: account).isOurs(path)
            else { continue }
            _ = try? await Postmaster.stopStale(dataFolder: "\(path)/data")
            try? files.removeItem(atPath: path)
        }
    }

    private static let throwawayPrefix = "waypost-throwaway-"

    /// Makes a folder others may pass through.
    private static func open(_ path: String) throws(ClusterError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true
            )
        } catch {
            throw .folderNotMade(path: path)
        }
    }

    /// Whether the account can work in its own folder: a parent may be closed to it.
    private static func canReach(
        _ path: String,
        _ account: SystemAccount?
    ) async throws(ClusterError) -> Bool {
        guard account != nil else { return true }
        let shell = try Supervision.shell("cd \"$1\" && test -w .", [path], as: account)
        let attempt = try? await run(
            .path(FilePath(shell.program)),
            arguments: Arguments(shell.arguments),
            workingDirectory: "/",
            platformOptions: Supervision.options,
            output: .discarded
        )
        return attempt?.terminationStatus.isSuccess ?? false
    }
}

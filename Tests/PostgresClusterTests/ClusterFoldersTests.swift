import FoundationEssentials
import Glibc
import Testing

@testable import PostgresCluster

@Suite struct ClusterFoldersTests {
    @Test(
        "A checkout the account cannot reach keeps its data elsewhere, and says so",
        .enabled(if: getuid() == 0)
    )
    func unreachable() async throws {
        let scratch = try ScratchFolder()
        let checkout = "\(scratch.path)/closed"
        try FileManager.default.createDirectory(
            atPath: checkout,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        let configuration = configured(checkout, in: scratch)
        let notes = Box<[ClusterNote]>()
        let data = try await PrivatePostgres.run(
            configuration,
            note: { notes.value = (notes.value ?? []) + [$0] }
        ) { $0.dataFolder }
        let folder = "\(scratch.path)/fallback/\(CanonicalPath.hash(checkout))"
        #expect(data == "\(folder)/data")
        #expect(notes.value == [.keptElsewhere(folder: folder), .created(folder: folder)])
        #expect(!FileManager.default.fileExists(atPath: "\(checkout)/.waypost/postgres"))
    }

    @Test("A socket folder that is open to others is not trusted")
    func openFolder() async throws {
        let scratch = try ScratchFolder()
        let sockets = "\(scratch.path)/waypost-\(CanonicalPath.hash(scratch.path))"
        try FileManager.default.createDirectory(
            atPath: sockets,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o755]
        )
        await #expect(throws: ClusterError.folderNotOurs(path: sockets)) {
            try await PrivatePostgres.run(configured(scratch.path, in: scratch)) { _ in }
        }
    }

    @Test("A socket folder that is a link is not trusted")
    func link() async throws {
        let scratch = try ScratchFolder()
        let sockets = "\(scratch.path)/waypost-\(CanonicalPath.hash(scratch.path))"
        try FileManager.default.createSymbolicLink(
            atPath: sockets,
            withDestinationPath: "/tmp"
        )
        await #expect(throws: ClusterError.folderNotOurs(path: sockets)) {
            try await PrivatePostgres.run(configured(scratch.path, in: scratch)) { _ in }
        }
    }

    @Test("Throwaway folders whose process is gone are swept, others stay")
    func sweep() async throws {
        let scratch = try ScratchFolder()
        let account = try SystemAccount.needed()
        let folder = PrivateFolder(account: account)
        // Above the highest number Linux gives out.
        let gone = "\(scratch.path)/waypost-throwaway-4194305-a"
        let alive = "\(scratch.path)/waypost-throwaway-\(getpid())-a"
        for path in [gone, alive] { try folder.make(path) }
        await ClusterFolders.sweepThrowaways(
            configured(scratch.path, in: scratch),
            account: account
        )
        #expect(!FileManager.default.fileExists(atPath: gone))
        #expect(FileManager.default.fileExists(atPath: alive))
    }

    @Test("A deep temporary folder gives way to /tmp, for the sake of the socket's path")
    func deepTemporaryFolder() {
        let deep = "/var/" + String(repeating: "d", count: 60)
        let configuration = PrivatePostgresConfiguration(
            kind: .throwaway,
            settings: [:],
            temporaryFolder: deep
        )
        #expect(configuration.temporaryFolder == "/tmp")
    }

    private func configured(
        _ checkout: String,
        in scratch: ScratchFolder
    ) -> PrivatePostgresConfiguration {
        PrivatePostgresConfiguration(
            kind: .kept(checkout: checkout),
            settings: [:],
            temporaryFolder: scratch.path,
            fallbackFolder: "\(scratch.path)/fallback"
        )
    }
}

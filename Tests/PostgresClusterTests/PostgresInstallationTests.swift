import FoundationEssentials
import Testing

@testable import PostgresCluster

@Suite struct PostgresInstallationTests {
    @Test("The newest version with its programs is taken, by number and not by letters")
    func newest() throws {
        let scratch = try ScratchFolder()
        for version in ["9.6", "14", "15", "100", "common"] { try install(version, in: scratch) }
        try FileManager.default.createDirectory(
            atPath: "\(scratch.path)/101/bin",
            withIntermediateDirectories: true
        )
        let found = try PostgresInstallation.find(forData: "/nowhere", in: scratch.path)
        #expect(found.version == 100)
        #expect(found.programFolder == "\(scratch.path)/100/bin")
    }

    @Test("Data that exists decides the version")
    func data() throws {
        let scratch = try ScratchFolder()
        for version in ["15", "17"] { try install(version, in: scratch) }
        let file = "\(scratch.path)/PG_VERSION"
        _ = FileManager.default.createFile(atPath: file, contents: Data("15\n".utf8))
        let found = try PostgresInstallation.find(forData: scratch.path, in: scratch.path)
        #expect(found.version == 15)
        _ = FileManager.default.createFile(atPath: file, contents: Data("13\n".utf8))
        let error = #expect(throws: ClusterError.self) {
            try PostgresInstallation.find(forData: scratch.path, in: scratch.path)
        }
        #expect(error == .versionNotInstalled(version: "13", dataFolder: scratch.path))
        #expect(error?.description.contains("apt-get install postgresql-13") == true)
    }

    @Test("Without a version that will do, the error says what to install")
    func none() throws {
        let scratch = try ScratchFolder()
        try install("14", in: scratch)
        let error = #expect(throws: ClusterError.self) {
            try PostgresInstallation.find(forData: "/nowhere", in: scratch.path)
        }
        #expect(error == .notInstalled(searched: scratch.path, versionMin: 15))
        #expect(error?.description.contains("apt-get install postgresql") == true)
    }

    private func install(_ version: String, in scratch: ScratchFolder) throws {
        let folder = "\(scratch.path)/\(version)/bin"
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true
        )
        for program in ["initdb", "postgres"] {
            _ = FileManager.default.createFile(
                atPath: "\(folder)/\(program)",
                contents: Data(),
                attributes: [.posixPermissions: 0o755]
            )
        }
    }
}

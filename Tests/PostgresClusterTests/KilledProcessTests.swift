import FoundationEssentials
import Glibc
import PostgresCluster
import TestSupport
import Testing

@Suite struct KilledProcessTests {
    @Test("When the process is killed, PostgreSQL and its files go too")
    func killed() async throws {
        let note = "/tmp/waypost-killed-\(UInt32.random(in: .min ... .max))"
        defer { try? FileManager.default.removeItem(atPath: note) }
        await #expect(processExitsWith: .signal(SIGKILL)) { [note = note as String] in
            let cluster = try await TestPostgres.shared.cluster()
            let text = "\(cluster.processID) \(cluster.socketFolder)"
            _ = FileManager.default.createFile(atPath: note, contents: Data(text.utf8))
            kill(getpid(), SIGKILL)
        }
        try await expectGone(note)
    }

    @Test("When the process just exits, PostgreSQL and its files go too")
    func exited() async throws {
        let note = "/tmp/waypost-exited-\(UInt32.random(in: .min ... .max))"
        defer { try? FileManager.default.removeItem(atPath: note) }
        await #expect(processExitsWith: .exitCode(0)) { [note = note as String] in
            let cluster = try await TestPostgres.shared.cluster()
            let text = "\(cluster.processID) \(cluster.socketFolder)"
            _ = FileManager.default.createFile(atPath: note, contents: Data(text.utf8))
            exit(0)
        }
        try await expectGone(note)
    }

    private func expectGone(_ note: String) async throws {
        let words = try #require(contents(note)).split(separator: " ").map(String.init)
        let processID = try #require(Int32(words[0]))
        #expect(await eventually { !isAlive(processID) })
        #expect(await eventually { !FileManager.default.fileExists(atPath: words[1]) })
    }
}

import FoundationEssentials
import Glibc
import PostgresCluster
import TestSupport
import Testing

@Suite struct KilledProcessTests {
    @Test("When the process is killed, PostgreSQL is stopped in good order and starts again")
    func killed() async throws {
        // A kept cluster: a throwaway one might be swept by another test before it goes by itself.
        let checkout = try ScratchFolder()
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = checkout.path as String] in
            try await PrivatePostgres.run(.kept(checkout: path)) { cluster in
                let text = Data("\(cluster.processID)".utf8)
                _ = FileManager.default.createFile(atPath: "\(path)/note", contents: text)
                kill(getpid(), SIGKILL)
            }
        }
        let postmaster = try #require(contents("\(checkout.path)/note").flatMap { Int32($0) })
        #expect(await eventually { !isAlive(postmaster) })
        let log = try #require(contents("\(checkout.path)/.waypost/postgres/postgres.log"))
        #expect(log.contains("database system is shut down"))
        let next = try await PrivatePostgres.run(.kept(checkout: checkout.path)) { $0.processID }
        #expect(next != postmaster)
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
        let words = try #require(contents(note)).split(separator: " ").map(String.init)
        let processID = try #require(Int32(words[0]))
        #expect(await eventually { !isAlive(processID) })
        #expect(await eventually { !FileManager.default.fileExists(atPath: words[1]) })
    }
}

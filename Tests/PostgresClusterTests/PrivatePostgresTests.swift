import FoundationEssentials
import Glibc
import Postgres
import PostgresCluster
import TestSupport
import Testing

@Suite struct PrivatePostgresTests {
    @Test("From a path of 150 characters it starts, and its data is there the next time")
    func longPath() async throws {
        let checkout = try ScratchFolder(pathLengthMin: 150)
        #expect(checkout.path.utf8.count >= 150)
        let first = try await PrivatePostgres.run(.kept(checkout: checkout.path)) { cluster in
            try connect(cluster).execute("CREATE TABLE kept AS SELECT 42 AS answer")
            return cluster
        }
        #expect(first.dataFolder.hasPrefix(checkout.path + "/.waypost/"))
        #expect(!FileManager.default.fileExists(atPath: first.socketFolder))
        let answer = try await PrivatePostgres.run(.kept(checkout: checkout.path)) { cluster in
            try connect(cluster).query("SELECT answer FROM kept").integer(0, 0)
        }
        #expect(answer == 42)
    }

    @Test("It listens nowhere but on a socket in a closed folder, and not as root")
    func closed() async throws {
        let cluster = try await TestPostgres.shared.cluster()
        let connection = try connect(cluster)
        #expect(try connection.query("SHOW listen_addresses")[0, 0] == "")
        let folder = try FileManager.default.attributesOfItem(atPath: cluster.socketFolder)
        #expect(folder[.posixPermissions] as? UInt == 0o700)
        let status = try #require(contents("/proc/\(cluster.processID)/status"))
        let ids = status.split(separator: "\n").filter {
            $0.hasPrefix("Uid:") || $0.hasPrefix("Gid:") || $0.hasPrefix("Groups:")
        }
        #expect(ids.count == 3)
        #expect(!ids.flatMap { $0.split(whereSeparator: \.isWhitespace) }.contains("0"))
    }

    @Test("The end of the call leaves no process and, of a throwaway cluster, no file")
    func stop() async throws {
        let (cluster, processes) = try await PrivatePostgres.run(.throwaway()) { cluster in
            (cluster, relatives(of: cluster))
        }
        #expect(processes.count >= 3)
        // The watcher is told to end, not waited for.
        #expect(await eventually { processes.allSatisfy { !isAlive($0) } })
        #expect(!FileManager.default.fileExists(atPath: cluster.dataFolder))
        #expect(!FileManager.default.fileExists(atPath: cluster.socketFolder))
    }

    @Test("Two checkouts run side by side and do not see each other")
    func sideBySide() async throws {
        let one = try ScratchFolder()
        let other = try ScratchFolder()
        try await PrivatePostgres.run(.kept(checkout: one.path)) { first in
            try connect(first).execute("CREATE DATABASE only_here")
            try await PrivatePostgres.run(.kept(checkout: other.path)) { second in
                #expect(first.socketFolder != second.socketFolder)
                let rows = try connect(second).query(
                    "SELECT FROM pg_database WHERE datname = 'only_here'"
                )
                #expect(rows.count == 0)
            }
            #expect(try connect(first).query("SELECT 1").integer(0, 0) == 1)
        }
    }

    @Test("A checkout whose cluster runs already is refused, and the running one stays")
    func alreadyRunning() async throws {
        let checkout = try ScratchFolder()
        try await PrivatePostgres.run(.kept(checkout: checkout.path)) { cluster in
            await #expect(throws: ClusterError.alreadyRunning(processID: getpid())) {
                try await PrivatePostgres.run(.kept(checkout: checkout.path)) { _ in }
            }
            let answer = try connect(cluster).query("SELECT 1").integer(0, 0)
            #expect(answer == 1)
        }
    }

    @Test("A stale postmaster is found, stopped and told about; its data is kept")
    func stale() async throws {
        let checkout = try ScratchFolder()
        let left = Box<Int32>()
        await #expect(throws: (any Error).self) {
            try await PrivatePostgres.run(.kept(checkout: checkout.path)) { cluster in
                try connect(cluster).execute("CREATE TABLE kept AS SELECT 42 AS answer")
                left.value = cluster.processID
                // What looks after PostgreSQL dies, and PostgreSQL goes on.
                for process in relatives(of: cluster) where process != cluster.processID {
                    kill(process, SIGKILL)
                }
                try await Task.sleep(for: .seconds(60))
            }
        }
        let postmaster = try #require(left.value)
        #expect(isAlive(postmaster))
        let notes = Box<[ClusterNote]>()
        let configuration = PrivatePostgresConfiguration.kept(checkout: checkout.path)
        let answer = try await PrivatePostgres.run(
            configuration,
            note: { notes.value = (notes.value ?? []) + [$0] }
        ) { cluster in
            #expect(cluster.processID != postmaster)
            return try connect(cluster).query("SELECT answer FROM kept").integer(0, 0)
        }
        #expect(answer == 42)
        #expect(notes.value == [.staleStopped(processID: postmaster)])
        #expect(!isAlive(postmaster))
    }

    @Test("Backends whose postmaster was killed are ended before a new one starts on their data")
    func orphans() async throws {
        let checkout = try ScratchFolder()
        let orphan = Box<Int32>()
        await #expect(throws: (any Error).self) {
            try await PrivatePostgres.run(.kept(checkout: checkout.path)) { cluster in
                let connection = try connect(cluster)
                orphan.value = connection.processID
                // A stopped backend cannot notice that its postmaster is gone.
                kill(connection.processID, SIGSTOP)
                kill(cluster.processID, SIGKILL)
                try await Task.sleep(for: .seconds(60))
            }
        }
        let backend = try #require(orphan.value)
        #expect(isAlive(backend))
        // SIGQUIT waits until the process goes on.
        let waking = Task {
            try await Task.sleep(for: .milliseconds(300))
            kill(backend, SIGCONT)
        }
        let answer = try await PrivatePostgres.run(.kept(checkout: checkout.path)) { cluster in
            #expect(!isAlive(backend))
            return try connect(cluster).query("SELECT 1").integer(0, 0)
        }
        try await waking.value
        #expect(answer == 1)
    }

    @Test("A file left by a crash whose number now belongs to another process is no obstacle")
    func recycledNumber() async throws {
        let checkout = try ScratchFolder()
        let data = try await PrivatePostgres.run(.kept(checkout: checkout.path)) { $0.dataFolder }
        let file = "\(getpid())\n\(data)\n1\n5432\n\n\n\nready   \n"
        #expect(
            FileManager.default.createFile(
                atPath: "\(data)/postmaster.pid",
                contents: Data(file.utf8)
            )
        )
        let answer = try await PrivatePostgres.run(.kept(checkout: checkout.path)) { cluster in
            #expect(cluster.processID != getpid())
            return try connect(cluster).query("SELECT 1").integer(0, 0)
        }
        #expect(answer == 1)
    }

    @Test("Cancelling the task stops PostgreSQL in good order")
    func cancelled() async throws {
        let checkout = try ScratchFolder()
        let running = Box<RunningCluster>()
        let task = Task {
            try await PrivatePostgres.run(.kept(checkout: checkout.path)) { cluster in
                running.value = cluster
                try await Task.sleep(for: .seconds(60))
            }
        }
        #expect(await eventually(within: .seconds(30)) { running.value != nil })
        task.cancel()
        await #expect(throws: (any Error).self) { try await task.value }
        let cluster = try #require(running.value)
        #expect(!isAlive(cluster.processID))
        #expect(contents(cluster.log)?.contains("database system is shut down") == true)
    }

    @Test("PostgreSQL that ends by itself ends the call with an error")
    func ended() async throws {
        let error = await #expect(throws: ClusterError.self) {
            try await PrivatePostgres.run(.throwaway()) { cluster in
                kill(cluster.processID, SIGKILL)
                try await Task.sleep(for: .seconds(60))
            }
        }
        guard case .ended = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("A setting PostgreSQL does not know is an error with its own words, and no file is left")
    func notStarted() async throws {
        let error = await #expect(throws: ClusterError.self) {
            try await PrivatePostgres.run(.throwaway(settings: ["no_such_setting": "1"])) { _ in }
        }
        guard case .notStarted(let lastLines, let log) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(lastLines.contains("no_such_setting"))
        #expect(!FileManager.default.fileExists(atPath: log))
    }

    @Test("What the body throws comes out, and PostgreSQL is stopped")
    func bodyThrows() async throws {
        struct Sentinel: Error {}
        let running = Box<RunningCluster>()
        await #expect(throws: Sentinel.self) {
            try await PrivatePostgres.run(.throwaway()) { cluster in
                running.value = cluster
                throw Sentinel()
            }
        }
        #expect(!isAlive(try #require(running.value).processID))
    }
}

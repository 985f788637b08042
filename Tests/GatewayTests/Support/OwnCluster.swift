import Development
import FoundationEssentials
import Glibc
import Postgres
import PostgresCluster
import Testing

/// A PostgreSQL of one test's own, with the demonstration, that can be stopped and started again.
///
/// Its data and its socket's place stay from start to start.
actor OwnCluster {
    private let folder: String
    private var running: Task<Void, any Error>?
    private(set) var cluster: RunningCluster?

    /// Runs `body` with a cluster that has not been started, and removes everything afterwards.
    static func with(_ body: (OwnCluster) async throws -> Void) async throws {
        let own = OwnCluster(folder: "/tmp/waypost-own-\(UInt64.random(in: .min ... .max))")
        try FileManager.default.createDirectory(
            atPath: own.folder,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o755]
        )
        do {
            try await body(own)
        } catch {
            await own.stop()
            try? FileManager.default.removeItem(atPath: own.folder)
            throw error
        }
        await own.stop()
        try? FileManager.default.removeItem(atPath: own.folder)
    }

    private init(folder: String) { self.folder = folder }

    /// Starts PostgreSQL and waits until it takes connections.
    @discardableResult
    func start() async throws -> RunningCluster {
        let (clusters, continuation) = AsyncThrowingStream<RunningCluster, any Error>.makeStream()
        let checkout = folder
        // The least log: what a crash forgets is forgotten each time.
        let settings = ["fsync": "off", "wal_level": "minimal", "max_wal_senders": "0"]
        running = Task.detached {
            do {
                try await PrivatePostgres.run(
                    .kept(checkout: checkout, settings: settings)
                ) { cluster in
                    continuation.yield(cluster)
                    try await Task.sleep(for: .seconds(1_000_000))
                }
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
                throw error
            }
        }
        for try await found in clusters {
            cluster = found
            return found
        }
        throw CancellationError()
    }

    /// Starts PostgreSQL for the first time and loads the demonstration.
    func startWithDemonstration() async throws {
        let cluster = try await start()
        try DemonstrationDatabase(folder: Checkout.topics) { cluster.dsn(database: $0) }.prepare()
    }

    /// Stops PostgreSQL in good order and waits until it is gone.
    func stop() async {
        running?.cancel()
        _ = await running?.result
        running = nil
    }

    /// Kills PostgreSQL, as a lack of memory would, and waits until it is gone.
    func kill() async throws {
        let process = try #require(cluster?.processID)
        Glibc.kill(process, SIGQUIT)
        _ = await running?.result
        running = nil
    }

    /// The way into the demonstration.
    func dsn(user: String = "postgres") throws -> String {
        try #require(cluster).dsn(database: DemonstrationDatabase.name, user: user)
    }

    /// Runs statements as the superuser.
    func sql(_ sql: String) throws {
        try PostgresConnection(ConnectionString(dsn(), applicationName: "waypost-test")).execute(
            sql
        )
    }

    /// The first column of the first row.
    func value(_ sql: String) throws -> String {
        let connection = try PostgresConnection(
            ConnectionString(dsn(), applicationName: "waypost-test")
        )
        return try #require(try connection.query(sql)[0, 0])
    }
}

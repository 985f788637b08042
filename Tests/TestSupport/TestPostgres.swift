internal import Postgres
public import PostgresCluster

/// The one PostgreSQL of a test process: started on first use, gone when the process is.
public actor TestPostgres {
    /// The cluster every suite of the process shares.
    public static let shared = TestPostgres()

    private var starting: Task<RunningCluster, any Error>?
    private var templates: [String: Task<Void, any Error>] = [:]
    private var lastPreparation: Task<Void, any Error>?
    private var databaseCount = 0

    private init() {}

    /// The running cluster.
    ///
    /// - Returns: How to reach it; the same for every caller.
    /// - Throws: `ClusterError` when PostgreSQL could not be started, the same for every caller.
    public func cluster() async throws -> RunningCluster {
        if let starting { return try await starting.value }
        let task = Task { try await Self.start() }
        starting = task
        return try await task.value
    }

    /// Makes a database from a template, which is prepared first where it has not been.
    func makeDatabase(from template: DatabaseTemplate) async throws -> TestDatabase {
        let cluster = try await cluster()
        try await prepare(template, in: cluster)
        databaseCount += 1
        let name = "test_\(databaseCount)"
        try Self.connect(cluster).execute(
            "CREATE DATABASE \"\(name)\" TEMPLATE \"\(Self.databaseName(template))\""
        )
        return TestDatabase(name: name, cluster: cluster)
    }

    /// Connects to the cluster's own database as superuser.
    static func connect(_ cluster: RunningCluster) throws(PostgresError) -> PostgresConnection {
        let connection = try PostgresConnection(
            ConnectionString(cluster.dsn(), applicationName: "waypost-test")
        )
        connection.statementDeadline = .seconds(60)
        return connection
    }

    private func prepare(_ template: DatabaseTemplate, in cluster: RunningCluster) async throws {
        if let known = templates[template.name] { return try await known.value }
        let before = lastPreparation
        let task = Task {
            // Another template's failure is its own users' to report.
            _ = await before?.result
            let name = Self.databaseName(template)
            try Self.connect(cluster).execute("CREATE DATABASE \"\(name)\"")
            try await template.prepare(cluster.dsn(database: name))
        }
        templates[template.name] = task
        lastPreparation = task
        try await task.value
    }

    private static func databaseName(_ template: DatabaseTemplate) -> String {
        "template_\(template.name)"
    }

    /// Starts the cluster in a task that lasts as long as the process.
    ///
    /// Nothing stops it at the end: PostgreSQL goes with the process, which is what a test run that
    /// is killed needs anyway.
    private static func start() async throws -> RunningCluster {
        let (clusters, continuation) = AsyncThrowingStream<RunningCluster, any Error>.makeStream()
        Task.detached {
            do {
                try await PrivatePostgres.run(.throwaway()) { cluster in
                    continuation.yield(cluster)
                    try await Task.sleep(for: .seconds(1_000_000))
                }
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
        }
        for try await cluster in clusters { return cluster }
        throw CancellationError()
    }
}

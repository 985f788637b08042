internal import Dispatch
public import Postgres
public import PostgresCluster

/// One database for one test or suite, in the cluster of this test process.
public struct TestDatabase: Sendable {
    /// The database's name.
    public let name: String
    /// The cluster it lives in, shared with other tests.
    public let cluster: RunningCluster

    /// Makes a fresh database; the first call starts PostgreSQL, in about a second.
    ///
    /// - Parameter template: What the database holds.
    /// - Returns: A database no other test uses.
    /// - Throws: What kept PostgreSQL from starting, or what the template threw.
    public static func make(
        from template: DatabaseTemplate = .empty
    ) async throws -> TestDatabase {
        try await TestPostgres.shared.makeDatabase(from: template)
    }

    /// Makes a database, runs `body` with it and drops it soon after.
    ///
    /// So a large suite's disk stays small.
    ///
    /// - Parameters:
    ///   - template: What the database holds.
    ///   - body: May leave connections open: they are cut.
    /// - Returns: What `body` returned.
    /// - Throws: What `body` threw, or what ``make(from:)`` throws.
    public static func with<R: Sendable>(
        _ template: DatabaseTemplate = .empty,
        _ body: @Sendable (TestDatabase) async throws -> R
    ) async throws -> R {
        let database = try await make(from: template)
        // Dropping waits for every backend of the cluster, and the pool has as many threads as the
        // machine has cores: with the tests that use those backends on them, all would stand still.
        // That it failed is nobody's to know: the cluster goes with the process.
        defer { droppingQueue.async { try? database.drop() } }
        return try await body(database)
    }

    private static let droppingQueue = DispatchQueue(label: "dropping test databases")

    /// The way in as the superuser `postgres`.
    public var superuserDSN: String { dsn(user: "postgres") }

    /// The way in as `waypost`, the role a gateway logs in as; the template must have made it.
    public var waypostDSN: String { dsn(user: "waypost") }

    /// The way in as any role that may log in.
    ///
    /// - Parameter user: The role; no password is asked for.
    /// - Returns: A text for ``ConnectionString``.
    public func dsn(user: String) -> String {
        cluster.dsn(database: name, user: user)
    }

    /// Connects.
    ///
    /// - Parameter user: The role. Default the superuser.
    /// - Returns: A connection with a statement deadline of 30 s, so that no test hangs.
    /// - Throws: `PostgresError`.
    public func connect(user: String = "postgres") throws(PostgresError) -> PostgresConnection {
        let connection = try PostgresConnection(
            ConnectionString(dsn(user: user), applicationName: "waypost-test")
        )
        connection.statementDeadline = .seconds(30)
        return connection
    }

    /// Cuts every connection to this database, as a restart of PostgreSQL would.
    ///
    /// - Returns: How many were cut.
    /// - Throws: `PostgresError`.
    @discardableResult
    public func cutConnections() throws(PostgresError) -> Int {
        try TestPostgres.connect(cluster).query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1",
            [name]
        ).count
    }

    /// Removes the database and cuts its connections.
    ///
    /// - Throws: `PostgresError`.
    public func drop() throws(PostgresError) {
        try TestPostgres.connect(cluster).execute("DROP DATABASE \"\(name)\" WITH (FORCE)")
    }
}

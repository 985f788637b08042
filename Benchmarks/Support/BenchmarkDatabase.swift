import Development
import Postgres
import PostgresCluster

/// A private PostgreSQL with the demonstration domain, thrown away afterwards.
struct BenchmarkDatabase: Sendable {
    let cluster: RunningCluster

    /// The settings of a server that keeps what it was told, on a small machine.
    static let durable = [
        "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on",
        "wal_level": "replica", "max_wal_senders": "10", "max_wal_size": "4GB",
        "shared_buffers": "512MB", "max_connections": "200",
    ]

    /// The same without waiting for the disk.
    static let light = durable.merging(["fsync": "off", "synchronous_commit": "off"]) { $1 }

    static func with<Answer: Sendable>(
        _ surroundings: Surroundings,
        settings: [String: String],
        _ body: @escaping @Sendable (BenchmarkDatabase) async throws -> Answer
    ) async throws -> Answer {
        let topics = surroundings.topics
        return try await PrivatePostgres.run(.throwaway(settings: settings)) { cluster in
            try DemonstrationDatabase(folder: topics) { cluster.dsn(database: $0) }.prepare()
            return try await body(BenchmarkDatabase(cluster: cluster))
        }
    }

    func dsn(user: String = "postgres") -> String {
        cluster.dsn(database: DemonstrationDatabase.name, user: user)
    }

    func connect(user: String = "postgres") throws(PostgresError) -> PostgresConnection {
        try PostgresConnection(ConnectionString(dsn(user: user), applicationName: "Benchmarks"))
    }
}

extension BenchmarkDatabase {
    /// Ana of the demonstration.
    static let ana = "a0000000-0000-4000-8000-000000000001"

    /// The process of PostgreSQL that reads windows for the gateway.
    func readerProcessID() throws(PostgresError) -> Int {
        let rows = try connect().query(
            "SELECT pid FROM pg_stat_activity WHERE application_name = 'waypost reader'"
        )
        return rows.integer(0, 0).map(Int.init) ?? 0
    }

    /// Gives Ana trips, each with items, and answers nothing else: trips begin at 1001, and item
    /// `n` of trip `t` has the id `t * 1000 + n`.
    func addTrips(_ tripCount: Int, itemCount: Int) throws(PostgresError) {
        try connect().execute(
            """
            SET session_replication_role = replica;
            INSERT INTO public.trips (id, user_id, name, start_date, end_date, destination)
            SELECT 1000 + t, '\(Self.ana)', 'Trip ' || t, '2027-01-01', '2027-01-08', 'Somewhere'
            FROM generate_series(1, \(tripCount)) AS t;
            INSERT INTO public.itinerary_items (id, trip_id, day_number, title, location)
            SELECT (1000 + t) * 1000 + n, 1000 + t, n, 'Item ' || n, 'A place with a long name'
            FROM generate_series(1, \(tripCount)) AS t, generate_series(1, \(itemCount)) AS n;
            """
        )
        try connect().execute("VACUUM ANALYZE")
    }
}

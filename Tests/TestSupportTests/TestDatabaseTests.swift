import Locking
import Postgres
import PostgresCluster
import TestSupport
import Testing

@Suite struct TestDatabaseTests {
    private static let preparations = Locked(0)

    private static let trips = DatabaseTemplate("trips") { dsn in
        preparations.withLock { $0 += 1 }
        let connection = try PostgresConnection(ConnectionString(dsn, applicationName: "test"))
        try connection.execute(
            """
            CREATE ROLE traveller LOGIN;
            CREATE TABLE trip (id int);
            INSERT INTO trip VALUES (1);
            GRANT SELECT ON trip TO traveller
            """
        )
    }

    @Test("A template is prepared once, and each copy is a database of its own")
    func copies() async throws {
        let databases = try await withThrowingTaskGroup(of: TestDatabase.self) { group in
            for _ in 0..<3 { group.addTask { try await TestDatabase.make(from: Self.trips) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(databases.map(\.name)).count == 3)
        #expect(Self.preparations.withLock { $0 } == 1)
        try databases[0].connect().execute("DELETE FROM trip")
        #expect(try databases[1].connect().query("TABLE trip").count == 1)
        let gateway = try databases[1].connect(user: "traveller")
        #expect(try gateway.query("SELECT current_user")[0, 0] == "traveller")
        #expect(try gateway.query("TABLE trip").count == 1)
    }

    @Test("A template that fails fails each of its users, and nobody else")
    func failingTemplate() async throws {
        struct Sentinel: Error {}
        let broken = DatabaseTemplate("broken") { _ in throw Sentinel() }
        await #expect(throws: Sentinel.self) { try await TestDatabase.make(from: broken) }
        await #expect(throws: Sentinel.self) { try await TestDatabase.make(from: broken) }
        #expect(try await TestDatabase.make().connect().isAlive)
    }

    @Test("A database goes soon after its body, connections and all")
    func dropped() async throws {
        let name = try await TestDatabase.with { database in
            let connection = try database.connect()
            try connection.execute("BEGIN; CREATE TABLE open_still (id int)")
            // Still open when the body ends: its object lives in the list below.
            let task = Task.detached { try await Task.sleep(for: .milliseconds(200)) }
            _ = await task.result
            return withExtendedLifetime(connection) { database.name }
        }
        let cluster = try await TestPostgres.shared.cluster()
        let administrator = try PostgresConnection(
            ConnectionString(cluster.dsn(), applicationName: "test")
        )
        let isGone = try await eventually {
            try administrator.query("SELECT FROM pg_database WHERE datname = $1", [name]).count == 0
        }
        #expect(isGone)
    }

    @Test("Cut connections are lost for those who hold them, and new ones can be made")
    func cut() async throws {
        let database = try await TestDatabase.make()
        let connection = try database.connect()
        #expect(try database.cutConnections() == 1)
        let error = #expect(throws: PostgresError.self) {
            while true { _ = try connection.query("SELECT 1") }
        }
        #expect(error?.isConnectionLost == true)
        #expect(try database.connect().isAlive)
    }
}

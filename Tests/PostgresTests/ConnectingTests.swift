import Postgres
import PostgresCluster
import TestSupport
import Testing

@Suite struct ConnectingTests {
    @Test("A refused login names its SQLSTATE")
    func refusedLogin() async throws {
        let database = try await TestDatabase.make()
        let error = failure(database.dsn(user: "nobody_of_this_name"))
        #expect(error?.sqlState == "28000" && error?.reason == .refused)
        #expect(error?.isConnectionLost == true)
        #expect(error?.description == "connect: refused by the database (SQLSTATE 28000)")
    }

    @Test("A missing database names its SQLSTATE")
    func missingDatabase() async throws {
        let cluster = try await TestPostgres.shared.cluster()
        #expect(failure(cluster.dsn(database: "no_such_place"))?.sqlState == "3D000")
    }

    @Test("Nobody at the port is an error at once")
    func nobody() {
        let start = ContinuousClock.now
        let error = failure("host=127.0.0.1 port=\(FreePort.next())")
        #expect(error?.reason == .connectionLost && error?.isConnectionLost == true)
        #expect(ContinuousClock.now - start < .seconds(15))
    }

    @Test("A host that accepts and never answers is given up after the timeout")
    func silentHost() throws {
        let listener = try SilentListener()
        let start = ContinuousClock.now
        let error = failure("host=127.0.0.1 port=\(listener.port)", timeout: .milliseconds(300))
        #expect(error?.reason == .deadlinePassed)
        #expect((.milliseconds(300) ..< .seconds(5)).contains(ContinuousClock.now - start))
    }

    @Test("A dead first host does not use up the time of the second")
    func secondHost() async throws {
        let cluster = try await TestPostgres.shared.cluster()
        let listener = try SilentListener()
        let string = ConnectionString(
            "host=127.0.0.1,\(cluster.socketFolder) port=\(listener.port),5432 "
                + "dbname=postgres user=postgres",
            applicationName: "test"
        )
        let connection = try PostgresConnection(string, connectTimeout: .milliseconds(300))
        #expect(try connection.query("SELECT 1").integer(0, 0) == 1)
    }

    @Test(
        "A text libpq cannot read is an error that does not repeat it",
        arguments: ["hunter2", "host='hunter2", "postgres://[hunter2", "hunter2=\0"]
    )
    func malformed(dsn: String) {
        let error = failure(dsn)
        #expect(error?.isConnectionLost == true)
        #expect(error.map { !"\($0)".contains("hunter2") } == true)
        #expect(!"\(ConnectionString(dsn, applicationName: "test"))".contains("hunter2"))
        let mirrored = String(reflecting: ConnectionString(dsn, applicationName: "test"))
        #expect(!mirrored.contains("hunter2"))
    }

    @Test("Only so many connections: the one too many is refused with 53300")
    func tooMany() async throws {
        let database = try await TestDatabase.make(
            from: DatabaseTemplate("login") { dsn in
                try PostgresConnection(ConnectionString(dsn, applicationName: "test"))
                    .execute("CREATE ROLE single LOGIN CONNECTION LIMIT 1")
            }
        )
        let first = try database.connect(user: "single")
        #expect(failure(database.dsn(user: "single"))?.sqlState == "53300")
        #expect(first.isAlive)
    }

    private func failure(_ dsn: String, timeout: Duration = .seconds(5)) -> PostgresError? {
        do throws(PostgresError) {
            _ = try PostgresConnection(
                ConnectionString(dsn, applicationName: "test"),
                connectTimeout: timeout
            )
            return nil
        } catch {
            return error
        }
    }
}

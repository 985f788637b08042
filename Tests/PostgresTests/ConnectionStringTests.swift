import Testing

@testable import Postgres

@Suite struct ConnectionStringTests {
    @Test(
        "A text that libpq cannot read is known before anybody connects",
        arguments: [
            ("host=db user=waypost password='two words'", true),
            ("postgres://waypost:word@db:5433/app?sslmode=require", true), ("", true),
            ("hots=db", false), ("word", false), ("host='db", false),
            ("postgres://waypost@[::1", false), ("host=db\0", false),
        ]
    )
    func readable(dsn: String, isReadable: Bool) {
        let string = ConnectionString(dsn, applicationName: "test")
        #expect(string.isReadable == isReadable)
    }

    @Test("What the text says wins over the defaults, but the encoding is fixed")
    func precedence() throws {
        let attempts = try ConnectionString(
            "host=a application_name=own keepalives_idle=5 client_encoding=LATIN1",
            applicationName: "waypost"
        ).attempts()
        let settings = try #require(attempts.first)
        #expect(attempts.count == 1)
        #expect(settings["application_name"] == "own")
        #expect(settings["keepalives_idle"] == "5")
        #expect(settings["keepalives_interval"] == "10")
        #expect(settings["client_encoding"] == "UTF8")
    }

    @Test("Each host is an attempt of its own, with its own port or the common one")
    func hosts() throws {
        let own = try attempts("host=a,b port=1,2 dbname=trips")
        #expect(own.map { $0["host"] } == ["a", "b"])
        #expect(own.map { $0["port"] } == ["1", "2"])
        #expect(own.map { $0["dbname"] } == ["trips", "trips"])
        let common = try attempts("postgres://user@a,b/trips?port=7")
        #expect(common.map { $0["host"] } == ["a", "b"])
        let addresses = try attempts("hostaddr=127.0.0.1,::1 host=a,b")
        #expect(addresses.map { $0["hostaddr"] } == ["127.0.0.1", "::1"])
    }

    @Test("Lists that do not fit go to libpq whole, which explains the mistake")
    func misfit() throws {
        let attempts = try attempts("host=a,b port=1,2,3")
        #expect(attempts.map { $0["host"] } == ["a,b"])
        let error = #expect(throws: PostgresError.self) {
            try PostgresConnection(
                ConnectionString("host=a,b port=1,2,3", applicationName: "test")
            )
        }
        #expect(error?.serverMessage?.contains("port") == true)
    }

    private func attempts(_ dsn: String) throws -> [[String: String]] {
        try ConnectionString(dsn, applicationName: "test").attempts()
    }
}

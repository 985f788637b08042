import Postgres
import TestSupport
import Testing

@Suite struct PostgresConnectionTests {
    @Test("Values come back as they were sent, NULL and empty text apart")
    func roundTrip() async throws {
        let connection = try await TestDatabase.make().connect()
        let rows = try connection.query(
            "SELECT $1::text, $2::text, $3::int8, $4::bool",
            ["Zürich ✈ '\\", nil, "-42", "t"]
        )
        #expect(rows.count == 1 && rows.columnCount == 4)
        #expect(rows[0, 0] == "Zürich ✈ '\\")
        #expect(rows[0, 1] == nil && rows.isNull(0, 1))
        #expect(rows.integer(0, 2) == -42)
        #expect(rows.boolean(0, 3) == true)
        #expect(try connection.query("SELECT $1::text", [""])[0, 0] == "")
    }

    @Test("A value of 8 MiB passes in both directions without a cut")
    func largeValue() async throws {
        let connection = try await TestDatabase.make().connect()
        let text = String(repeating: "0123456789abcdef", count: 1 << 19)
        let rows = try connection.query("SELECT $1::text, length($1)", [text])
        #expect(rows.bytes(0, 0) == Array(text.utf8))
        #expect(rows.integer(0, 1) == 8 << 20)
    }

    @Test("Several statements in one text are one transaction")
    func execute() async throws {
        let connection = try await TestDatabase.make().connect()
        try connection.execute("CREATE TABLE trip (id int); INSERT INTO trip VALUES (1)")
        #expect(throws: PostgresError.self) {
            try connection.execute("INSERT INTO trip VALUES (2); SELECT 1 / 0")
        }
        #expect(try connection.query("SELECT count(*) FROM trip").integer(0, 0) == 1)
        #expect(connection.isAlive)
    }

    @Test("An error keeps its SQLSTATE, hides the words and leaves the connection usable")
    func refusal() async throws {
        let connection = try await TestDatabase.make().connect()
        let error = #expect(throws: PostgresError.self) {
            try connection.query("SELECT secret_column FROM pg_class WHERE relname = $1", ["x"])
        }
        #expect(error?.sqlState == "42703")
        #expect(error?.reason == .refused && error?.operation == .query)
        #expect(error?.isConnectionLost == false)
        #expect(error?.serverMessage?.contains("secret_column") == true)
        #expect(error?.description == "query: refused by the database (SQLSTATE 42703)")
        #expect(try connection.query("SELECT 1").integer(0, 0) == 1)
    }

    @Test("A NUL byte is refused before anything is sent, in a text and in a parameter")
    func containsNUL() async throws {
        let connection = try await TestDatabase.make().connect()
        func refusal(_ body: () throws -> Void) -> PostgresError.Reason? {
            #expect(throws: PostgresError.self) { try body() }?.reason
        }
        #expect(refusal { _ = try connection.query("SELECT $1::text", ["a\0b"]) } == .containsNUL)
        #expect(refusal { _ = try connection.query("SELECT 1\0; garbage") } == .containsNUL)
        #expect(refusal { try connection.execute("SELECT 1\0") } == .containsNUL)
        #expect(refusal { try connection.prepare("a\0", "SELECT 1") } == .containsNUL)
        #expect(refusal { _ = try connection.queryPrepared("a", ["\0"]) } == .containsNUL)
        #expect(refusal { try connection.start("\0") } == .containsNUL)
        let steps = [PipelineStep.query("SELECT $1", ["\0"])]
        #expect(refusal { _ = try connection.pipeline(steps) } == .containsNUL)
        #expect(try connection.query("SELECT 1").integer(0, 0) == 1)
    }

    @Test("A prepared statement runs with new parameters each time")
    func prepared() async throws {
        let connection = try await TestDatabase.make().connect()
        try connection.prepare("double", "SELECT $1::int8 * 2")
        #expect(try connection.queryPrepared("double", ["21"]).integer(0, 0) == 42)
        #expect(try connection.queryPrepared("double", ["4"]).integer(0, 0) == 8)
        let error = #expect(throws: PostgresError.self) {
            try connection.queryPrepared("triple", ["4"])
        }
        #expect(error?.sqlState == "26000")
    }

    @Test("COPY is refused instead of hanging")
    func copy() async throws {
        let database = try await TestDatabase.make()
        for sql in ["COPY (SELECT 1) TO STDOUT", "COPY pg_class FROM STDIN"] {
            let connection = try database.connect()
            let error = #expect(throws: PostgresError.self) { try connection.execute(sql) }
            #expect(error?.isConnectionLost == true || error?.reason == .refused)
            #expect(error?.reason == .copyNotOffered || error?.sqlState != nil)
        }
    }

    @Test("Notices are swallowed and do not disturb the answer")
    func notices() async throws {
        let connection = try await TestDatabase.make().connect()
        try connection.execute("DO $$ BEGIN RAISE WARNING 'swallowed'; END $$")
        #expect(connection.isAlive)
    }

    @Test("Text is UTF-8 and the name stands in pg_stat_activity, whatever the text asks for")
    func session() async throws {
        let database = try await TestDatabase.make()
        let connection = try PostgresConnection(
            ConnectionString(
                database.superuserDSN + " client_encoding=LATIN1",
                applicationName: "one"
            )
        )
        #expect(try connection.query("SHOW client_encoding")[0, 0] == "UTF8")
        #expect(try connection.query("SHOW application_name")[0, 0] == "one")
        #expect(connection.serverVersion >= 150_000)
        let own = try connection.query("SELECT pg_backend_pid()").integer(0, 0)
        #expect(own == Int64(connection.processID))
    }

    @Test("A cursor reads a large answer a slice at a time, with other statements between")
    func cursor() async throws {
        let connection = try await TestDatabase.make().connect()
        try connection.execute(
            "BEGIN; DECLARE slices NO SCROLL CURSOR FOR SELECT n FROM generate_series(1, 2500) n"
        )
        var sum: Int64 = 0
        var sliceCount = 0
        while true {
            let rows = try connection.query("FETCH 1000 FROM slices")
            if rows.count == 0 { break }
            sliceCount += 1
            for row in 0..<rows.count { sum += rows.integer(row, 0) ?? 0 }
            _ = try connection.query("SELECT 1")
        }
        try connection.execute("COMMIT")
        #expect(sum == 2_500 * 2_501 / 2 && sliceCount == 3)
    }
}

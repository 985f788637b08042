import Postgres
import PostgresCluster
import TestSupport
import Testing

@Suite struct RowsTests {
    @Test(
        "Whole numbers of 64 bits are read, and nothing else",
        arguments: [
            ("0", 0), ("-1", -1), ("9223372036854775807", .max), ("-9223372036854775808", .min),
            ("9223372036854775808", nil), ("-9223372036854775809", nil), ("", nil), ("-", nil),
            ("1.5", nil), ("+1", nil), (" 1", nil), ("1e3", nil), ("٣", nil),
        ] as [(String, Int64?)]
    )
    func integer(text: String, expected: Int64?) async throws {
        let rows = try await shared().query("SELECT $1::text, NULL", [text])
        #expect(rows.integer(0, 0) == expected)
        #expect(rows.integer(0, 1) == nil)
    }

    @Test("Booleans are true, false or neither")
    func boolean() async throws {
        let rows = try await shared().query("SELECT true, false, NULL::bool, 'true'::text")
        #expect((0..<4).map { rows.boolean(0, $0) } == [true, false, nil, nil])
    }

    @Test("Bytes are read in place, and what the reader throws comes out")
    func withBytes() async throws {
        struct Sentinel: Error {}
        let rows = try await shared().query("SELECT 'Zürich'::text, NULL, ''")
        #expect(rows.withBytes(0, 0) { $0.count } == 7)
        #expect(rows.withBytes(0, 1) { $0.count } == nil)
        #expect(rows.withBytes(0, 2) { $0.count } == 0)
        #expect(rows.bytes(0, 2) == [])
        #expect(throws: Sentinel.self) {
            try rows.withBytes(0, 0) { (_) throws(Sentinel) -> Int in throw Sentinel() }
        }
    }

    @Test("Rows outlive their connection")
    func outlive() async throws {
        func rows() async throws -> Rows {
            try await TestDatabase.make().connect().query("SELECT 'kept'")
        }
        #expect(try await rows()[0, 0] == "kept")
    }

    @Test("The command's tag, its count and the columns' names are known")
    func command() async throws {
        let connection = try await TestDatabase.make().connect()
        try connection.execute("CREATE TABLE trip (id int)")
        let inserted = try connection.query("INSERT INTO trip VALUES (1), (2), (3)")
        #expect(inserted.commandTag == "INSERT 0 3" && inserted.affectedCount == 3)
        #expect(inserted.count == 0 && inserted.columnCount == 0)
        let created = try connection.query("CREATE TABLE other ()")
        #expect(created.affectedCount == nil)
        let rows = try connection.query(#"SELECT id, 1 AS "Größe" FROM trip"#)
        #expect(rows.columnName(0) == "id" && rows.columnName(1) == "Größe")
    }

    @Test("An index out of range is a programmer's error")
    func outOfRange() async {
        await #expect(processExitsWith: .failure) {
            let cluster = try await TestPostgres.shared.cluster()
            let connection = try PostgresConnection(
                ConnectionString(cluster.dsn(), applicationName: "test")
            )
            _ = try connection.query("SELECT 1")[0, 1]
        }
    }

    /// A connection to the cluster's own database: nothing is written there.
    private func shared() async throws -> PostgresConnection {
        let cluster = try await TestPostgres.shared.cluster()
        return try PostgresConnection(ConnectionString(cluster.dsn(), applicationName: "test"))
    }
}

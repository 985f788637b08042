import Postgres
import TestSupport
import Testing

@testable import Outbox

@Suite(.serialized) struct WindowRangeTests {
    /// The partition of a day, counted from today.
    private static func partition(
        _ table: String,
        day: Int,
        _ connection: PostgresConnection
    ) throws -> String {
        let rows = try connection.query(
            "SELECT to_char((now() AT TIME ZONE 'utc')::date + $1::int, 'YYYY_MM_DD')",
            ["\(day)"]
        )
        return "realtime.\(table)_\(try #require(rows[0, 0]))"
    }

    @Test("Yesterday, today and tomorrow are searched, and no day after that")
    func days() async throws {
        try await TestDatabase.with(.outbox) { database in
            let connection = try database.connect(user: "waypost")
            try connection.execute(WindowSQL.session)
            let range = try WindowRange(connection)
            let days = try (-1...1).map { try Self.partition("changes", day: $0, connection) }
            #expect(range.changes.sorted() == days.sorted())
            #expect(range.messages.count == 3)
        }
    }

    @Test("A statement prepared over empty tables enters a filled one by its index on xid")
    func planMadeEmpty() async throws {
        try await TestDatabase.with(.outbox) { database in
            let writer = try database.connect()
            let connection = try database.connect(user: "waypost")
            try connection.execute(WindowSQL.session)
            try connection.execute(
                "PREPARE first (pg_snapshot, xid8, xid8[], bigint, bigint) AS "
                    + WindowSQL.first(try WindowRange(connection))
            )
            let partition = try Self.partition("changes", day: 0, connection)
            try writer.execute("ALTER TABLE \(partition) SET (autovacuum_enabled = off)")
            let before = try Self.bufferCount(of: "first", connection)
            try writer.execute(
                """
                INSERT INTO realtime.changes (table_schema, table_name, operation)
                SELECT 'public', 'trips', 'INSERT' FROM generate_series(1, 20000)
                """
            )
            let after = try Self.bufferCount(of: "first", connection)
            // One level more of the index, and what the first look at new pages costs.
            #expect(after <= before + 12)
        }
    }

    private static func bufferCount(
        of statement: String,
        _ connection: PostgresConnection
    ) throws -> Int {
        let text = try #require(try connection.query(WindowSQL.snapshot)[0, 0])
        let snapshot = try #require(Snapshot(parsing: text))
        let execute = """
            EXECUTE \(statement)('\(snapshot.text)', '\(snapshot.next)',
                '\(snapshot.runningList)', 256, 1048576)
            """
        _ = try connection.query(execute)
        let plan = try connection.query("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) \(execute)")
        let hits = try connection.query(
            """
            SELECT (p #>> '{0,Plan,Shared Hit Blocks}')::bigint
                + (p #>> '{0,Plan,Shared Read Blocks}')::bigint FROM (SELECT $1::jsonb AS p) AS plan
            """,
            [plan[0, 0]]
        )
        return Int(try #require(hits.integer(0, 0)))
    }

    @Test("A partition that is dropped while it is searched stops nobody")
    func dropped() async throws {
        try await TestDatabase.with(.outbox) { database in
            let writer = try database.connect()
            let reader = try WindowReader(
                connection: try database.connect(user: "waypost"),
                messageCountMax: 256,
                byteCountMax: 1 << 20,
                observe: { _ in }
            )
            var position = WindowPosition(delivered: try reader.snapshot())
            final class Names { var all: [String] = [] }
            let names = Names()
            try writer.execute("SELECT realtime.send('{}', 'before', 't')")
            _ = try reader.read(from: &position) { names.all += $0.messages.map(\.name) }
            for table in ["messages", "changes"] {
                let partition = try Self.partition(table, day: -1, writer)
                try writer.execute("ALTER TABLE realtime.\(table) DETACH PARTITION \(partition)")
                try writer.execute("DROP TABLE \(partition)")
            }
            try writer.execute("SELECT realtime.send('{}', 'after', 't')")
            _ = try reader.read(from: &position) { names.all += $0.messages.map(\.name) }
            #expect(names.all == ["before", "after"])
        }
    }
}

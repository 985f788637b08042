import Postgres
import TestSupport
import Testing

@testable import Outbox

@Suite(.serialized) struct SearchedDaysTests {
    /// The present as text for SQL: so long after the last midnight.
    private static func clock(_ sinceMidnight: String) -> String {
        "((now() AT TIME ZONE 'utc')::date + interval '\(sinceMidnight)')"
    }

    /// The partitions of days counted from today.
    private static func partitions(
        _ days: [Int],
        _ connection: PostgresConnection
    ) throws -> [String] {
        try days.map { day in
            let rows = try connection.query(
                "SELECT to_char((now() AT TIME ZONE 'utc')::date + $1::int, 'YYYY_MM_DD')",
                ["\(day)"]
            )
            return "realtime.changes_\(try #require(rows[0, 0]))"
        }
    }

    @Test(
        "Today is searched, and in the hour after midnight yesterday too, while it is that time",
        arguments: [
            ("0 minutes", [-1, 0], "59 minutes", "1 hour"),
            ("59 minutes", [-1, 0], "1 minute", "-1 minute"),
            ("1 hour", [0], "23:59:59", "59 minutes"),
            ("23:59:59", [0], "1 hour", "24 hours"),
        ]
    )
    func days(at time: String, days: [Int], same: String, other: String) async throws {
        try await TestDatabase.with(.outbox) { database in
            let connection = try database.connect(user: "waypost")
            try connection.execute(WindowSQL.session)
            let searched = try #require(
                try SearchedDays(connection, clock: Self.clock(time))
            )
            #expect(try searched.changes.sorted() == Self.partitions(days, connection))
            #expect(searched.messages.count == days.count)
            for (later, isPresent) in [(same, "t"), (other, "f")] {
                let condition = searched.isPresent.replacing(
                    Self.clock(time),
                    with: Self.clock(later)
                )
                #expect(try connection.query("SELECT \(condition)")[0, 0] == isPresent)
            }
        }
    }

    @Test("After the last day that has a partition the one without end is searched")
    func withoutEnd() async throws {
        try await TestDatabase.with(.outbox) { database in
            let connection = try database.connect(user: "waypost")
            try connection.execute(WindowSQL.session)
            let searched = try #require(
                try SearchedDays(connection, clock: Self.clock("1000 days 2 hours"))
            )
            #expect(searched.changes == ["realtime.changes_later"])
            #expect(searched.messages == ["realtime.messages_later"])
        }
    }

    @Test("A statement prepared over empty tables enters a filled one by its index on xid")
    func planMadeEmpty() async throws {
        try await TestDatabase.with(.outbox) { database in
            let writer = try database.connect()
            let connection = try database.connect(user: "waypost")
            try connection.execute(WindowSQL.session)
            let days = try #require(try SearchedDays(connection))
            try connection.execute(
                "PREPARE quick (xid8, xid8[]) AS "
                    + QuickSQL.firstWithRunning(days, countMax: 64)
            )
            for partition in days.changes {
                try writer.execute("ALTER TABLE \(partition) SET (autovacuum_enabled = off)")
            }
            let before = try bufferCount(connection)
            try writer.execute(
                """
                INSERT INTO realtime.changes (table_schema, table_name, operation)
                SELECT 'public', 'trips', 'INSERT' FROM generate_series(1, 20000)
                """
            )
            let after = try bufferCount(connection)
            // A level more of each index, and what the first look at new pages costs.
            #expect(after <= before + 24)
        }
    }

    private func bufferCount(_ connection: PostgresConnection) throws -> Int {
        let text = try #require(try connection.query(WindowSQL.snapshot)[0, 0])
        let snapshot = try #require(Snapshot(parsing: text))
        let execute = "EXECUTE quick('\(snapshot.next)', '{\(snapshot.oldestRunning - 1)}')"
        _ = try connection.query(execute)
        return try connection.bufferCount(of: execute)
    }
}

import Postgres
import TestSupport
import Testing

@testable import Outbox

/// What the quick statement does not read: other days, large windows, large rows.
@Suite(.serialized) struct WindowReaderDaysTests {
    /// A reader whose clock the test sets, with the names that it delivered.
    private final class Reading {
        let reader: WindowReader
        var position: WindowPosition
        private final class Box { var names: [String] = [] }
        private let box = Box()

        var names: [String] { box.names }

        init(_ database: TestDatabase, from position: WindowPosition? = nil) throws {
            reader = try WindowReader(
                connection: try database.connect(user: "waypost"),
                messageCountMax: 256,
                byteCountMax: 1 << 20,
                clock: "(SELECT now FROM public.clock)",
                observe: { _ in }
            )
            self.position = try position ?? WindowPosition(delivered: try reader.snapshot())
        }

        @discardableResult func read() throws -> WindowReader.Outcome {
            let box = box
            return try reader.read(from: &position) { box.names += $0.messages.map(\.name) }
        }

        func check() throws {
            let box = box
            _ = try reader.check(from: &position) { box.names += $0.messages.map(\.name) }
        }

        func catchUp() throws {
            let box = box
            _ = try reader.catchUp(from: &position) { box.names += $0.messages.map(\.name) }
        }
    }

    private func withDatabase(
        _ body: @Sendable (TestDatabase, PostgresConnection) async throws -> Void
    ) async throws {
        try await TestDatabase.with(.outbox) { database in
            let writer = try database.connect()
            try writer.execute(
                """
                CREATE TABLE public.clock (now timestamp);
                GRANT SELECT ON public.clock TO public;
                INSERT INTO public.clock
                    SELECT (now() AT TIME ZONE 'utc')::date + interval '12 hours'
                """
            )
            try await body(database, writer)
        }
    }

    /// Writes a message under a day counted from today.
    private func send(_ name: String, day: Int, _ writer: PostgresConnection) throws {
        try writer.execute(
            """
            INSERT INTO realtime.messages (topic, extension, event, private, payload, inserted_at)
            SELECT 't', 'broadcast', '\(name)', true, '{}',
                (now() AT TIME ZONE 'utc')::date + interval '12 hours'
                    + make_interval(days => \(day))
            """
        )
    }

    @Test("Rows of other days come a little later, each once; those of today at once, in order")
    func otherDays() async throws {
        try await withDatabase { database, writer in
            let reading = try Reading(database)
            let days = [0, 5, 0, 400, -1, 3, 0]
            for (number, day) in days.enumerated() {
                try send("\(number)", day: day, writer)
                try reading.read()
            }
            #expect(reading.names.filter { ["0", "2", "6"].contains($0) } == ["0", "2", "6"])
            #expect(reading.reader.checkDeadline(of: reading.position) != nil)
            try reading.check()
            #expect(reading.names.sorted() == (0...6).map(String.init))
            #expect(reading.reader.checkDeadline(of: reading.position) == nil)
            try reading.check()
            try reading.read()
            #expect(reading.names.count == days.count)
        }
    }

    @Test("A row of another day is not lost with the connection before it was looked for")
    func lostBetween() async throws {
        try await withDatabase { database, writer in
            let first = try Reading(database)
            try send("0", day: 0, writer)
            try first.read()
            try send("other", day: 3, writer)
            try send("1", day: 0, writer)
            try first.read()
            #expect(first.names == ["0", "1"])
            let second = try Reading(database, from: first.position)
            try second.catchUp()
            try send("2", day: 0, writer)
            try second.read()
            #expect(second.names == ["other", "2"])
        }
    }

    @Test("A window that is too large is read everywhere, and nothing of it again")
    func large() async throws {
        try await withDatabase { database, writer in
            let reading = try Reading(database)
            try send("early", day: 2, writer)
            try reading.read()
            try writer.execute("BEGIN")
            for number in 0..<100 { try send("\(number)", day: number % 7 == 0 ? 2 : 0, writer) }
            try writer.execute("COMMIT")
            try reading.read()
            #expect(reading.names == ["early"] + (0..<100).map(String.init))
            try send("last", day: 0, writer)
            try reading.read()
            try reading.check()
            #expect(reading.names.suffix(2) == ["99", "last"] && reading.names.count == 102)
        }
    }

    @Test("A large row does not keep the small ones beside it from coming in order")
    func largeRow() async throws {
        try await withDatabase { database, writer in
            let reading = try Reading(database)
            try writer.execute(
                """
                BEGIN;
                SELECT realtime.send('{}', 'before', 't');
                SELECT realtime.send(
                    jsonb_build_object('text', (
                        SELECT string_agg(md5(n::text), '') FROM generate_series(1, 2000) AS n
                    )), 'large', 't');
                SELECT realtime.send('{}', 'after', 't');
                COMMIT
                """
            )
            try reading.read()
            #expect(reading.names == ["before", "large", "after"])
        }
    }

    @Test("Over midnight everything comes once and in order")
    func midnight() async throws {
        try await withDatabase { database, writer in
            func set(_ time: String) throws {
                try writer.execute(
                    """
                    UPDATE public.clock
                    SET now = (now() AT TIME ZONE 'utc')::date + interval '\(time)'
                    """
                )
            }
            try set("23:59:59")
            let reading = try Reading(database)
            try send("0", day: 0, writer)
            try reading.read()
            // Began before midnight and is not over yet.
            let late = try database.connect()
            try late.execute("BEGIN")
            try send("1", day: 0, late)
            try set("24:00:01")
            try send("2", day: 1, writer)
            try reading.read()
            #expect(reading.names == ["0", "2"])
            try late.execute("COMMIT")
            try send("3", day: 1, writer)
            try reading.read()
            #expect(reading.names == ["0", "2", "1", "3"])
            try set("25:00:01")
            try send("4", day: 1, writer)
            try reading.read()
            try send("5", day: 1, writer)
            try reading.read()
            #expect(reading.names == ["0", "2", "1", "3", "4", "5"])
        }
    }

    @Test("A partition that is dropped while it is searched stops nobody")
    func dropped() async throws {
        try await withDatabase { database, writer in
            try writer.execute("UPDATE public.clock SET now = now - interval '11 hours 30 minutes'")
            let reading = try Reading(database)
            try send("before", day: 0, writer)
            try reading.read()
            let rows = try writer.query(
                "SELECT to_char((now() AT TIME ZONE 'utc')::date - 1, 'YYYY_MM_DD')"
            )
            let day = try #require(rows[0, 0])
            for table in ["realtime.messages", "realtime.changes"] {
                try writer.execute("ALTER TABLE \(table) DETACH PARTITION \(table)_\(day)")
                try writer.execute("DROP TABLE \(table)_\(day)")
            }
            try send("after", day: 0, writer)
            try reading.read()
            #expect(reading.names == ["before", "after"])
        }
    }

    @Test("With more transactions open than are searched one by one nothing is lost")
    func manyOpen() async throws {
        try await withDatabase { database, writer in
            var open: [PostgresConnection] = []
            for number in 0..<QuickSQL.runningCountMax + 1 {
                open.append(try database.connect())
                try open[number].execute("BEGIN")
                try send("\(number)", day: 0, open[number])
            }
            let reading = try Reading(database)
            try send("meanwhile", day: 0, writer)
            try reading.read()
            #expect(reading.position.delivered.runningCount >= open.count)
            for connection in open { try connection.execute("COMMIT") }
            try reading.read()
            #expect(reading.names == ["meanwhile"] + (0..<open.count).map(String.init))
        }
    }
}

import Postgres
import TestSupport
import Testing
import Topics

@testable import Outbox

@Suite(.serialized) struct ReplayQueriesTests {
    private func queries(
        _ database: TestDatabase,
        _ change: (inout ReplayConfiguration) -> Void = { _ in }
    ) throws -> ReplayQueries {
        var configuration = ReplayConfiguration(dsn: database.waypostDSN)
        change(&configuration)
        return try ReplayQueries(configuration)
    }

    private func request(
        _ topic: String = "trip:1",
        since: Int64 = 0,
        limit countMax: Int = 25
    ) throws -> ReplayRequest {
        ReplayRequest(
            topic: try TopicName(topic),
            sinceMilliseconds: since,
            countMax: countMax,
            deadline: .now + .seconds(60)
        )
    }

    private func names(_ queries: ReplayQueries, _ request: ReplayRequest) throws -> [String] {
        try #require(try queries.replay(request)).messages.map(\.name)
    }

    private func send(
        _ writer: PostgresConnection,
        _ name: String,
        _ topic: String = "trip:1",
        isPrivate: Bool = true
    ) throws {
        _ = try writer.query(
            "SELECT realtime.send('{}', $1, $2, $3::boolean)",
            [name, topic, isPrivate ? "true" : "false"]
        )
    }

    private func change(
        _ writer: PostgresConnection,
        _ operation: String,
        topics: String
    ) throws {
        _ = try writer.query(
            """
            INSERT INTO realtime.changes (table_schema, table_name, operation, key, new, topics)
            VALUES ('public', 'trips', $1, '{"id": 1}', '{"id": 1}', $2::text[])
            """,
            [operation, topics]
        )
    }

    @Test("What is public, of another topic, not committed, or no broadcast is not replayed")
    func others() async throws {
        try await TestDatabase.with(.outbox) { database in
            let (writer, other) = (try database.connect(), try database.connect())
            try send(writer, "public", isPrivate: false)
            for topic in ["trip:10", "trip:", "TRIP:1", "trip:1 "] { try send(writer, "x", topic) }
            try writer.execute(
                """
                INSERT INTO realtime.messages (topic, extension, event, private, payload)
                VALUES ('trip:1', 'presence', 'presence', true, '{}'),
                    ('trip:1', 'broadcast', 'unknown side', NULL, '{}');
                BEGIN; SELECT realtime.send('{}', 'rolled back', 'trip:1'); ROLLBACK
                """
            )
            try other.execute("BEGIN; SELECT realtime.send('{}', 'open', 'trip:1')")
            try change(writer, "INSERT", topics: "{trip:2,trip:3,trip:4}")
            try change(writer, "INSERT", topics: "{}")
            try change(writer, "TRUNCATE", topics: "{trip:*,trip:1}")
            let queries = try queries(database)
            #expect(try names(queries, request()) == [])
            try send(writer, "this")
            #expect(try names(queries, request()) == ["this"])
            #expect(try names(queries, request("trip:*")) == [])
            try other.execute("COMMIT")
            #expect(try names(queries, request()) == ["open", "this"])
        }
    }

    @Test("Broadcasts, bytes and changes come in one order, each once, wherever the topic stands")
    func order() async throws {
        try await TestDatabase.with(.outbox) { database in
            let writer = try database.connect()
            try send(writer, "first")
            try change(writer, "INSERT", topics: "{trip:1}")
            try writer.execute("SELECT realtime.send_binary('\\x00ff', 'bytes', 'trip:1')")
            try change(writer, "UPDATE", topics: "{user:7,trip:1}")
            try change(writer, "DELETE", topics: "{user:7,user:8,user:9,trip:1}")
            try change(writer, "INSERT", topics: "{trip:1,trip:1,trip:1}")
            try send(writer, "last")
            let replay = try #require(try queries(database).replay(request()))
            #expect(
                replay.messages.map(\.name)
                    == ["first", "INSERT", "bytes", "UPDATE", "DELETE", "INSERT", "last"]
            )
            #expect(replay.messages.map(\.seq) == replay.messages.map(\.seq).sorted())
            #expect(replay.messages[2].payload == .binary([0, 255]))
            let payload = String(decoding: replay.messages[1].payload.bytes, as: UTF8.self)
            #expect(payload.contains(#""operation":"INSERT","schema":"public","table":"trips""#))
            #expect(Set(replay.messages.map(\.id)).count == 7)
        }
    }

    @Test("The newest are taken, up to the limit, and none from before the time")
    func newest() async throws {
        try await TestDatabase.with(.outbox) { database in
            let writer = try database.connect()
            let queries = try queries(database)
            for number in 1...5 {
                try send(writer, "\(number)")
                try change(writer, "UPDATE", topics: "{trip:2}")
                try writer.execute("SELECT pg_sleep(0.01)")
            }
            #expect(try names(queries, request(limit: 3)) == ["3", "4", "5"])
            #expect(try names(queries, request(limit: 100)) == ["1", "2", "3", "4", "5"])
            let rows = try writer.query(
                """
                SELECT floor(extract(epoch FROM inserted_at) * 1000)::bigint
                FROM realtime.messages WHERE event = '4'
                """
            )
            let since = try #require(rows.integer(0, 0))
            #expect(try names(queries, request(since: since)) == ["4", "5"])
            #expect(try names(queries, request(since: since, limit: 1)) == ["5"])
            #expect(try names(queries, request(since: since + 5_000)) == [])
            #expect(try names(queries, request(since: .max)) == [])
            #expect(try names(queries, request(since: .min)).count == 5)
        }
    }

    @Test("Days that lie before the time are not looked into, and all others are")
    func days() async throws {
        try await TestDatabase.with(.outbox) { database in
            let writer = try database.connect()
            try writer.execute(
                """
                INSERT INTO realtime.messages
                    (topic, extension, event, private, payload, inserted_at)
                SELECT 'trip:1', 'broadcast', n::text, true, '{}',
                    (now() AT TIME ZONE 'utc')::date + n * interval '1 day'
                FROM generate_series(-1, 1) AS n
                """
            )
            let rows = try writer.query(
                "SELECT extract(epoch FROM (now() AT TIME ZONE 'utc')::date)::bigint * 1000"
            )
            let today = try #require(rows.integer(0, 0))
            let queries = try queries(database)
            #expect(try names(queries, request()) == ["-1", "0"])
            #expect(try names(queries, request(since: today - 86_400_000)) == ["-1", "0"])
            #expect(try names(queries, request(since: today - 86_399_999)) == ["0"])
            #expect(try names(queries, request(since: today)) == ["0"])
        }
    }

    @Test("Over the bytes the older are left out; the newest comes whole, however large")
    func bytes() async throws {
        try await TestDatabase.with(.outbox) { database in
            let writer = try database.connect()
            for number in 1...4 {
                _ = try writer.query(
                    "SELECT realtime.send(jsonb_build_object('x', $1::text), $2, 'trip:1')",
                    [String(repeating: "x", count: 40_000), "\(number)"]
                )
            }
            let small = try queries(database) { $0.byteCountMax = 90_000 }
            #expect(try names(small, request()) == ["2", "3", "4"])
            let tiny = try queries(database) { $0.byteCountMax = 1 }
            #expect(try names(tiny, request()) == ["4"])
        }
    }

    @Test("The instant tells what was committed from what was still running")
    func instant() async throws {
        try await TestDatabase.with(.outbox) { database in
            let (writer, other) = (try database.connect(), try database.connect())
            let running = "BEGIN; SELECT realtime.send('{}', 'x', 'trip:1')"
            try other.execute(running)
            try send(writer, "done")
            let replay = try #require(try queries(database).replay(request()))
            let done = try #require(replay.messages.first?.transaction)
            let rows = try other.query("SELECT pg_current_xact_id()")
            let open = try #require(rows.integer(0, 0)).magnitude
            #expect(replay.messages.count == 1 && done < replay.next)
            #expect(open >= replay.oldestRunning)
            #expect(open >= replay.next || replay.running.contains(open))
            #expect(!replay.running.contains(done))
        }
    }

    @Test("A quarter of a million rows cost the pages of the few that are asked for")
    func indexes() async throws {
        try await TestDatabase.with(.outbox) { database in
            let writer = try database.connect()
            try writer.execute(
                """
                ALTER TABLE realtime.messages DISABLE TRIGGER ring;
                INSERT INTO realtime.messages
                    (topic, extension, event, private, payload, inserted_at)
                SELECT 'trip:' || CASE WHEN n % 2 = 0 THEN 1 ELSE n % 1000 END, 'broadcast', 'm',
                    true, jsonb_build_object('n', n),
                    (now() AT TIME ZONE 'utc') - interval '20 hours' * (1 - n / 100000.0)
                FROM generate_series(1, 100000) AS n;
                INSERT INTO realtime.changes
                    (table_schema, table_name, operation, new, topics, inserted_at)
                SELECT 'public', 'trips', 'UPDATE', '{}',
                    ARRAY['trip:' || CASE WHEN n % 2 = 0 THEN 1 ELSE n % 1000 END,
                        'user:' || n % 100],
                    (now() AT TIME ZONE 'utc') - interval '20 hours' * (1 - n / 150000.0)
                FROM generate_series(1, 150000) AS n;
                ANALYZE realtime.messages, realtime.changes;
                """
            )
            let queries = try queries(database)
            let now = try #require(
                try writer.query("SELECT extract(epoch FROM now())::bigint * 1000").integer(0, 0)
            )
            for topic in ["trip:1", "trip:7", "user:9", "nobody:1"] {
                for since in [0, now - 3_600_000, now - 1, now + 3_600_000] {
                    let count = try queries.connection.bufferCount(
                        of: "EXECUTE replay('\(topic)', \(since), 25, 524288)"
                    )
                    #expect(count < 500, "\(topic) since \(since): \(count) buffers")
                }
            }
            #expect(try names(queries, request("trip:1")).count == 25)
        }
    }
}

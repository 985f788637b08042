import Observation
import Postgres
import TestSupport
import Testing
import Topics

@testable import Outbox

@Suite(.serialized) struct WindowReaderTests {
    /// A reader on a connection of its own, with what it delivered.
    private final class Reading {
        let connection: PostgresConnection
        let reader: WindowReader
        let observations = RecordedObservations()
        var position: WindowPosition
        var slices: [WindowSlice] = []

        init(_ database: TestDatabase, countMax: Int = 256, byteCountMax: Int = 1 << 20) throws {
            connection = try database.connect(user: "waypost")
            reader = try WindowReader(
                connection: connection,
                messageCountMax: countMax,
                byteCountMax: byteCountMax,
                observe: observations.observe
            )
            position = WindowPosition(delivered: try reader.snapshot())
        }

        var messages: [OutboxMessage] { slices.flatMap(\.messages) }

        @discardableResult func read() throws -> WindowReader.Outcome {
            let box = Box()
            defer { slices += box.slices }
            return try reader.read(from: &position) { box.slices.append($0) }
        }

        private final class Box { var slices: [WindowSlice] = [] }
    }

    @Test("Messages and changes come in one order, each as what it is")
    func merged() async throws {
        try await TestDatabase.with(.outbox) { database in
            let writer = try database.connect()
            let reading = try Reading(database)
            try writer.execute("SELECT realtime.send('{\"id\":1}', 'hello', 'trip:7')")
            try writer.execute("UPDATE trips SET version = 1 WHERE id = 2")
            try writer.execute("SELECT realtime.send('{\"id\":2}', 'bye', 'trip:7', false)")
            try reading.read()
            let messages = reading.messages
            #expect(messages.map(\.name) == ["hello", "UPDATE", "bye"])
            #expect(messages.map(\.isPrivate) == [true, true, false])
            #expect(messages.map { $0.topics.map(\.text) } == [["trip:7"], ["trip:2"], ["trip:7"]])
            #expect(messages.map(\.seq) == messages.map(\.seq).sorted())
            #expect(String(decoding: messages[0].payload.bytes, as: UTF8.self) == #"{"id": 1}"#)
            let change = try #require(messages[1].relation)
            #expect(change.operation == .update)
            #expect(change.key == Array(#"{"id": 2}"#.utf8))
            #expect(
                String(decoding: messages[1].payload.bytes, as: UTF8.self)
                    == #"{"id":"\#(messages[1].id)","operation":"UPDATE","schema":"public","#
                    + #""table":"trips","record":{"id": 2, "version": 1},"#
                    + #""old_record":{"id": 2, "version": 0}}"#
            )
            try reading.read()
            #expect(reading.slices.count == 1)
        }
    }

    @Test("Bytes come as they were sent, none included, whatever the database writes bytea as")
    func binary() async throws {
        try await TestDatabase.with(.outbox) { database in
            let writer = try database.connect()
            try writer.execute(
                """
                DO $$ BEGIN EXECUTE format(
                    'ALTER DATABASE %I SET bytea_output = escape', current_database()); END $$
                """
            )
            let reading = try Reading(database)
            try writer.execute(
                """
                SELECT realtime.send_binary('\\x00ff10', 'some', 't', false);
                SELECT realtime.send_binary('', 'none', 't');
                """
            )
            try reading.read()
            #expect(reading.messages.map(\.name) == ["some", "none"])
            try writer.execute(
                """
                SELECT realtime.send_binary(
                    decode(repeat('00ff', 1000000), 'hex'), 'many', 't') FROM generate_series(1, 2);
                """
            )
            try reading.read()
            let messages = reading.messages
            #expect(messages.map(\.name) == ["some", "none", "many", "many"])
            #expect(messages.map(\.isPrivate) == [false, true, true, true])
            #expect(messages[0].payload == .binary([0x00, 0xFF, 0x10]))
            #expect(messages[1].payload == .binary([]))
            let many = (0..<2_000_000).map { UInt8($0 % 2 == 0 ? 0 : 255) }
            #expect(messages[2].payload == .binary(many) && messages[3].payload == .binary(many))
            #expect(
                reading.slices.map(\.messages.count) == [2, 1, 1],
                "they count by their size"
            )
        }
    }

    @Test("A row that cannot be delivered is left out and told, the others come")
    func undeliverable() async throws {
        try await TestDatabase.with(.outbox) { database in
            let writer = try database.connect()
            let reading = try Reading(database)
            try writer.execute(
                """
                INSERT INTO realtime.messages (topic, extension, event, private, payload) VALUES
                    ('', 'broadcast', 'e', true, '{}'), ('t', 'broadcast', NULL, true, '{}'),
                    ('t', 'broadcast', 'e', NULL, '{}'), ('t', 'broadcast', 'e', true, NULL);
                SELECT realtime.send('{}', 'good', 't');
                """
            )
            try reading.read()
            #expect(reading.messages.map(\.name) == ["good"])
            #expect(
                reading.observations.skipped == [
                    .topicMalformed, .nameMissing, .payloadUnusable, .payloadUnusable,
                ]
            )
        }
    }

    @Test("A transaction is one group, whatever came between its rows")
    func grouped() async throws {
        try await TestDatabase.with(.outbox) { database in
            let (slow, quick) = (try database.connect(), try database.connect())
            let reading = try Reading(database)
            try slow.execute("BEGIN")
            try database.send(1, over: slow)
            try database.send(2, over: quick)
            try reading.read()
            #expect(reading.slices.map { $0.messages.count } == [1])
            try database.send(3, over: slow)
            try slow.execute("COMMIT")
            try reading.read()
            #expect(reading.slices.map { $0.messages.count } == [1, 2])
            #expect(reading.slices.map(\.isLast) == [true, true])
        }
    }

    @Test("A transaction of 100,000 rows comes as one group in bounded slices, in order")
    func large() async throws {
        try await TestDatabase.with(.outbox) { database in
            let writer = try database.connect()
            let reading = try Reading(database, countMax: 1_000)
            try writer.execute(
                """
                INSERT INTO realtime.changes
                    (table_schema, table_name, operation, new, topics)
                SELECT 'public', 'trips', 'INSERT', jsonb_build_object('n', n), ARRAY['trip:1']
                FROM generate_series(1, 100000) AS n
                """
            )
            try database.send(1, over: writer)
            let outcome = try reading.read()
            #expect(reading.messages.count == 100_001)
            #expect(reading.slices.dropLast().allSatisfy { !$0.isLast })
            #expect(reading.slices.last?.isLast == true)
            #expect(reading.slices.allSatisfy { $0.messages.count <= 1_000 })
            let order = reading.messages.map(\.seq)
            #expect(zip(order, order.dropFirst()).allSatisfy { $0 < $1 })
            #expect(outcome.commitCount >= 2)
        }
    }

    @Test("Payloads of megabytes come whole, few to a slice")
    func megabytes() async throws {
        try await TestDatabase.with(.outbox) { database in
            let writer = try database.connect()
            let reading = try Reading(database)
            // The first compresses a hundredfold where it is stored, the second hardly.
            try writer.execute(
                """
                SELECT realtime.send(jsonb_build_object('t', repeat('x', 3000000)), 'e', 't')
                FROM generate_series(1, 4);
                SELECT realtime.send(jsonb_build_object('t', (
                    SELECT string_agg(md5(n::text), '') FROM generate_series(1, 100000) AS n
                )), 'e', 't') FROM generate_series(1, 2);
                """
            )
            try reading.read()
            #expect(reading.messages.count == 6)
            #expect(reading.messages.prefix(4).allSatisfy { $0.payload.bytes.count > 3_000_000 })
            #expect(reading.messages.suffix(2).allSatisfy { $0.payload.bytes.count > 3_200_000 })
            #expect(reading.slices.allSatisfy { $0.messages.count <= 1 })
            #expect(reading.slices.last?.isLast == true)
        }
    }

    @Test("A row that PostgreSQL cannot write out stops nobody else")
    func poison() async throws {
        try await TestDatabase.with(.outbox) { database in
            let writer = try database.connect()
            let reading = try Reading(database, countMax: 4)
            for number in 1...3 { try database.send(number, over: writer) }
            // Some kilobytes as stored, more than a gigabyte as text.
            try writer.execute(
                """
                INSERT INTO realtime.messages (topic, extension, event, private, payload)
                SELECT 't', 'broadcast', 'e', true, jsonb_agg(1e131071)
                FROM generate_series(1, 8200)
                """
            )
            for number in 4...9 { try database.send(number, over: writer) }
            try reading.read()
            #expect(reading.messages.count == 9)
            #expect(reading.observations.skipped == [.payloadTooLarge])
            #expect(reading.slices.filter(\.isLast).count == 1)
            try database.send(10, over: writer)
            try reading.read()
            #expect(reading.messages.count == 10)
        }
    }

    @Test("A window cut off by a lost connection goes on where it was")
    func interrupted() async throws {
        try await TestDatabase.with(.outbox) { database in
            let writer = try database.connect()
            let first = try Reading(database, countMax: 10)
            try writer.execute("BEGIN")
            for number in 1...35 { try database.send(number, over: writer) }
            try writer.execute("COMMIT")
            let start = first.position
            var position = start
            let pid = first.connection.processID
            final class Box { var slices: [WindowSlice] = [] }
            let box = Box()
            #expect(throws: ReaderFailure.self) {
                _ = try first.reader.read(from: &position) { slice in
                    box.slices.append(slice)
                    guard box.slices.count == 2 else { return }
                    _ = try? writer.query("SELECT pg_terminate_backend($1::int, 5000)", ["\(pid)"])
                }
            }
            #expect(box.slices.count == 2)
            try database.send(36, over: writer)
            let second = try Reading(database, countMax: 10)
            second.position = position
            try second.read()
            #expect(second.messages.count == 15)
            #expect(second.slices.map(\.isLast) == [false, true])
            try second.read()
            #expect(second.messages.count == 16)
        }
    }

    @Test("A forged transaction number hides a row but cannot bring an old one back")
    func forgedByOwner() async throws {
        try await TestDatabase.with(.outbox) { database in
            let writer = try database.connect()
            let reading = try Reading(database)
            try writer.execute(
                """
                INSERT INTO realtime.messages (topic, extension, event, private, payload, xid)
                VALUES ('t', 'broadcast', 'future', true, '{}', '9000000000')
                """
            )
            for _ in 1...3 { try reading.read() }
            #expect(reading.messages.isEmpty)
        }
    }

    @Test("A read touches no more of a million rows while a transaction is open for long")
    func buffers() async throws {
        try await TestDatabase.with(.outbox) { database in
            let writer = try database.connect()
            writer.statementDeadline = .seconds(120)
            let long = try database.connect()
            try long.execute("BEGIN; SELECT pg_current_xact_id()")
            try writer.execute(Self.fill("messages", count: 100_000))
            try writer.execute(Self.fill("changes", count: 900_000))
            try writer.execute("ANALYZE realtime.messages; ANALYZE realtime.changes")
            let during = try Self.bufferCount(database, writer)
            try long.execute("COMMIT")
            let after = try Self.bufferCount(database, writer)
            #expect(during * 10 <= after * 11)
            #expect(after < 40)
        }
    }

    private static func fill(_ table: String, count: Int) -> String {
        let columns =
            table == "messages"
            ? "(topic, extension, event, private, payload) SELECT 't', 'broadcast', 'e', true, '{}'"
            : "(table_schema, table_name, operation) SELECT 'public', 'trips', 'INSERT'"
        return "INSERT INTO realtime.\(table) \(columns) FROM generate_series(1, \(count))"
    }

    /// Buffers that reading one new message touches, by the statement that the reader prepares.
    private static func bufferCount(
        _ database: TestDatabase,
        _ writer: PostgresConnection
    ) throws -> Int {
        let connection = try database.connect(user: "waypost")
        try connection.execute(WindowSQL.session)
        let days = try #require(try SearchedDays(connection))
        try connection.execute(
            "PREPARE quick (xid8, xid8[]) AS " + QuickSQL.firstWithRunning(days, countMax: 64)
        )
        let text = try #require(try connection.query(WindowSQL.snapshot)[0, 0])
        let snapshot = try #require(Snapshot(parsing: text))
        try database.send(1, over: writer)
        let execute = "EXECUTE quick('\(snapshot.next)', '\(snapshot.runningList)')"
        #expect(try connection.query(execute).count == 2)
        return try connection.bufferCount(of: execute)
    }
}

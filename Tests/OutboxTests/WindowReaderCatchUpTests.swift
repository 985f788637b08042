import Postgres
import TestSupport
import Testing

@testable import Outbox

@Suite(.serialized) struct WindowReaderCatchUpTests {
    private final class Delivered { var names: [String] = [] }

    private func reader(_ database: TestDatabase, sliceCount: Int = 2) throws -> WindowReader {
        try WindowReader(
            connection: try database.connect(user: "waypost"),
            messageCountMax: sliceCount,
            byteCountMax: 1 << 20,
            observe: { _ in }
        )
    }

    /// The position of a reader that saw a hundred transaction numbers which PostgreSQL, after a
    /// crash, gives out again.
    private func position(ahead reader: WindowReader) throws -> WindowPosition {
        let next = try reader.snapshot().next + 100
        let snapshot = try #require(Snapshot(parsing: "\(next):\(next):"))
        return WindowPosition(delivered: snapshot, lastSeq: try reader.lastSeq())
    }

    private func send(_ names: ClosedRange<Int>, _ writer: PostgresConnection) throws {
        for number in names {
            try writer.execute("SELECT realtime.send('{}', 'n\(number)', 'trip:1')")
        }
    }

    @Test("What has the number of a transaction of before a crash is found, once, in order")
    func numbersGivenOutAgain() async throws {
        try await TestDatabase.with(.outbox) { database in
            let writer = try database.connect()
            try send(1...2, writer)
            let reader = try reader(database)
            var place = try position(ahead: reader)
            try send(3...9, writer)
            let delivered = Delivered()
            let deliver: (WindowSlice) -> Void = { slice in
                delivered.names += slice.messages.map(\.name)
            }
            _ = try reader.read(from: &place, deliver: deliver)
            #expect(delivered.names.isEmpty)
            _ = try reader.catchUp(from: &place, deliver: deliver)
            #expect(delivered.names == (3...9).map { "n\($0)" })
            _ = try reader.catchUp(from: &place, deliver: deliver)
            try send(10...10, writer)
            _ = try reader.read(from: &place, deliver: deliver)
            #expect(delivered.names == (3...10).map { "n\($0)" })
        }
    }

    @Test("What was committed late, under a lower number than the last one delivered, is found too")
    func lowerNumbers() async throws {
        try await TestDatabase.with(.outbox) { database in
            let late = try database.connect()
            let writer = try database.connect()
            let reader = try reader(database)
            var place = WindowPosition(
                delivered: try reader.snapshot(),
                lastSeq: try reader.lastSeq()
            )
            try late.execute("BEGIN")
            try send(1...1, late)
            try send(2...3, writer)
            let delivered = Delivered()
            let deliver: (WindowSlice) -> Void = { slice in
                delivered.names += slice.messages.map(\.name)
            }
            _ = try reader.read(from: &place, deliver: deliver)
            #expect(delivered.names == ["n2", "n3"])
            try late.execute("COMMIT")
            try send(4...4, writer)
            _ = try reader.catchUp(from: &place, deliver: deliver)
            #expect(delivered.names == ["n2", "n3", "n1", "n4"])
        }
    }

    @Test("A row whose extension is no broadcast is delivered to nobody")
    func otherExtensions() async throws {
        try await TestDatabase.with(.outbox) { database in
            let writer = try database.connect()
            let reader = try reader(database)
            var place = WindowPosition(delivered: try reader.snapshot())
            try writer.execute(
                """
                INSERT INTO realtime.messages (topic, extension, payload, event, private)
                VALUES ('trip:1', 'presence', '{}', 'spoof', true)
                """
            )
            try send(1...1, writer)
            let delivered = Delivered()
            _ = try reader.read(from: &place) { slice in
                delivered.names += slice.messages.map(\.name)
            }
            #expect(delivered.names == ["n1"])
        }
    }
}

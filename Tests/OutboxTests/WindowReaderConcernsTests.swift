import Observation
import Postgres
import TestSupport
import Testing
import Topics

@testable import Outbox

@Suite(.serialized) struct WindowReaderConcernsTests {
    private final class Reading {
        let connection: PostgresConnection
        let reader: WindowReader
        var position: WindowPosition
        var slices: [WindowSlice] = []

        init(_ database: TestDatabase, countMax: Int = 256, from: WindowPosition? = nil) throws {
            connection = try database.connect(user: "waypost")
            reader = try WindowReader(
                connection: connection,
                messageCountMax: countMax,
                byteCountMax: 1 << 20,
                observe: { _ in }
            )
            position = try from ?? WindowPosition(delivered: reader.snapshot(), lastSeq: 0)
        }

        /// Whom each slice's transactions concern, with their distances from begin to end.
        var concerns: [[String]] {
            slices.map { slice in
                slice.concerns.map { transaction in
                    let topics = transaction.concerns.map { concern in
                        let end = concern.endsTopic ? " end" : ""
                        return "\(concern.scope.text) \(concern.member ?? "-")\(end)"
                    }
                    let length = transaction.lastSeq - transaction.firstSeq
                    return "\(length) \(topics.sorted().joined(separator: ", "))"
                }
            }
        }

        func read(_ way: (WindowReader) -> Way = WindowReader.read) throws {
            final class Box { var slices: [WindowSlice] = [] }
            let box = Box()
            defer { slices += box.slices }
            _ = try way(reader)(&position) { box.slices.append($0) }
        }

        typealias Way = (inout WindowPosition, @escaping WindowReader.Deliver) throws ->
            WindowReader.Outcome
    }

    /// Writes a row that concerns somebody, as a generated trigger would.
    private func concern(
        _ writer: PostgresConnection,
        _ triples: String,
        day: Int = 0
    ) throws {
        try writer.execute(
            """
            INSERT INTO realtime.changes
                (table_schema, table_name, operation, concerns, inserted_at)
            VALUES ('public', 'members', 'DELETE', '{\(triples)}',
                now() AT TIME ZONE 'utc' + interval '\(day) day')
            """
        )
    }

    private let ana = #"trip:1,ana,"""#

    @Test("A transaction that nobody else hears of tells whom it concerns")
    func alone() async throws {
        try await TestDatabase.with(.outbox) { database in
            let writer = try database.connect()
            let reading = try Reading(database)
            try concern(writer, ana)
            try reading.read()
            #expect(reading.concerns == [["0 trip:1 ana"]])
            #expect(reading.slices[0].messages.isEmpty && reading.slices[0].isLast)
            try reading.read()
            #expect(reading.slices.count == 1)
        }
    }

    @Test("A window of one slice tells it for each transaction, others concern nobody")
    func oneSlice() async throws {
        try await TestDatabase.with(.outbox) { database in
            let writer = try database.connect()
            let reading = try Reading(database)
            try database.send(1, over: writer)
            try writer.execute("BEGIN")
            try database.send(2, over: writer)
            try concern(writer, ana)
            try database.send(3, over: writer)
            try concern(writer, #"trip:1,"",end"#)
            try writer.execute("COMMIT")
            try database.send(4, over: writer)
            try concern(writer, "*:9,\"\",\"\"")
            try reading.read()
            #expect(reading.concerns == [["3 trip:1 - end, trip:1 ana", "0 *:9 -"]])
            #expect(reading.slices[0].messages.count == 4)
            let first = reading.slices[0].concerns[0]
            #expect(reading.slices[0].messages[1].seq == first.firstSeq)
        }
    }

    @Test(
        "A window of several slices tells all of it with the first, wherever it stands",
        arguments: [1, 5, 40, 79, 80]
    )
    func severalSlices(place: Int) async throws {
        try await TestDatabase.with(.outbox) { database in
            let (writer, other) = (try database.connect(), try database.connect())
            let reading = try Reading(database, countMax: 10)
            try other.execute("BEGIN")
            try concern(other, "trip:5,ben,\"\"")
            try writer.execute("BEGIN")
            for number in 1...80 {
                if number == place { try concern(writer, ana) }
                try database.send(number, over: writer)
            }
            try writer.execute("COMMIT")
            try reading.read()
            #expect(reading.concerns.first == ["80 trip:1 ana"])
            #expect(reading.slices.count > 7)
            #expect(reading.concerns.dropFirst().allSatisfy { $0.isEmpty })
            try other.execute("COMMIT")
            try reading.read()
            #expect(reading.concerns.last == ["0 trip:5 ben"])
        }
    }

    @Test("Who goes on after a lost connection is told neither twice nor not at all")
    func interrupted() async throws {
        try await TestDatabase.with(.outbox) { database in
            let writer = try database.connect()
            let first = try Reading(database, countMax: 10)
            try writer.execute("BEGIN")
            for number in 1...80 { try database.send(number, over: writer) }
            try concern(writer, ana)
            try writer.execute("COMMIT")
            var position = first.position
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
            #expect(box.slices.map(\.concerns.count) == [1, 0])
            let second = try Reading(database, countMax: 10, from: position)
            try second.read(WindowReader.catchUp)
            #expect(second.concerns.allSatisfy { $0.isEmpty } && second.slices.count > 5)
        }
    }

    @Test("A window whose first slice was never delivered is told whole by the next connection")
    func interruptedBefore() async throws {
        try await TestDatabase.with(.outbox) { database in
            let writer = try database.connect()
            let first = try Reading(database, countMax: 10)
            try concern(writer, ana)
            try database.send(1, over: writer)
            let until = try first.reader.snapshot()
            // As it stands when the connection is lost after the window's end, before its slice.
            first.position.rest = WindowPosition.Rest(
                from: first.position.delivered,
                until: until,
                after: 0,
                last: .max
            )
            // A row that could not be read was passed before.
            first.position.rest?.after = 1
            let second = try Reading(database, countMax: 10, from: first.position)
            try second.read()
            #expect(second.concerns == [["0 trip:1 ana"]])
        }
    }

    @Test("What was committed without a connection, or under another day, is told as well")
    func elsewhere() async throws {
        try await TestDatabase.with(.outbox) { database in
            let writer = try database.connect()
            let reading = try Reading(database)
            try concern(writer, "trip:3,\"\",end", day: 5)
            try concern(writer, ana)
            try reading.read()
            #expect(reading.concerns == [["0 trip:1 ana"]])
            try reading.read(WindowReader.check)
            #expect(reading.concerns == [["0 trip:1 ana"], ["0 trip:3 - end"]])
            try writer.execute("BEGIN")
            try database.send(1, over: writer)
            try concern(writer, "trip:4,\"\",\"\"")
            try writer.execute("COMMIT")
            reading.position = WindowPosition(
                delivered: reading.position.delivered,
                lastSeq: try writer.query("SELECT last_value - 2 FROM realtime.outbox_seq")
                    .integer(0, 0) ?? 0
            )
            try reading.read(WindowReader.catchUp)
            #expect(reading.concerns.last == ["1 trip:4 -"])
        }
    }

    @Test("Many concerns of a large window become families, very many everybody")
    func many() async throws {
        try await TestDatabase.with(.outbox) { database in
            let writer = try database.connect()
            let reading = try Reading(database, countMax: 10)
            func write(_ count: Int, _ topic: String) throws {
                try writer.execute(
                    """
                    BEGIN;
                    INSERT INTO realtime.changes (table_schema, table_name, operation, concerns)
                    SELECT 's', 't', 'UPDATE', array[\(topic), 'm' || n, '', '*:' || n, '', 'end']
                    FROM generate_series(1, \(count)) AS n;
                    COMMIT
                    """
                )
            }
            try write(2_048, "'trip:' || n")
            try reading.read()
            #expect(reading.slices.flatMap(\.concerns).map(\.concerns.count) == [4_096])
            try write(2_049, "'trip:' || n")
            try reading.read()
            #expect(reading.concerns.flatMap { $0 }.last == "2048 * -, trip:* -")
            try write(5_000, "'f' || n || ':1'")
            try reading.read()
            #expect(reading.concerns.flatMap { $0 }.last == "4999 * -")
        }
    }
}

extension MembershipConcern.Scope {
    /// The topics as the outbox has them.
    var text: String {
        switch self {
        case .every: "*"
        case .part(let part): "*:\(part)"
        case .family(let name): "\(name):*"
        case .topic(let name): name.text
        }
    }
}

import Observation
import Postgres
import Topics

/// What one statement of ``WindowSQL`` answered: rows of the outbox, and a last row about them.
struct WindowPage {
    /// The snapshot that ends the window.
    let until: Snapshot

    /// The messages that can be delivered.
    private(set) var messages: [OutboxMessage] = []

    /// Whose memberships the rows' transactions may have changed, as far as this page shows.
    let concerns: [TransactionConcerns]

    /// Rows that cannot, and why.
    private(set) var skipped: [(reason: OutboxObservation.RowSkipReason, seq: Int64)] = []

    /// Bytes in `messages`.
    private(set) var byteCount = 0

    /// The last row's place; nil when there is none.
    private(set) var lastSeq: Int64?

    /// Whether the window has more rows than these.
    let hasMore: Bool

    /// How many transactions wrote the rows.
    let commitCount: Int

    /// How many rows were answered.
    let rowCount: Int

    /// Whether the payloads of all rows were answered; it is ``QuickSQL`` that leaves out.
    let isWhole: Bool

    /// Whether the day was still the one that the statement searches.
    let isPresent: Bool

    /// How old the oldest row is.
    let lag: Duration?

    /// The columns of the answer, in order.
    ///
    /// `new` is the row after a change, or the JSON payload of a broadcast; `hex` is a broadcast's
    /// binary payload in hexadecimal digits. At most one of these two is there.
    private enum Column: Int {
        case seq, xid, id, schema, table, name, isPrivate, topics, isPublished, isMoved,
            concerns, key, old, new, hex, snapshot, lag, isWhole
    }

    /// Reads the answer; nil when it is not of that shape.
    init?(_ rows: Rows) {
        let last = rows.count - 1
        guard last >= 0,
            let snapshot = rows[last, Column.snapshot.rawValue].flatMap(Snapshot.init(parsing:))
        else { return nil }
        until = snapshot
        rowCount = last
        isWhole = (0..<last).allSatisfy { rows.boolean($0, Column.isWhole.rawValue) == true }
        isPresent = rows.boolean(last, Column.isWhole.rawValue) == true
        hasMore = rows.integer(last, Column.seq.rawValue).map { $0 > last } ?? false
        let ages = (0...last).compactMap { rows[$0, Column.lag.rawValue].flatMap(Double.init) }
        lag = ages.max().map { .seconds(max($0, 0)) }
        var commits: Set<Int64> = []
        var concerns = WindowConcerns()
        guard let places = Self.places(of: rows, count: last) else { return nil }
        messages.reserveCapacity(last)
        for (seq, row) in places where isWhole {
            if let xid = rows.integer(row, Column.xid.rawValue) { commits.insert(xid) }
            lastSeq = seq
            let concern = rows[row, Column.concerns.rawValue]
            if let concern { concerns.add(concern, of: rows.integer(row, Column.xid.rawValue)) }
            if concern != nil, Self.isSilent(rows, row) { continue }
            do throws(Undeliverable) {
                let message = try Self.message(rows, row, seq: seq)
                byteCount += message.byteCount
                messages.append(message)
            } catch {
                skipped.append((error.reason, seq))
            }
        }
        commitCount = commits.count
        if !concerns.isEmpty {
            for (seq, row) in places {
                concerns.place(seq, of: rows.integer(row, Column.xid.rawValue))
            }
        }
        self.concerns = concerns.transactions
    }

    /// Whether a row says nothing to any topic or table.
    private static func isSilent(_ rows: Rows, _ row: Int) -> Bool {
        rows[row, Column.topics.rawValue] == "{}"
            && rows.boolean(row, Column.isPublished.rawValue) == false
    }

    /// The numbers and the rows they are in, in their order.
    private static func places(of rows: Rows, count: Int) -> [(seq: Int64, row: Int)]? {
        var places: [(seq: Int64, row: Int)] = []
        places.reserveCapacity(count)
        for row in 0..<count {
            guard let seq = rows.integer(row, Column.seq.rawValue) else { return nil }
            places.append((seq, row))
        }
        return places.sorted { $0.seq < $1.seq }
    }

    private struct Undeliverable: Error {
        let reason: OutboxObservation.RowSkipReason
    }

    private static func message(
        _ rows: Rows,
        _ row: Int,
        seq: Int64
    ) throws(Undeliverable) -> OutboxMessage {
        func text(_ column: Column) -> String? { rows[row, column.rawValue] }
        let transaction = rows.integer(row, Column.xid.rawValue).map(UInt64.init(bitPattern:))
        guard let name = text(.name) else { throw Undeliverable(reason: .nameMissing) }
        guard let id = text(.id), let topics = text(.topics) else {
            throw Undeliverable(reason: .topicMalformed)
        }
        if let schema = text(.schema), let table = text(.table) {
            guard let operation = OutboxMessage.Operation(rawValue: name) else {
                throw Undeliverable(reason: .nameMissing)
            }
            let relation = OutboxMessage.Relation(
                schema: schema,
                table: table,
                operation: operation,
                key: rows.bytes(row, Column.key.rawValue),
                old: rows.bytes(row, Column.old.rawValue),
                new: rows.bytes(row, Column.new.rawValue),
                isPublished: rows.boolean(row, Column.isPublished.rawValue) ?? false,
                isMoved: rows.boolean(row, Column.isMoved.rawValue) ?? false
            )
            let names = try names(in: topics)
            return OutboxMessage(
                seq: seq,
                id: id,
                topics: names,
                isPrivate: true,
                name: name,
                payload: .json(names.isEmpty ? [] : ChangePayload.json(id: id, relation)),
                relation: relation,
                transaction: transaction
            )
        }
        guard let payload = payload(rows, row),
            let isPrivate = rows.boolean(row, Column.isPrivate.rawValue)
        else { throw Undeliverable(reason: .payloadUnusable) }
        return OutboxMessage(
            seq: seq,
            id: id,
            topics: [try Self.name(topics)],
            isPrivate: isPrivate,
            name: name,
            payload: payload,
            transaction: transaction
        )
    }

    /// The payload of a broadcast; nil when the row has none.
    private static func payload(_ rows: Rows, _ row: Int) -> OutboxMessage.Payload? {
        if let json = rows.bytes(row, Column.new.rawValue) { return .json(json) }
        let bytes = rows.withBytes(row, Column.hex.rawValue) { HexText.bytes(of: $0) } ?? nil
        return bytes.map { .binary($0) }
    }

    private static func names(in array: String) throws(Undeliverable) -> [TopicName] {
        guard let texts = TextArray.elements(of: array) else {
            throw Undeliverable(reason: .topicMalformed)
        }
        var names: [TopicName] = []
        for text in texts { names.append(try name(text)) }
        return names
    }

    private static func name(_ text: String) throws(Undeliverable) -> TopicName {
        do throws(TopicName.Malformed) {
            return try TopicName(text)
        } catch {
            throw Undeliverable(reason: .topicMalformed)
        }
    }
}

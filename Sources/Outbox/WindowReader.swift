import Observation
import Postgres

/// Reads windows over one connection, slice by slice.
final class WindowReader {
    /// What reading a window showed.
    struct Outcome: Equatable {
        /// Transactions that wrote what was delivered.
        var commitCount = 0

        /// Every transaction below this one had ended when the window was read.
        let oldestRunning: UInt64

        /// Whether a row had to be left out that somebody may wait for.
        var hasGap = false
    }

    private let connection: PostgresConnection
    private let messageCountMax: Int
    private let byteCountMax: Int
    private let observe: Observe
    private var range: WindowRange

    private enum Statement: String {
        case first = "window_first"
        case next = "window_next"
        case ends = "window_ends"
        case nextPlace = "window_next_place"
        case snapshot = "window_snapshot"
    }

    /// Prepares the statements.
    init(
        connection: PostgresConnection,
        messageCountMax: Int,
        byteCountMax: Int,
        observe: @escaping Observe
    ) throws(PostgresError) {
        self.connection = connection
        self.messageCountMax = messageCountMax
        self.byteCountMax = byteCountMax
        self.observe = observe
        try connection.execute(WindowSQL.session)
        range = try WindowRange(connection)
        try connection.prepare(Statement.first.rawValue, WindowSQL.first(range))
        try connection.prepare(Statement.next.rawValue, WindowSQL.next)
        try connection.prepare(Statement.ends.rawValue, WindowSQL.ends)
        try connection.prepare(Statement.nextPlace.rawValue, WindowSQL.nextPlace)
        try connection.prepare(Statement.snapshot.rawValue, WindowSQL.snapshot)
    }

    /// The present instant, for a position to begin from.
    func snapshot() throws(ReaderFailure) -> Snapshot {
        let rows = try query(.snapshot, [])
        guard rows.count == 1, let snapshot = rows[0, 0].flatMap(Snapshot.init(parsing:)) else {
            throw .answerMalformed
        }
        return snapshot
    }

    /// Reads a window unless nothing at all was committed since the last one.
    func look(
        from position: inout WindowPosition,
        deliver: @escaping (WindowSlice) -> Void
    ) throws(ReaderFailure) -> Outcome {
        if position.rest == nil, try snapshot() == position.delivered {
            return Outcome(oldestRunning: position.delivered.oldestRunning)
        }
        return try read(from: &position, deliver: deliver)
    }

    /// Reads everything that was committed since `position` and delivers it.
    ///
    /// `position` advances with each slice delivered: after an error the next call goes on there.
    func read(
        from position: inout WindowPosition,
        deliver: @escaping (WindowSlice) -> Void
    ) throws(ReaderFailure) -> Outcome {
        var reading = WindowReading(
            isContinued: position.rest != nil,
            deliver: deliver,
            observe: observe
        )
        if position.rest == nil {
            guard let page = try firstPage(of: &position) else {
                return try readRest(of: &position, &reading, isCautious: true)
            }
            position.passed(page)
            guard page.hasMore else {
                position.delivered = page.until
                return reading.hand(over: page, isLast: true)
            }
            let last = try ends(from: position.delivered, until: page.until)?.last
            guard let last, let after = page.lastSeq else { throw .answerMalformed }
            position.rest = WindowPosition.Rest(until: page.until, after: after, last: last)
            _ = reading.hand(over: page, isLast: false)
        }
        return try readRest(of: &position, &reading)
    }

    /// Reads what was committed while there was no connection, and delivers it.
    ///
    /// After a crash PostgreSQL gives out again the numbers of transactions whose end it had not
    /// written down; the snapshot of before takes them for old ones. A sequence never goes back, so
    /// what has a number above the last one delivered is new, whatever its transaction; and what
    /// has a number up to it is new if the snapshot did not see it, for its transaction is of
    /// before.
    ///
    /// `position` advances with each slice delivered: after an error the next call goes on there.
    func catchUp(
        from position: inout WindowPosition,
        deliver: @escaping (WindowSlice) -> Void
    ) throws(ReaderFailure) -> Outcome {
        var reading = WindowReading(
            isContinued: position.rest != nil,
            deliver: deliver,
            observe: observe
        )
        if position.rest != nil { _ = try readRest(of: &position, &reading) }
        let until = try snapshot()
        let last = position.lastSeq
        if let ends = try ends(from: position.delivered, until: until), ends.first <= last {
            position.rest = WindowPosition.Rest(until: until, after: ends.first - 1, last: last)
            _ = try readRest(of: &position, &reading)
        }
        position.delivered = .beginning
        position.rest = WindowPosition.Rest(until: until, after: last, last: .max)
        return try readRest(of: &position, &reading)
    }

    /// The highest number that the outbox has given out.
    func lastSeq() throws(ReaderFailure) -> Int64 {
        let rows: Rows
        do throws(PostgresError) {
            rows = try connection.query("SELECT last_value FROM realtime.outbox_seq")
        } catch {
            throw .lost(.reading, error)
        }
        guard let number = rows.integer(0, 0) else { throw .answerMalformed }
        return Int64(number)
    }

    /// Reads page by page; message by message where one of a page cannot be read.
    private func readRest(
        of position: inout WindowPosition,
        _ reading: inout WindowReading,
        isCautious: Bool = false
    ) throws(ReaderFailure) -> Outcome {
        var singleCount = isCautious ? messageCountMax : 0
        while let rest = position.rest {
            let isSingle = singleCount > 0
            let countMax = isSingle ? 1 : messageCountMax
            singleCount -= 1
            guard let page = try nextPage(of: rest, from: position.delivered, countMax) else {
                if isSingle {
                    reading.hasGap = true
                    position.rest?.after = try placeOfBadRow(in: rest, from: position.delivered)
                } else {
                    singleCount = messageCountMax
                }
                continue
            }
            position.passed(page)
            if page.hasMore, let after = page.lastSeq {
                position.rest?.after = after
            } else {
                position.rest = nil
                position.delivered = rest.until
            }
            _ = reading.hand(over: page, isLast: !page.hasMore)
        }
        return reading.outcome(until: position.delivered)
    }

    /// Answers nil when a row could not be read; the window then stands in `position.rest`.
    private func firstPage(of position: inout WindowPosition) throws(ReaderFailure) -> WindowPage? {
        let from = position.delivered
        let limits = ["\(messageCountMax)", "\(byteCountMax)"]
        let parameters = [from.text, "\(from.next)", from.runningList] + limits
        var isRenewed = false
        while true {
            do throws(ReaderFailure) {
                guard let page = try page(.first, parameters) else { break }
                guard page.hasStrays else { return page }
            } catch {
                // A searched partition may have been dropped: its rows were delivered long ago.
                guard case .lost(_, let error) = error, error.sqlState == "42P01", !isRenewed else {
                    throw error
                }
            }
            isRenewed = true
            try widenRange()
        }
        let until = try snapshot()
        guard let ends = try ends(from: from, until: until) else { throw .answerMalformed }
        position.rest = WindowPosition.Rest(until: until, after: ends.first - 1, last: ends.last)
        return nil
    }

    /// Moves the range to the present day, or gives it up where that was no help.
    private func widenRange() throws(ReaderFailure) {
        do throws(PostgresError) {
            let present = try WindowRange(connection)
            range = present == range ? .everything : present
            try connection.execute("DEALLOCATE \(Statement.first.rawValue)")
            try connection.prepare(Statement.first.rawValue, WindowSQL.first(range))
        } catch {
            throw .lost(.reading, error)
        }
    }

    /// Answers nil when a row could not be read.
    private func nextPage(
        of rest: WindowPosition.Rest,
        from: Snapshot,
        _ countMax: Int
    ) throws(ReaderFailure) -> WindowPage? {
        try page(
            .next,
            [
                from.text, rest.until.text, "\(rest.after)", "\(rest.last)", "\(countMax)",
                "\(byteCountMax)",
            ]
        )
    }

    /// One row whose payload PostgreSQL itself cannot write out must not stop all others.
    private func placeOfBadRow(
        in rest: WindowPosition.Rest,
        from: Snapshot
    ) throws(ReaderFailure) -> Int64 {
        let rows = try query(
            .nextPlace,
            [from.text, rest.until.text, "\(rest.after)", "\(rest.last)"]
        )
        guard rows.count == 1, let seq = rows.integer(0, 0) else { throw .answerMalformed }
        observe(.outbox(.rowSkipped(.payloadTooLarge, seq: seq)))
        return seq
    }

    private func ends(
        from: Snapshot,
        until: Snapshot
    ) throws(ReaderFailure) -> (first: Int64, last: Int64)? {
        let rows = try query(
            .ends,
            [from.text, "\(from.next)", from.runningList, until.text]
        )
        guard rows.count == 1, let first = rows.integer(0, 0), let last = rows.integer(0, 1) else {
            return nil
        }
        return (first, last)
    }

    private func query(
        _ statement: Statement,
        _ parameters: [String]
    ) throws(ReaderFailure) -> Rows {
        do throws(PostgresError) {
            return try connection.queryPrepared(statement.rawValue, parameters)
        } catch {
            throw .lost(.reading, error)
        }
    }

    /// Answers nil when the database failed at the content of a row.
    private func page(
        _ statement: Statement,
        _ parameters: [String]
    ) throws(ReaderFailure) -> WindowPage? {
        let rows: Rows
        do throws(PostgresError) {
            rows = try connection.queryPrepared(statement.rawValue, parameters)
        } catch {
            guard error.isAboutOneRow else { throw .lost(.reading, error) }
            return nil
        }
        guard let page = WindowPage(rows) else { throw .answerMalformed }
        return page
    }
}

extension PostgresError {
    /// Whether the database failed at the content of a row, not as a whole.
    ///
    /// 54xxx: larger than it can write; 53200: than its memory; 22xxx: it cannot be written so.
    fileprivate var isAboutOneRow: Bool {
        guard !isConnectionLost, let sqlState else { return false }
        return sqlState == "53200" || sqlState.hasPrefix("54") || sqlState.hasPrefix("22")
    }
}

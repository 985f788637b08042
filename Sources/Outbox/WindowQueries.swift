import Observation
import Postgres
import Topics

/// The first and the last number of a window.
struct WindowEnds {
    let first: Int64
    let last: Int64

    /// Whether a row of it says whom it concerns.
    let mayConcern: Bool
}

/// The prepared statements of ``WindowSQL`` and ``QuickSQL`` over one connection.
struct WindowQueries {
    private let connection: PostgresConnection
    private let byteCountMax: Int
    private let quickCountMax: Int
    private let clock: String

    /// What the quick statements search; nil where there is no partition for the present day.
    private(set) var days: SearchedDays?

    private enum Statement: String {
        case quick = "window_quick"
        case quickWithRunning = "window_quick_with_running"
        case first = "window_first"
        case next = "window_next"
        case ends = "window_ends"
        case nextPlace = "window_next_place"
        case concerns = "window_concerns"
        case snapshot = "window_snapshot"
    }

    /// Prepares them.
    init(
        _ connection: PostgresConnection,
        messageCountMax: Int,
        byteCountMax: Int,
        clock: String
    ) throws(PostgresError) {
        self.connection = connection
        self.clock = clock
        self.byteCountMax = byteCountMax
        quickCountMax = min(messageCountMax, QuickSQL.messageCountMax)
        try connection.execute(WindowSQL.session)
        try connection.prepare(Statement.first.rawValue, WindowSQL.first)
        try connection.prepare(Statement.next.rawValue, WindowSQL.next)
        try connection.prepare(Statement.ends.rawValue, WindowSQL.ends)
        try connection.prepare(Statement.nextPlace.rawValue, WindowSQL.nextPlace)
        try connection.prepare(Statement.concerns.rawValue, WindowSQL.concerns)
        try connection.prepare(Statement.snapshot.rawValue, WindowSQL.snapshot)
        try prepareQuick()
    }

    /// Moves the quick statements to the present day.
    mutating func renewDays() throws(ReaderFailure) {
        do throws(PostgresError) {
            if days != nil {
                for statement in [Statement.quick, .quickWithRunning] {
                    try connection.execute("DEALLOCATE \(statement.rawValue)")
                }
            }
            try prepareQuick()
        } catch {
            throw .lost(.reading, error)
        }
    }

    private mutating func prepareQuick() throws(PostgresError) {
        days = try SearchedDays(connection, clock: clock)
        guard let days else { return }
        try connection.prepare(
            Statement.quick.rawValue,
            QuickSQL.first(days, countMax: quickCountMax)
        )
        try connection.prepare(
            Statement.quickWithRunning.rawValue,
            QuickSQL.firstWithRunning(days, countMax: quickCountMax)
        )
    }

    /// The present instant, for a position to begin from.
    func snapshot() throws(ReaderFailure) -> Snapshot {
        let rows = try query(.snapshot, [])
        guard rows.count == 1, let snapshot = rows[0, 0].flatMap(Snapshot.init(parsing:)) else {
            throw .answerMalformed
        }
        return snapshot
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

    /// What the quick statements say of a window.
    enum QuickAnswer {
        /// All of it, as far as it lies in the searched days.
        case page(WindowPage)

        /// It is too large for them.
        case tooLarge

        /// They search another day than the present one.
        case otherDay
    }

    /// Asks the quick statement that fits.
    func quickAnswer(from: Snapshot) throws(ReaderFailure) -> QuickAnswer {
        guard days != nil else { return .otherDay }
        guard from.runningCount <= QuickSQL.runningCountMax else { return .tooLarge }
        let answer: WindowPage?
        do throws(ReaderFailure) {
            answer =
                from.runningCount == 0
                ? try page(.quick, ["\(from.next)"])
                : try page(.quickWithRunning, ["\(from.next)", from.runningList])
        } catch {
            // A partition is gone that was searched.
            guard case .lost(_, let error) = error, error.sqlState == "42P01" else { throw error }
            return .otherDay
        }
        guard let answer, answer.isWhole, answer.rowCount <= quickCountMax else { return .tooLarge }
        return answer.isPresent ? .page(answer) : .otherDay
    }

    /// The first slice of the window since `from`; nil when a row could not be read.
    func firstPage(from: Snapshot, _ countMax: Int) throws(ReaderFailure) -> WindowPage? {
        let limits = ["\(countMax)", "\(byteCountMax)"]
        return try page(.first, [from.text, "\(from.next)", from.runningList] + limits)
    }

    /// The next slice of a window that has begun; nil when a row could not be read.
    func nextPage(
        of rest: WindowPosition.Rest,
        _ countMax: Int
    ) throws(ReaderFailure) -> WindowPage? {
        try page(.next, Self.parameters(of: rest) + ["\(countMax)", "\(byteCountMax)"])
    }

    /// The number of the next row of a window that has begun, whatever it holds.
    func nextPlace(of rest: WindowPosition.Rest) throws(ReaderFailure) -> Int64 {
        let rows = try query(.nextPlace, Self.parameters(of: rest))
        guard rows.count == 1, let seq = rows.integer(0, 0) else { throw .answerMalformed }
        return seq
    }

    private static func parameters(of rest: WindowPosition.Rest) -> [String] {
        [rest.from.text, rest.until.text, "\(rest.after)", "\(rest.last)", rest.leftOut]
    }

    /// Whose memberships a window may have changed; nobody's where a slice has said it.
    func concerns(of window: WindowPosition.Rest) throws(ReaderFailure) -> [TransactionConcerns] {
        guard let start = window.concernsAfter else { return [] }
        var whole = window
        whole.after = start
        let rows = try query(.concerns, Self.parameters(of: whole))
        guard let concerns = WindowConcerns(rows) else { throw .answerMalformed }
        return concerns.transactions
    }

    /// The first and the last number of a window; nil when it is empty.
    func ends(
        from: Snapshot,
        until: Snapshot,
        leavingOut partitions: String = WindowPosition.nowhere
    ) throws(ReaderFailure) -> WindowEnds? {
        let rows = try query(
            .ends,
            [from.text, "\(from.next)", from.runningList, until.text, partitions]
        )
        guard rows.count == 1, let first = rows.integer(0, 0), let last = rows.integer(0, 1) else {
            return nil
        }
        return WindowEnds(first: first, last: last, mayConcern: rows.boolean(0, 2) == true)
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

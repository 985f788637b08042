import Observation
import Postgres

/// Reads windows over one connection, slice by slice.
///
/// Nearly every window is small and of the present day: one quick statement reads it. What that
/// cannot read, and whatever lies in another day's partition, comes by statements that search
/// everything.
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

    /// How a slice is delivered.
    typealias Deliver = (WindowSlice) -> Void

    /// The least and the most time between two looks at what the quick question does not search.
    private static let checkIntervals = (min: Duration.milliseconds(500), max: Duration.seconds(1))

    /// Such a look waits for so long after a delivery: the loops have the processor first.
    private static let pauseBeforeCheck = Duration.milliseconds(20)

    private var queries: WindowQueries
    private let messageCountMax: Int
    private let observe: Observe
    private var checkedAt = ContinuousClock.now
    private var readAt = ContinuousClock.now

    /// Prepares the statements; `clock` is what tells the present in them.
    init(
        connection: PostgresConnection,
        messageCountMax: Int,
        byteCountMax: Int,
        clock: String = SearchedDays.databaseClock,
        observe: @escaping Observe
    ) throws(PostgresError) {
        self.messageCountMax = messageCountMax
        self.observe = observe
        queries = try WindowQueries(
            connection,
            messageCountMax: messageCountMax,
            byteCountMax: byteCountMax,
            clock: clock
        )
    }

    /// The present instant, for a position to begin from.
    func snapshot() throws(ReaderFailure) -> Snapshot { try queries.snapshot() }

    /// The highest number that the outbox has given out.
    func lastSeq() throws(ReaderFailure) -> Int64 { try queries.lastSeq() }

    /// Reads a window unless nothing at all was committed since the last one.
    func look(
        from position: inout WindowPosition,
        deliver: @escaping Deliver
    ) throws(ReaderFailure) -> Outcome {
        if position.rest == nil, try queries.snapshot() == position.delivered {
            return Outcome(oldestRunning: position.delivered.oldestRunning)
        }
        return try read(from: &position, deliver: deliver)
    }

    /// Reads everything that was committed since `position` and delivers it.
    ///
    /// `position` advances with each slice delivered: after an error the next call goes on there.
    /// What lies in the partition of another day comes by ``check(from:deliver:)``.
    func read(
        from position: inout WindowPosition,
        deliver: @escaping Deliver
    ) throws(ReaderFailure) -> Outcome {
        var reading = reading(from: position, deliver)
        if position.rest == nil {
            switch try queries.quickAnswer(from: position.delivered) {
            case .page(let page):
                position.passed(page)
                position.finished(page.until, in: queries.days?.partitions)
                readAt = .now
                return reading.hand(over: page, page.concerns, isLast: true)
            case .tooLarge: reading.hasGap = try checkOtherDays(&position, deliver)
            case .otherDay:
                reading.hasGap = try checkOtherDays(&position, deliver)
                try queries.renewDays()
            }
        }
        return try readEverywhere(from: &position, &reading)
    }

    /// When ``check(from:deliver:)`` is due; nil when nothing was left out since the last one.
    func checkDeadline(of position: WindowPosition) -> ContinuousClock.Instant? {
        guard position.isUnchecked else { return nil }
        let whenQuiet = max(readAt + Self.pauseBeforeCheck, checkedAt + Self.checkIntervals.min)
        return min(whenQuiet, checkedAt + Self.checkIntervals.max)
    }

    /// Reads and delivers what lies in partitions that the quick question did not search.
    func check(
        from position: inout WindowPosition,
        deliver: @escaping Deliver
    ) throws(ReaderFailure) -> Outcome {
        let hasGap = try checkOtherDays(&position, deliver)
        return Outcome(oldestRunning: position.delivered.oldestRunning, hasGap: hasGap)
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
        deliver: @escaping Deliver
    ) throws(ReaderFailure) -> Outcome {
        var reading = reading(from: position, deliver)
        if position.rest != nil { _ = try readRest(of: &position, &reading) }
        reading.hasGap = try checkOtherDays(&position, deliver) || reading.hasGap
        let (from, until) = (position.delivered, try queries.snapshot())
        let last = position.lastSeq
        if let ends = try queries.ends(from: from, until: until), ends.first <= last {
            position.rest = .init(
                from: from,
                until: until,
                after: ends.first - 1,
                last: last,
                mayConcern: ends.mayConcern
            )
            _ = try readRest(of: &position, &reading)
        }
        position.rest = .init(from: .beginning, until: until, after: last, last: .max)
        return try readRest(of: &position, &reading)
    }

    /// Reads a window in all partitions.
    private func readEverywhere(
        from position: inout WindowPosition,
        _ reading: inout WindowReading
    ) throws(ReaderFailure) -> Outcome {
        if position.rest == nil {
            let from = position.delivered
            guard let page = try queries.firstPage(from: from, messageCountMax) else {
                let until = try queries.snapshot()
                guard let ends = try queries.ends(from: from, until: until) else {
                    throw .answerMalformed
                }
                position.rest = .init(
                    from: from,
                    until: until,
                    after: ends.first - 1,
                    last: ends.last,
                    mayConcern: ends.mayConcern
                )
                return try readRest(of: &position, &reading, isCautious: true)
            }
            position.passed(page)
            guard page.hasMore else {
                position.finished(page.until)
                return reading.hand(over: page, page.concerns, isLast: true)
            }
            guard let ends = try queries.ends(from: from, until: page.until),
                let after = page.lastSeq
            else { throw .answerMalformed }
            var rest = WindowPosition.Rest(
                from: from,
                until: page.until,
                after: ends.first - 1,
                last: ends.last,
                mayConcern: ends.mayConcern
            )
            let concerns = try queries.concerns(of: rest)
            rest.after = after
            rest.concernsAfter = nil
            position.rest = rest
            _ = reading.hand(over: page, concerns, isLast: false)
        }
        return try readRest(of: &position, &reading)
    }

    /// Reads what lies where the last windows were not looked for; says whether there is a gap.
    private func checkOtherDays(
        _ position: inout WindowPosition,
        _ deliver: @escaping Deliver
    ) throws(ReaderFailure) -> Bool {
        checkedAt = .now
        guard position.isUnchecked else { return false }
        let (from, until) = (position.checked, position.delivered)
        let searched = position.searched
        guard let ends = try queries.ends(from: from, until: until, leavingOut: searched) else {
            position.finishedCheck()
            return false
        }
        position.rest = WindowPosition.Rest(
            from: from,
            until: until,
            after: ends.first - 1,
            last: ends.last,
            leftOut: searched,
            mayConcern: ends.mayConcern
        )
        var reading = reading(from: position, deliver)
        return try readRest(of: &position, &reading).hasGap
    }

    private func reading(
        from position: WindowPosition,
        _ deliver: @escaping Deliver
    )
        -> WindowReading
    {
        WindowReading(isContinued: position.rest != nil, deliver: deliver, observe: observe)
    }

    /// Reads page by page; message by message where one of a page cannot be read.
    private func readRest(
        of position: inout WindowPosition,
        _ reading: inout WindowReading,
        isCautious: Bool = false
    ) throws(ReaderFailure) -> Outcome {
        var singleCount = isCautious ? messageCountMax : 0
        // Whoever reads on after a lost connection asks again if no slice was delivered before.
        var concerns = try position.rest.map(queries.concerns) ?? []
        while let rest = position.rest {
            let isSingle = singleCount > 0
            singleCount -= 1
            let countMax = isSingle ? 1 : messageCountMax
            guard let page = try queries.nextPage(of: rest, countMax) else {
                if isSingle {
                    // What PostgreSQL itself cannot write out must not stop all others.
                    let seq = try queries.nextPlace(of: rest)
                    observe(.outbox(.rowSkipped(.payloadTooLarge, seq: seq)))
                    reading.hasGap = true
                    position.rest?.after = seq
                } else {
                    singleCount = messageCountMax
                }
                continue
            }
            position.passed(page)
            if page.hasMore, let after = page.lastSeq {
                position.rest?.after = after
            } else {
                position.finishedRest()
            }
            position.rest?.concernsAfter = nil
            _ = reading.hand(over: page, concerns, isLast: !page.hasMore)
            concerns = []
        }
        return reading.outcome(until: position.delivered)
    }
}

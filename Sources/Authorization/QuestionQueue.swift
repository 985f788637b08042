/// The questions that wait or are being asked, and who waits for their answers.
///
/// A question that still waits is shared by all who ask it. Once it is taken, the same question
/// waits anew: whoever asks after a change must not get an answer from before it. Time comes in.
struct QuestionQueue {
    typealias Instant = ContinuousClock.Instant
    typealias Ticket = UInt64

    /// Somebody who waits for an answer.
    struct Asker {
        let askedAt: Instant
        let deadline: Instant
        let answer: @Sendable (Answer) -> Void
    }

    /// A question that was taken to be asked.
    struct Taken {
        let ticket: Ticket
        let question: Question
        /// When the last of its askers gives up.
        let deadline: Instant
        /// Whether a connection ended while it was asked; it may be what ended it.
        let isSuspect: Bool
    }

    /// A question that is over.
    struct Finished {
        let question: Question
        let askers: [Asker]
        /// Whether something changed since it was taken, so that its answer may be from before.
        let isVoided: Bool
    }

    /// What became of an attempt to wait.
    enum Admission {
        /// It waits; nothing waited before.
        case first
        case waiting
        case full
    }

    private struct Entry {
        let question: Question
        var askers: [Asker]
        var isTaken = false
        var isVoided = false
        var attemptCount = 0
    }

    private let askerCountMax: Int
    private var entries: [Ticket: Entry] = [:]
    private var waiting: [Question: Ticket] = [:]
    private var order = Fifo<Ticket>()
    private var deadlines = Fifo<(deadline: Instant, ticket: Ticket)>()
    private var nextTicket: Ticket = 0
    private var underway: Set<Ticket> = []

    /// Askers who have no answer yet.
    private(set) var askerCount = 0

    init(askerCountMax: Int) {
        self.askerCountMax = askerCountMax
    }

    /// Whether a question waits to be taken.
    var hasWaiting: Bool { !waiting.isEmpty }

    /// When the first asker gives up.
    var nextDeadline: Instant? { deadlines.first?.deadline }

    /// Lets an asker wait.
    ///
    /// Deadlines must not run backwards from one call to the next.
    mutating func add(_ question: Question, _ asker: Asker) -> Admission {
        guard askerCount < askerCountMax else { return .full }
        askerCount += 1
        if let ticket = waiting[question] {
            entries[ticket]?.askers.append(asker)
            deadlines.append((asker.deadline, ticket))
            return .waiting
        }
        let ticket = nextTicket
        nextTicket += 1
        let isFirst = waiting.isEmpty
        entries[ticket] = Entry(question: question, askers: [asker])
        waiting[question] = ticket
        order.append(ticket)
        deadlines.append((asker.deadline, ticket))
        return isFirst ? .first : .waiting
    }

    /// Takes the questions that have waited longest.
    ///
    /// A question that was given back is taken alone: it may be the one that ended the connection.
    mutating func take(countMax: Int, byteCountMax: Int) -> [Taken] {
        var taken: [Taken] = []
        var byteCount = 0
        while taken.count < countMax, let ticket = order.first {
            guard let entry = entries[ticket], !entry.isTaken else {
                order.removeFirst()
                continue
            }
            let isSuspect = entry.attemptCount > 0
            byteCount += entry.question.byteCount
            if !taken.isEmpty, isSuspect || byteCount > byteCountMax { break }
            order.removeFirst()
            entries[ticket]?.isTaken = true
            entries[ticket]?.attemptCount += 1
            underway.insert(ticket)
            if waiting[entry.question] == ticket { waiting[entry.question] = nil }
            let deadline = entry.askers.last?.deadline
            guard let deadline else { preconditionFailure("a question waits for nobody") }
            taken.append(
                Taken(
                    ticket: ticket,
                    question: entry.question,
                    deadline: deadline,
                    isSuspect: isSuspect
                )
            )
            if isSuspect { break }
        }
        return taken
    }

    /// Puts questions back whose connection ended before they were answered.
    ///
    /// - Parameters:
    ///   - taken: The questions.
    ///   - wereAsked: Whether they may be what ended the connection. Default yes.
    /// - Returns: The askers of those that have been tried often enough.
    mutating func giveBack(_ taken: [Taken], wereAsked: Bool = true) -> [Asker] {
        var hopeless: [Asker] = []
        for one in taken.reversed() {
            if !wereAsked { entries[one.ticket]?.attemptCount -= 1 }
            guard let entry = entries[one.ticket] else { continue }
            guard entry.attemptCount < Self.attemptCountMax else {
                hopeless += finish(one.ticket)?.askers ?? []
                continue
            }
            entries[one.ticket]?.isTaken = false
            entries[one.ticket]?.isVoided = false
            underway.remove(one.ticket)
            if waiting[entry.question] == nil { waiting[entry.question] = one.ticket }
            order.prepend(one.ticket)
        }
        return hopeless
    }

    /// Forgets an answered question; its askers are the caller's to tell.
    mutating func finish(_ ticket: Ticket) -> Finished? {
        guard let entry = entries.removeValue(forKey: ticket) else { return nil }
        underway.remove(ticket)
        if waiting[entry.question] == ticket { waiting[entry.question] = nil }
        askerCount -= entry.askers.count
        return Finished(
            question: entry.question,
            askers: entry.askers,
            isVoided: entry.isVoided
        )
    }

    /// Marks the questions that are being asked about topics: something changes there.
    ///
    /// Their askers, who asked before, are answered all the same; nobody else is.
    mutating func void(_ topics: ConcernedTopics) {
        for ticket in underway {
            guard let topic = entries[ticket]?.question.topic else { continue }
            if topics.contains(ConcernedTopics.folded(topic)) { entries[ticket]?.isVoided = true }
        }
    }

    /// Forgets the askers whose deadline has passed.
    mutating func expire(now: Instant) -> [Asker] {
        var late: [Asker] = []
        while let next = deadlines.first, next.deadline <= now || entries[next.ticket] == nil {
            deadlines.removeFirst()
            guard var entry = entries[next.ticket] else { continue }
            let count = entry.askers.prefix { $0.deadline <= now }.count
            late += entry.askers.prefix(count)
            askerCount -= count
            entry.askers.removeFirst(count)
            entries[next.ticket] = entry
            if entry.askers.isEmpty { _ = finish(next.ticket) }
        }
        while let ticket = order.first, entries[ticket] == nil { order.removeFirst() }
        return late
    }

    /// Forgets everything.
    mutating func removeAll() -> [Asker] {
        let askers = entries.values.flatMap(\.askers)
        self = QuestionQueue(askerCountMax: askerCountMax)
        return askers
    }

    private static let attemptCountMax = 2
}

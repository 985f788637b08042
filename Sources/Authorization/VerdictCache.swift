internal import Topics

/// Verdicts that were given a moment ago, for when many come back at once.
///
/// Time comes in. Only who may join is remembered: a no that is remembered would keep out somebody
/// who was let in since, and where no topic file says what rules depend on, nothing would void it.
struct VerdictCache {
    typealias Instant = ContinuousClock.Instant

    private struct Known {
        let verdict: Verdict
        let givenAt: Instant
        let number: UInt64
    }

    /// What is known about one topic: most topics have one who asked a moment ago, and a dictionary
    /// of one is four times as large.
    private enum Callers {
        case one(Question, Known)
        case many([Question: Known])

        var count: Int {
            switch self {
            case .one: 1
            case .many(let known): known.count
            }
        }

        subscript(question: Question) -> Known? {
            switch self {
            case .one(question, let known): known
            case .one: nil
            case .many(let known): known[question]
            }
        }

        /// With one more; nothing is known of this question before.
        consuming func adding(_ question: Question, _ known: Known) -> Callers {
            switch consume self {
            case .one(let other, let before):
                return .many([other: before, question: known])
            case .many(var all):
                all[question] = known
                return .many(all)
            }
        }

        /// Without one; nil when there is no other.
        consuming func removing(_ question: Question) -> Callers? {
            switch consume self {
            case .one: return nil
            case .many(var all):
                all[question] = nil
                return all.isEmpty ? nil : .many(all)
            }
        }
    }

    private let countMax: Int
    private let lifetime: Duration
    /// By topic, with case folded.
    private var known: [String: Callers] = [:]
    /// In the order in which they end; what was forgotten or replaced stays until its turn.
    private var order = Fifo<(number: UInt64, question: Question, givenAt: Instant)>()
    private var nextNumber: UInt64 = 0

    /// Verdicts that are remembered.
    private(set) var count = 0

    /// Remembers nothing yet, and nothing ever where one of the limits is zero.
    init(countMax: Int, lifetime: Duration) {
        self.countMax = countMax
        self.lifetime = lifetime
    }

    /// What is remembered, and for how long it has been.
    func verdict(on question: Question, now: Instant) -> (verdict: Verdict, age: Duration)? {
        guard count > 0 else { return nil }
        guard let one = known[ConcernedTopics.folded(question.topic)]?[question] else { return nil }
        let age = now - one.givenAt
        return age < lifetime ? (one.verdict, age) : nil
    }

    /// Remembers a verdict, and forgets the one of before; the oldest makes room.
    ///
    /// Times must not run backwards from one call to the next.
    mutating func remember(_ verdict: Verdict, on question: Question, now: Instant) {
        remove(question, number: nil)
        guard countMax > 0, lifetime > .zero, verdict.mayJoin else { return }
        guard question.byteCount <= Self.questionByteCountMax else { return }
        dropOld(now: now)
        while let first = order.first, count >= countMax || order.count >= countMax * 2 {
            order.removeFirst()
            remove(first.question, number: first.number)
        }
        let number = nextNumber
        nextNumber += 1
        let name = ConcernedTopics.folded(question.topic)
        let one = Known(verdict: verdict, givenAt: now, number: number)
        // Taken out first, so that nothing is copied.
        let others = known.removeValue(forKey: name)
        known[name] = others?.adding(question, one) ?? .one(question, one)
        order.append((number, question, now))
        count += 1
    }

    /// Drops what is too old to be used.
    mutating func dropOld(now: Instant) {
        while let first = order.first, now - first.givenAt >= lifetime {
            order.removeFirst()
            remove(first.question, number: first.number)
        }
    }

    /// Forgets what is known about topics.
    ///
    /// - Returns: The number of verdicts forgotten.
    mutating func forget(_ topics: ConcernedTopics) -> Int {
        let before = count
        guard before > 0 else { return 0 }
        if topics.areAll {
            known = [:]
            order = Fifo()
            count = 0
        } else {
            let names = topics.names.map { Array($0) } ?? known.keys.filter(topics.contains)
            for name in names { count -= known.removeValue(forKey: name)?.count ?? 0 }
        }
        return before - count
    }

    /// Forgets one verdict, if it is still the one of that number; nil is whatever number.
    private mutating func remove(_ question: Question, number: UInt64?) {
        let name = ConcernedTopics.folded(question.topic)
        guard let others = known.removeValue(forKey: name) else { return }
        guard let one = others[question], number == nil || number == one.number else {
            known[name] = others
            return
        }
        known[name] = others.removing(question)
        count -= 1
    }

    /// Larger callers are asked about each time, so that the number of verdicts bounds the memory.
    static let questionByteCountMax = 8_192
}

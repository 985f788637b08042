import Authorization
import Locking

/// Collects answers in the order in which they come.
final class Answers: Sendable {
    private let answers = Locked<[Answer]>([])

    var all: [Answer] { answers.withLock { $0 } }
    var count: Int { all.count }

    @Sendable func add(_ answer: Answer) {
        answers.withLock { $0.append(answer) }
    }
}

/// Counts something on whatever thread.
final class Count: Sendable {
    private let number = Locked(0)

    var value: Int { number.withLock { $0 } }

    @Sendable func add() { number.withLock { $0 += 1 } }
}

extension Authorizer {
    /// Asks and waits.
    func answer(to question: Question, isFresh: Bool = false) async -> Answer {
        await withCheckedContinuation { continuation in
            ask(question, isFresh: isFresh) { continuation.resume(returning: $0) }
        }
    }
}

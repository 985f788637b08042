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

extension Authorizer {
    /// Asks and waits.
    func answer(to question: Question) async -> Answer {
        await withCheckedContinuation { continuation in
            ask(question) { continuation.resume(returning: $0) }
        }
    }
}

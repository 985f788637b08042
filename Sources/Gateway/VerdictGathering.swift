import Authorization
import Locking
import Topics

/// Collects the authorizer's answers on the topics of one request, and hands them over together.
final class VerdictGathering: Sendable {
    private struct State {
        var left: Int
        var answers: [TopicName: Answer] = [:]
    }

    private let state: Locked<State>
    private let handOver: @Sendable ([TopicName: Answer]) -> Void

    /// Waits for so many answers, 1 or more.
    init(count: Int, handOver: @escaping @Sendable ([TopicName: Answer]) -> Void) {
        state = Locked(State(left: count))
        self.handOver = handOver
    }

    /// An answer is there; the last one hands all of them over.
    func add(_ answer: Answer, on topic: TopicName) {
        let all = state.withLock { state -> [TopicName: Answer]? in
            state.left -= 1
            state.answers[topic] = answer
            return state.left == 0 ? state.answers : nil
        }
        if let all { handOver(all) }
    }
}

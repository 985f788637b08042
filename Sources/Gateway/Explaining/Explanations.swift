import Authorization
import Locking
import Topics

/// Explains channels, each on a thread and a connection of its own, few at once.
final class Explanations: Sendable {
    private struct State {
        var running: [Int: WorkThread] = [:]
        var number = 0
        var isStopped = false
    }

    private let state = Locked(State())

    /// Explanations that run at once; the next is refused.
    static let countMax = 2

    /// Explains, and hands over what came of it on the thread that explained.
    ///
    /// - Returns: False where too many run, or the node ends.
    func start(
        _ question: Question,
        by explainer: TopicExplainer,
        handOver: @escaping @Sendable (Result<Explanation, TopicExplainer.Failure>) -> Void
    ) -> Bool {
        state.withLock { state in
            guard !state.isStopped, state.running.count < Self.countMax else { return false }
            state.number += 1
            let number = state.number
            state.running[number] = WorkThread(name: "explain") { [self] in
                handOver(
                    Result { () throws(TopicExplainer.Failure) in
                        try explainer.explanation(question)
                    }
                )
                self.state.withLock { $0.running[number] = nil }
            }
            return true
        }
    }

    /// Waits for those that run, which takes as long as their statements may.
    func stop() {
        let running = state.withLock { state in
            state.isStopped = true
            return Array(state.running.values)
        }
        for thread in running { thread.join() }
    }
}

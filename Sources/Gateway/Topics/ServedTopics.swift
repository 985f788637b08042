import Locking
import Topics

/// The topic files that a node goes by, for whichever thread asks.
final class ServedTopics: Sendable {
    private struct State {
        var contract = TopicContract.none
        var isChecked: Bool
        var isCurrent = true
    }

    private let state: Locked<State>

    /// Starts without files.
    ///
    /// - Parameter isChecked: Whether there is nothing to check against the database.
    init(isChecked: Bool) { state = Locked(State(isChecked: isChecked)) }

    /// What the files say.
    ///
    /// It may change at any time: whoever needs it for several steps asks once.
    var contract: TopicContract { state.withLock { $0.contract } }

    /// Whether the database has said that it fits what is served.
    var isChecked: Bool { state.withLock { $0.isChecked } }

    /// Whether what is served is what lies in the folder.
    var isCurrent: Bool { state.withLock { $0.isCurrent } }

    /// Serves these from now on.
    func replace(with contract: TopicContract, isChecked: Bool) {
        state.withLock { state in
            state.contract = contract
            state.isChecked = isChecked
        }
    }

    /// Learns whether what is served is what lies in the folder.
    func markCurrent(_ isCurrent: Bool) { state.withLock { $0.isCurrent = isCurrent } }
}

import Locking
import Synchronization

/// What the reader's thread and its owner tell each other.
final class ReaderFlags: Sendable {
    /// Wakes the thread.
    let pipe: WakePipe

    private let stopping = Atomic(false)
    private let caughtUp = Atomic(false)

    init() throws(WakePipe.OutOfDescriptors) {
        pipe = try WakePipe()
    }

    /// Whether the thread is to end.
    var isStopping: Bool { stopping.load(ordering: .acquiring) }

    /// Whether everything committed before the last connection has been delivered.
    var isCaughtUp: Bool {
        get { caughtUp.load(ordering: .acquiring) }
        set { caughtUp.store(newValue, ordering: .releasing) }
    }

    /// Asks the thread to end.
    func stop() {
        stopping.store(true, ordering: .releasing)
        pipe.wake()
    }
}

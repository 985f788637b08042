import Locking
import Synchronization

/// What the reader's thread and its owner tell each other.
final class ReaderFlags: Sendable {
    /// Wakes the thread.
    let pipe: WakePipe

    /// Who waits until everything committed so far has been delivered, in order.
    private let waiting = Locked<[@Sendable () -> Void]>([])

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

    /// Lets somebody wait until everything committed so far has been delivered.
    func wait(_ done: @escaping @Sendable () -> Void) {
        waiting.withLock { $0.append(done) }
        // Without a connection the thread has nothing to read yet, and pauses on purpose.
        if isCaughtUp { pipe.wake() }
    }

    /// How many wait.
    var waitingCount: Int { waiting.withLock { $0.count } }

    /// Tells those who have waited longest.
    func tellWaiting(_ count: Int) {
        let told = waiting.withLock { waiting in
            defer { waiting.removeFirst(count) }
            return waiting.prefix(count)
        }
        for done in told { done() }
    }

    /// Asks the thread to end.
    func stop() {
        stopping.store(true, ordering: .releasing)
        pipe.wake()
    }
}

import Locking
import Outbox
import Synchronization

/// What every thread of a node may ask about its state.
final class NodeStatus: Sendable {
    /// Whether the node is ending.
    let isDraining = Atomic<Bool>(false)

    /// How many connections all loops together have open.
    let connectionCount = Atomic<Int>(0)

    private let reader = Locked<OutboxReader?>(nil)
    private let keys = Locked<KeyKeeper?>(nil)

    private let topics = Locked<ServedTopics?>(nil)

    private let hasAnnounced = Atomic<Bool>(false)
    private let startedAt = ContinuousClock.now

    /// How long it took to become ready, answered once: to whoever asks first when it is.
    func readinessToAnnounce() -> Duration? {
        guard !hasAnnounced.load(ordering: .relaxed), isReady,
            !hasAnnounced.exchange(true, ordering: .relaxed)
        else { return nil }
        return startedAt.duration(to: .now)
    }

    /// Learns the reader, once it exists.
    func watch(_ reader: OutboxReader) { self.reader.withLock { $0 = reader } }

    /// Learns who keeps the keys.
    func watch(_ keys: KeyKeeper) { self.keys.withLock { $0 = keys } }

    /// Learns which topic files are served.
    func watch(_ topics: ServedTopics) { self.topics.withLock { $0 = topics } }

    /// Whether the folder of topic files has others than those that are served.
    var keepsTopics: Bool { topics.withLock { $0 }?.isCurrent == false }

    /// Whether the reader has caught up, so that joins get everything from then on, there are the
    /// keys that tokens are verified with, the database fits the topic files, and the node is not
    /// ending.
    var isReady: Bool {
        let keys = keys.withLock { $0 }
        let topics = topics.withLock { $0 }
        return isCaughtUp && keys?.isReady != false && topics?.isChecked != false
            && !isDraining.load(ordering: .relaxed)
    }

    /// Has the reader read what is committed by now, and say when all of it is on its way.
    func catchUp(_ done: @escaping @Sendable () -> Void) {
        let reader = reader.withLock { $0 }
        reader?.catchUp(done)
    }

    /// Whether the reader is in touch with the database and has caught up.
    var isCaughtUp: Bool {
        let reader = reader.withLock { $0 }
        return reader?.isCaughtUp == true
    }
}

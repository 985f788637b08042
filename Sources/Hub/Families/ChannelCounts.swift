import Locking
import Topics

/// How many channels the topics have on all loops of a node, where a topic's file limits them.
public final class ChannelCounts: Sendable {
    private let counts = Locked<[TopicKey: Int]>([:])

    /// Starts without any channel.
    public init() {}

    /// Counts a channel, if the topic has room for it.
    ///
    /// - Parameters:
    ///   - topic: The channel's topic.
    ///   - countMax: How many there may be; nil to count it whatever there is.
    /// - Returns: Whether it was counted.
    func add(_ topic: TopicKey, countMax: Int? = nil) -> Bool {
        counts.withLock { counts in
            let count = counts[topic] ?? 0
            if let countMax, count >= countMax { return false }
            counts[topic] = count + 1
            return true
        }
    }

    /// A channel that was counted is no more.
    func remove(_ topic: TopicKey) {
        counts.withLock { counts in
            guard let count = counts[topic] else { return }
            counts[topic] = count > 1 ? count - 1 : nil
        }
    }
}

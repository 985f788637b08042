public import Observation
public import Topics

/// Asks what was sent to the private side of a topic before.
public struct ReplayRequest: Sendable {
    /// The topic.
    public let topic: TopicName

    /// Since when, in milliseconds since 1970.
    public let sinceMilliseconds: Int64

    /// Messages at most: the newest.
    public let countMax: Int

    /// When nobody waits for the answer any more.
    public let deadline: ContinuousClock.Instant

    /// Puts a request together.
    ///
    /// - Parameters:
    ///   - topic: The topic.
    ///   - sinceMilliseconds: Since when, in milliseconds since 1970.
    ///   - countMax: Messages at most, at least 1.
    ///   - deadline: When nobody waits for the answer any more.
    public init(
        topic: TopicName,
        sinceMilliseconds: Int64,
        countMax: Int,
        deadline: ContinuousClock.Instant
    ) {
        precondition(countMax > 0, "a replay may hold something")
        self.topic = topic
        self.sinceMilliseconds = sinceMilliseconds
        self.countMax = countMax
        self.deadline = deadline
    }
}

/// What was sent to a topic before an instant.
public struct Replay: Sendable {
    /// The messages, ordered by `seq`: broadcasts, and changes that the topic carries.
    public let messages: [OutboxMessage]

    /// All transactions below this one had ended at the instant.
    public let oldestRunning: UInt64

    /// This one and all above had not begun to write.
    public let next: UInt64

    /// Those between the two that had not ended.
    public let running: Set<UInt64>

    init(_ page: WindowPage) {
        messages = page.messages
        oldestRunning = page.until.oldestRunning
        next = page.until.next
        running = Set(page.until.running)
    }
}

/// What came of a ``ReplayRequest``.
public enum ReplayOutcome: Sendable {
    /// It was read.
    case replay(Replay)

    /// It was not, for a reason that passes.
    case failed(ReplayObservation.Failure)
}

public import Topics
public import Wire

/// Who is present in the topics that one loop keeps, as pure state.
///
/// What was told to members lags behind what is true until the next ``takeDiff(of:)``: all changes
/// of a turn go out as one diff, and ``state(of:)`` is what all diffs so far add up to. So whoever
/// gets a state and then every later diff misses nothing and is told nothing twice.
public struct PresenceBook {
    private let limits: PresenceLimits
    private var references: PresenceReferences
    private var topics: [TopicKey: PresenceTopic] = [:]
    private var changed: [TopicKey] = []

    /// Entries whose connections were lost, by the grace period that they were given: of one length
    /// the first to begin is the first to end.
    private var losses: [Duration: [Loss]] = [:]

    /// Entries that are shown now, those of lost connections among them.
    public private(set) var metaCount = 0

    /// An entry whose connection was lost.
    private struct Loss {
        let topic: TopicKey
        let number: UInt64
        let deadline: ContinuousClock.Instant
    }

    /// Makes an empty book.
    ///
    /// - Parameters:
    ///   - limits: How much a topic may show.
    ///   - seed: A random number that makes this book's references differ from every other's.
    public init(limits: PresenceLimits, seed: UInt64) {
        self.limits = limits
        references = PresenceReferences(seed: seed)
    }

    /// Shows what a channel asks for, in place of what it showed before.
    public mutating func track(_ wish: PresenceTracking) -> PresenceOutcome {
        let limits = limits
        return change(wish.topic) { topic, references in
            topic.track(wish, limits, &references)
        }
    }

    /// Takes away what a channel shows: it asked for that, left, or was ended.
    public mutating func untrack(_ holder: PresenceHolder, topic: TopicKey) {
        guard topics[topic] != nil else { return }
        change(topic) { topic, _ in topic.untrack(holder) }
    }

    /// A channel's connection is lost: what it shows may stay for the grace period.
    ///
    /// - Parameters:
    ///   - holder: The channel.
    ///   - topic: Its topic.
    ///   - grace: The topic's own grace period; nil for ``PresenceLimits/grace``.
    ///   - now: When the connection was lost.
    public mutating func lose(
        _ holder: PresenceHolder,
        topic: TopicKey,
        grace: Duration? = nil,
        now: ContinuousClock.Instant
    ) {
        guard topics[topic] != nil else { return }
        let grace = grace ?? limits.grace
        let deadline = grace > .zero ? now + grace : nil
        let number = change(topic) { topic, _ in topic.lose(holder, until: deadline) }
        guard let number, let deadline else { return }
        losses[grace, default: []].append(Loss(topic: topic, number: number, deadline: deadline))
    }

    /// Takes away what lost connections showed and nobody has taken over in time.
    public mutating func expire(now: ContinuousClock.Instant) {
        for (grace, waiting) in losses {
            let over = waiting.prefix { $0.deadline <= now }
            guard !over.isEmpty else { continue }
            losses[grace] = over.count == waiting.count ? nil : Array(waiting[over.count...])
            for loss in over where topics[loss.topic] != nil {
                change(loss.topic) { topic, _ in
                    topic.expire(loss.number, lostUntil: loss.deadline)
                }
            }
        }
    }

    /// Whether there may be changes that nobody has been told of.
    public var hasChanged: Bool { !changed.isEmpty }

    /// The topics with changes that nobody has been told of, in the order of the first change.
    public mutating func takeChangedTopics() -> [TopicKey] {
        defer { changed.removeAll(keepingCapacity: true) }
        return changed
    }

    /// Everybody whom members of a topic have been told of: what all diffs add up to.
    public mutating func state(of topic: TopicKey) -> JSONText {
        topics[topic]?.state() ?? .emptyObject
    }

    /// What has changed in a topic since the last call; nil when nothing has.
    public mutating func takeDiff(of topic: TopicKey) -> JSONText? {
        guard let diff = topics[topic]?.takeDiff() else { return nil }
        if topics[topic]?.isEmpty == true { topics[topic] = nil }
        return diff
    }

    @discardableResult
    private mutating func change<Answer>(
        _ key: TopicKey,
        _ body: (inout PresenceTopic, inout PresenceReferences) -> Answer
    ) -> Answer {
        let wasChanged = topics[key]?.hasChanged == true
        let metaCountBefore = topics[key]?.metaCount ?? 0
        let answer = body(&topics[key, default: PresenceTopic()], &references)
        metaCount += (topics[key]?.metaCount ?? 0) - metaCountBefore
        if topics[key]?.hasChanged == true, !wasChanged { changed.append(key) }
        if topics[key]?.isEmpty == true { topics[key] = nil }
        return answer
    }
}

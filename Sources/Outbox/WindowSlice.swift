/// A part of what was committed between two looks at the outbox, ordered by `seq`.
///
/// A small window is one slice. A large one, such as a transaction of a million rows, comes as many
/// slices under one snapshot; nothing of another window stands between them.
public struct WindowSlice: Sendable {
    /// The messages; empty only in a last slice that follows others.
    public let messages: [OutboxMessage]

    /// Whether the window ends here.
    ///
    /// Whoever must treat a transaction as one waits for it.
    public let isLast: Bool

    /// When the window was read, by this process's clock.
    public let readAt: ContinuousClock.Instant

    /// Makes a slice.
    ///
    /// - Parameters:
    ///   - messages: Ordered by `seq`.
    ///   - isLast: Whether the window ends with it.
    ///   - readAt: When the window was read.
    public init(messages: [OutboxMessage], isLast: Bool, readAt: ContinuousClock.Instant) {
        self.messages = messages
        self.isLast = isLast
        self.readAt = readAt
    }
}

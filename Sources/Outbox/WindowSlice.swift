public import Topics

/// A part of what was committed between two looks at the outbox, ordered by `seq`.
///
/// A small window is one slice. A large one, such as a transaction of a million rows, comes as many
/// slices under one snapshot; nothing of another window stands between them.
public struct WindowSlice: Sendable {
    /// The messages; empty only in a last slice that follows others, or where there are concerns.
    public let messages: [OutboxMessage]

    /// Whether the window ends here.
    ///
    /// Whoever must treat a transaction as one waits for it.
    public let isLast: Bool

    /// Whose memberships the window's transactions may have changed, in order of their first
    /// messages; all of the window's with its first slice, none with the others.
    public let concerns: [TransactionConcerns]

    /// When the window was read, by this process's clock.
    public let readAt: ContinuousClock.Instant

    /// How old the slice's oldest message was then, by the database's clock, from the beginning of
    /// its transaction; nil where that is not known.
    public let lag: Duration?

    /// Makes a slice.
    ///
    /// - Parameters:
    ///   - messages: Ordered by `seq`.
    ///   - isLast: Whether the window ends with it.
    ///   - concerns: Whose memberships may have changed. Default nobody's.
    ///   - readAt: When the window was read.
    ///   - lag: How old the oldest message was. Default not known.
    public init(
        messages: [OutboxMessage],
        isLast: Bool,
        concerns: [TransactionConcerns] = [],
        readAt: ContinuousClock.Instant,
        lag: Duration? = nil
    ) {
        self.lag = lag
        self.messages = messages
        self.isLast = isLast
        self.concerns = concerns
        self.readAt = readAt
    }
}

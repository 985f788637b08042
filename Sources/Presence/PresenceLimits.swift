/// How much one topic may show, and for how long it shows somebody who was lost.
public struct PresenceLimits: Sendable {
    /// Keys of one topic.
    ///
    /// Default 10,000; the next is refused.
    public var keyCountMax = 10_000

    /// Entries under one key.
    ///
    /// Default 100; the next is refused.
    public var metaCountMax = 100

    /// Bytes of all that one topic shows.
    ///
    /// Default 2 MiB; more is refused.
    public var topicByteCountMax = 2 << 20

    /// How long the entry of a lost connection stays.
    ///
    /// Default 5 s; 0 takes it away at once.
    public var grace: Duration = .seconds(5)

    /// Starts from the defaults.
    public init() {}
}

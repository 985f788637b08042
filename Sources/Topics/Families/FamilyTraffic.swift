/// What connections may broadcast on the topics of a family.
public struct BroadcastRules: Hashable, Sendable {
    /// The names that broadcasts may have; nil for any.
    public let names: Set<String>?
    /// Bytes of payload at most; nil for the node's limit.
    public let byteCountMax: Int?
    /// Broadcasts per second of one channel at most, over any second; nil for the node's limits.
    public let countPerSecondMax: Int?

    /// Describes what may be broadcast.
    ///
    /// - Parameters:
    ///   - names: Default any.
    ///   - byteCountMax: At least 1. Default the node's limit.
    ///   - countPerSecondMax: At least 1. Default the node's limits.
    public init(
        names: Set<String>? = nil,
        byteCountMax: Int? = nil,
        countPerSecondMax: Int? = nil
    ) {
        self.names = names
        self.byteCountMax = byteCountMax
        self.countPerSecondMax = countPerSecondMax
    }
}

/// How presence works on the topics of a family.
public struct PresenceRules: Hashable, Sendable {
    /// Whether there is presence at all.
    public let isEnabled: Bool
    /// How long a lost connection's entries stay; nil for the node's grace period.
    public let grace: Duration?

    /// Describes presence.
    ///
    /// - Parameters:
    ///   - isEnabled: Default yes.
    ///   - grace: At least zero. Default the node's.
    public init(isEnabled: Bool = true, grace: Duration? = nil) {
        self.isEnabled = isEnabled
        self.grace = grace
    }
}

/// Names a channel that may be present: the loop it lives on, and its number there.
public struct PresenceHolder: Hashable, Sendable {
    /// The loop, from 0.
    public let loop: Int

    /// The channel's number on that loop, never used twice.
    public let channel: UInt64

    /// Puts the two numbers together.
    public init(loop: Int, channel: UInt64) {
        self.loop = loop
        self.channel = channel
    }
}

public import Wire

/// One message about one change, for the channels of one loop that get the same.
public struct ChangeDelivery: Sendable {
    /// The loop, from 0.
    public let loop: Int

    /// The message, complete.
    public let message: EncodedMessage

    /// The channels, by their numbers on the loop.
    public let channels: [UInt64]

    /// What it weighs in a mailbox, in bytes.
    public var byteCount: Int { 64 + message.byteCount + 8 * channels.count }
}

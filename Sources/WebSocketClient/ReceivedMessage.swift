public import Wire

/// A message of a channel as it came from the gateway.
public struct ReceivedMessage: Hashable, Sendable {
    /// The topic as on the wire, `realtime:` included.
    public let topic: String

    /// What kind of message it is, such as `broadcast` or `system`.
    public let name: String

    /// What it brings, as it was written; of a binary frame what the same message has as text.
    public let payload: JSONText

    /// The payload of a broadcast of bytes, which ``payload`` then lacks; nil for all others.
    public let bytes: [UInt8]?

    /// The join's reference, or `null`.
    public let joinRef: JSONText

    /// The reference of the message that this one answers, or `null`.
    public let ref: JSONText

    /// When its last byte was taken from the system, as far as this process can know.
    public let arrivedAt: ContinuousClock.Instant
}

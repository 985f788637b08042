/// What comes to a ``ChannelClient`` that waits.
public enum ChannelIncoming: Hashable, Sendable {
    /// A message of a channel, or a reply that nobody waited for.
    case message(ReceivedMessage)

    /// The gateway closed the connection.
    ///
    /// - Parameters:
    ///   - code: The number that it gave, if any.
    ///   - reason: The words that it gave.
    case closed(code: UInt16?, reason: String)

    /// The stream was cut, or has ended after a close.
    case ended

    /// The deadline passed and nothing came.
    case timeout
}

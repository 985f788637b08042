/// What comes out of a WebSocket.
public enum Incoming: Hashable, Sendable {
    /// A whole text, in UTF-8 that has been checked, fragments put together.
    case text([UInt8])

    /// A whole message of bytes, fragments put together.
    case binary([UInt8])

    /// A ping; the pong has been sent.
    case ping([UInt8])

    /// The answer to a ping, or one that nobody asked for.
    case pong([UInt8])

    /// The gateway closes the connection; nothing but ``ended`` follows.
    ///
    /// - Parameters:
    ///   - code: The number that it gave, if any.
    ///   - reason: The words that it gave; empty for none.
    case close(code: UInt16?, reason: String)

    /// The stream has ended; without a ``close(code:reason:)`` before, it was cut.
    case ended

    /// The deadline passed and nothing came.
    case timeout
}

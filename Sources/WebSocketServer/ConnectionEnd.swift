public import Wire

/// Why a connection is no more.
public enum ConnectionEnd: Equatable, Sendable {
    /// The other side sent a close frame; the code is nil when its frame had none.
    case closedByOther(code: UInt16?)

    /// The loop's owner closed it with this code.
    case closed(CloseCode)

    /// The loop's owner dropped it without a close frame.
    case dropped

    /// Nothing came from it for ``LoopConfiguration/idleTimeout``.
    case idle

    /// More waited for it than ``LoopConfiguration/queueByteCountMax``.
    case tooSlow

    /// It sent a message longer than ``LoopConfiguration/messageByteCountMax``.
    case messageTooBig

    /// The loop ran out of room for messages that arrive in pieces.
    case outOfRoom

    /// TCP or TLS ended, or the bytes were no WebSocket frames.
    case lost

    /// The loop stopped with the connection open.
    case stopped
}

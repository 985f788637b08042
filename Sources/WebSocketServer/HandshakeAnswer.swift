/// What the loop's owner says to a WebSocket handshake.
public enum HandshakeAnswer: Sendable {
    /// The connection may open; the value comes back in
    /// ``LoopDelegate/opened(_:request:admission:)``.
    case accept(any Sendable)

    /// The connection is refused, with this answer, and TCP is closed.
    case refuse(Response)
}

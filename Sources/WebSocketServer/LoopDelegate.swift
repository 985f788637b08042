/// What a loop tells its owner.
///
/// Every call is made on the loop's own thread. A delegate may call ``Loop/send(_:to:)``,
/// ``Loop/close(_:code:reason:)`` and ``Loop/drop(_:)`` from within any of them; nothing is written
/// or ended before the call returns.
public protocol LoopDelegate: AnyObject {
    /// Decides about a WebSocket handshake, at once.
    func handshake(_ request: Request) -> HandshakeAnswer

    /// A connection is open; `admission` is what ``handshake(_:)`` accepted it with.
    func opened(_ connection: ConnectionID, request: Request, admission: any Sendable)

    /// A whole text message arrived, valid UTF-8, put together from its fragments.
    func received(text: [UInt8], from connection: ConnectionID)

    /// A whole binary message arrived, put together from its fragments.
    func received(binary: [UInt8], from connection: ConnectionID)

    /// A connection is gone; no further call names it.
    func closed(_ connection: ConnectionID, end: ConnectionEnd)

    /// Decides by its header about a POST request, before its body is read.
    func admits(_ request: Request) -> BodyAnswer

    /// A request's whole body arrived; ``Loop/answer(_:with:)`` answers it, now or later.
    ///
    /// `admission` is what ``admits(_:)`` let it come with.
    func received(_ number: RequestNumber, body: [UInt8], admission: any Sendable)

    /// Whether the answer to a GET request takes time: a value then, with which
    /// ``received(_:body:admission:)`` brings the request, its body empty; nil where
    /// ``respond(to:)`` answers it.
    func defers(_ request: Request) -> (any Sendable)?

    /// Answers a GET, HEAD or OPTIONS request that asks for no WebSocket.
    func respond(to request: Request) -> Response

    /// Somebody called ``LoopWaker/wake()``: look into the mailbox.
    func turn()

    /// The loop is about to write what is queued and to wait: the last word of this turn.
    func willWait()

    /// A tick of ``LoopConfiguration/tickInterval`` passed.
    func tick(now: ContinuousClock.Instant)
}

extension LoopDelegate {
    /// Most answer at once.
    public func defers(_ request: Request) -> (any Sendable)? { nil }

    /// Most have no last word.
    public func willWait() {}
}

/// What a loop counts: plain integers, read and written on its thread only.
public struct LoopCounters: Equatable, Sendable {
    /// WebSocket connections now.
    public var connectionCount = 0

    /// TCP connections now, in any state.
    public var linkCount = 0

    /// TCP connections now that have not finished a request.
    public var halfOpenCount = 0

    /// TCP connections accepted.
    public var acceptedCount = 0

    /// TCP connections closed at once because their address had too many half-open ones.
    public var refusedByAddressCount = 0

    /// TCP connections that did not finish a request in time.
    public var handshakeTimeoutCount = 0

    /// Handshakes the delegate accepted and that became WebSocket connections.
    public var openedCount = 0

    /// Handshakes the delegate refused.
    public var refusedCount = 0

    /// Handshakes refused by the loop itself as malformed.
    public var malformedCount = 0

    /// Requests refused because their body was too long.
    public var bodyTooLargeCount = 0

    /// Requests cut because their body did not arrive in time.
    public var bodyTimeoutCount = 0

    /// Requests refused because too many waited, or too much of them.
    public var requestRefusedCount = 0

    /// Requests cut because nobody answered them in time.
    public var unansweredCount = 0

    /// WebSocket connections that ended.
    public var closedCount = 0

    /// Plain requests answered.
    public var responseCount = 0

    /// Times accepting was stopped at the connection limit or for want of descriptors.
    public var acceptPauseCount = 0

    /// Whole messages from connections.
    public var messagesIn = 0

    /// Payload bytes from connections.
    public var bytesIn = 0

    /// Messages handed over to be sent, once for each connection.
    public var deliveryCount = 0

    /// Bytes written, frame headers included.
    public var bytesOut = 0

    /// Calls that write to a connection; several messages may go with one.
    public var writeCount = 0

    /// Connections cut because too much waited for them.
    public var tooSlowCount = 0

    /// Connections closed because a message was too long.
    public var messageTooBigCount = 0

    /// Connections closed because nothing came from them.
    public var idleCount = 0

    /// Pings sent.
    public var pingCount = 0

    /// Pongs received.
    public var pongCount = 0

    /// Flush passes that left connections to a later one.
    public var cutFlushCount = 0

    /// All zero.
    public init() {}
}

public import LoadScenarios
public import WebSocketClient

/// How a server is spoken to: writes what a session sends, and tells what came.
public protocol Dialect: Sendable {
    /// Where a session connects to.
    ///
    /// - Parameters:
    ///   - url: As given on the command line.
    ///   - topic: The session's first topic, for servers with an address for each.
    ///   - token: The session's token, or the anonymous key.
    /// - Returns: The address.
    /// - Throws: What is wrong with the URL.
    func address(url: String, topic: String, token: String?) throws -> WebSocketAddress

    /// What is sent first on a connection; nil for nothing.
    var greeting: OutgoingMessage? { get }

    /// How often a heartbeat goes out; nil for never.
    var heartbeatInterval: Duration? { get }

    /// A join; nil where being connected is being joined.
    ///
    /// - Parameters:
    ///   - plan: What the channel shall be like.
    ///   - topic: The topic's name, filled in.
    ///   - ref: The join's reference, unique in the connection, and the channel's afterwards.
    ///   - token: The session's token.
    ///   - replaySince: Milliseconds since 1970 from which on messages are replayed; nil for none.
    /// - Returns: The message, answered by ``Arrival/reply(ref:isAccepted:)``.
    func join(
        _ plan: TopicPlan,
        topic: String,
        ref: UInt32,
        token: String?,
        replaySince: Int64?
    ) -> OutgoingMessage?

    /// Leaves a channel; nil where that cannot be said.
    func leave(topic: String, ref: UInt32, joinRef: UInt32) -> OutgoingMessage?

    /// A broadcast whose payload holds a mark and so many bytes of filling.
    func broadcast(
        topic: String,
        name: String,
        mark: String,
        fillingByteCount: Int,
        ref: UInt32,
        joinRef: UInt32
    ) -> OutgoingMessage

    /// Tracks a presence payload with a number in it; nil where there is no presence.
    func track(topic: String, number: UInt64, ref: UInt32, joinRef: UInt32) -> OutgoingMessage?

    /// Brings a fresh token; nil where that cannot be done.
    func accessToken(topic: String, token: String, ref: UInt32, joinRef: UInt32) -> OutgoingMessage?

    /// A heartbeat, answered by ``Arrival/reply(ref:isAccepted:)``; nil for none.
    func heartbeat(ref: UInt32) -> OutgoingMessage?

    /// What a server's ``Arrival/ping`` is answered with; nil where there is none.
    var pong: OutgoingMessage? { get }

    /// How many bytes the first message takes; nil where the rest of it comes later.
    ///
    /// nats-server puts what is ready into one WebSocket message, which so holds hundreds of its
    /// own. Where this answers less than all, ``arrival(_:isBinary:)`` is asked for each part.
    ///
    /// - Parameter bytes: A WebSocket message, or what is left of it, not empty.
    /// - Returns: At least 1; all of them unless a dialect says otherwise.
    func firstMessageByteCount(in bytes: Span<UInt8>) -> Int?

    /// Tells what a message is; for what carries a mark it allocates nothing.
    ///
    /// - Parameters:
    ///   - message: A whole message: all of a WebSocket message but with
    ///     ``firstMessageByteCount(in:)``.
    ///   - isBinary: Whether it came as a binary one.
    /// - Returns: What it is.
    func arrival(_ message: Span<UInt8>, isBinary: Bool) -> Arrival

    /// Why something was refused: the reason of an ``Arrival/reply(ref:isAccepted:)`` or
    /// ``Arrival/trouble(topic:)``, its code where it has one; for counting, so without
    /// particulars.
    func reason(_ message: Span<UInt8>, isBinary: Bool) -> String
}

extension Dialect {
    /// No answer is wanted.
    public var pong: OutgoingMessage? { nil }

    /// All of them: one WebSocket message is one message.
    ///
    /// - Parameter bytes: A WebSocket message.
    /// - Returns: Their count.
    public func firstMessageByteCount(in bytes: Span<UInt8>) -> Int? { bytes.count }
}

/// A message that a dialect has written.
public struct OutgoingMessage: Hashable, Sendable {
    /// What is sent.
    public var bytes: [UInt8]
    /// Whether as a binary message.
    public var isBinary: Bool

    /// Makes one.
    public init(bytes: [UInt8], isBinary: Bool = false) {
        self.bytes = bytes
        self.isBinary = isBinary
    }
}

/// What a message from a server is.
public enum Arrival: Hashable, Sendable {
    /// The answer to what was sent with this reference.
    case reply(ref: UInt32, isAccepted: Bool)
    /// A message of a topic, by ``TopicNumber``, or nil where the connection has only one; a
    /// replayed one says so.
    case message(topic: UInt64?, isReplayed: Bool)
    /// The server ended a channel, by ``TopicNumber``.
    case closed(topic: UInt64)
    /// A note of the server that is not good news, about a channel or, with nil, the connection.
    case trouble(topic: UInt64?)
    /// The server asks whether the connection lives: ``Dialect/pong`` answers.
    case ping
    /// Presence, and whatever else needs no check.
    case other
}

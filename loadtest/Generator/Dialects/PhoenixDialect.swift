internal import LoadChecks
public import LoadScenarios
public import WebSocketClient
public import Wire

/// Phoenix channels as a Phoenix application serves them.
///
/// Topics have no prefix, a broadcast is an event of its own name that the application is to give
/// to everybody (`broadcast!(channel, name, payload)`), and joins carry an empty payload.
public struct PhoenixDialect: Dialect {
    private let writer: RequestWriter

    /// Speaks with one serializer.
    ///
    /// - Parameter serializer: The form of messages.
    public init(serializer: Serializer) { writer = RequestWriter(serializer: serializer) }

    /// The URL of the application, or of one of its endpoints.
    ///
    /// - Parameters:
    ///   - url: With a path other than `/` it is that of an endpoint, such as `ws://host/live`;
    ///     without one `/socket` is added. `/websocket` comes behind both.
    ///   - topic: Not needed.
    ///   - token: Goes into the query as `token`.
    /// - Returns: The address.
    /// - Throws: ``WebSocketAddress/Malformed``.
    public func address(url: String, topic: String, token: String?) throws -> WebSocketAddress {
        var address = try WebSocketAddress(url)
        while address.path.hasSuffix("/") { address.path.removeLast() }
        if address.path.isEmpty { address.path = "/socket" }
        if !address.path.hasSuffix("/websocket") { address.path += "/websocket" }
        if let token { address.appendQuery("token", token) }
        address.appendQuery("vsn", writer.serializer == .v1 ? "1.0.0" : "2.0.0")
        return address
    }

    /// Nothing: a connection begins with its joins.
    public var greeting: OutgoingMessage? { nil }

    /// As often as Phoenix's own library.
    public var heartbeatInterval: Duration? { .seconds(30) }

    /// `phx_join` with an empty payload; replay is not known.
    public func join(
        _ plan: TopicPlan,
        topic: String,
        ref: UInt32,
        token: String?,
        replaySince: Int64?
    ) -> OutgoingMessage? {
        message(topic, MessageName.join.rawValue, ref, ref, .emptyObject)
    }

    /// `phx_leave`.
    public func leave(topic: String, ref: UInt32, joinRef: UInt32) -> OutgoingMessage? {
        message(topic, MessageName.leave.rawValue, ref, joinRef, .emptyObject)
    }

    /// An event of that name.
    public func broadcast(
        topic: String,
        name: String,
        mark: String,
        fillingByteCount: Int,
        ref: UInt32,
        joinRef: UInt32
    ) -> OutgoingMessage {
        let payload = MarkedPayload.json(mark: mark, fillingByteCount: fillingByteCount)
        return message(topic, name, ref, joinRef, payload)
    }

    /// Nothing: who is present is the application's to say.
    public func track(
        topic: String,
        number: UInt64,
        ref: UInt32,
        joinRef: UInt32
    ) -> OutgoingMessage? { nil }

    /// Nothing: Phoenix takes tokens when connecting only.
    public func accessToken(
        topic: String,
        token: String,
        ref: UInt32,
        joinRef: UInt32
    ) -> OutgoingMessage? { nil }

    /// `heartbeat` on the topic `phoenix`.
    public func heartbeat(ref: UInt32) -> OutgoingMessage? {
        OutgoingMessage(bytes: writer.heartbeat(ref: "\(ref)"))
    }

    /// Everything is a message that Phoenix does not use itself.
    public func arrival(_ message: Span<UInt8>, isBinary: Bool) -> Arrival {
        guard !isBinary else { return binary(message) }
        guard let parts = ChannelText.parts(of: message) else { return .other }
        switch ChannelName(message, parts.name) {
        case .reply: return parts.reply(message)
        case .close, .failure: return .closed(topic: parts.topicNumber(message))
        case .presence: return .other
        case .broadcast, .postgresChanges, .system, nil:
            return .message(topic: parts.topicNumber(message), isReplayed: false)
        }
    }

    /// The reason in a reply.
    public func reason(_ message: Span<UInt8>, isBinary: Bool) -> String {
        guard !isBinary, let parts = ChannelText.parts(of: message) else { return "" }
        return parts.reason(message)
    }

    /// Kinds 0 (push), 1 (reply) and 2 (broadcast), each with the lengths of its parts first.
    private func binary(_ message: Span<UInt8>) -> Arrival {
        guard message.count >= 5 else { return .other }
        let lengths = (Int(message[1]), Int(message[2]), Int(message[3]), Int(message[4]))
        switch message[0] {
        case 0:
            let topic = 4 + lengths.0..<4 + lengths.0 + lengths.1
            guard topic.upperBound + lengths.2 <= message.count else { return .other }
            return .message(topic: ChannelText.topicNumber(message, topic), isReplayed: false)
        case 1:
            let ref = 5 + lengths.0..<5 + lengths.0 + lengths.1
            let statusStart = ref.upperBound + lengths.2
            let status = statusStart..<statusStart + lengths.3
            guard status.upperBound <= message.count,
                let number = JSONWalk.number(message, ref)
            else { return .other }
            return .reply(ref: number, isAccepted: JSONWalk.equal(message, status, Self.ok))
        case 2:
            let topic = 3..<3 + lengths.0
            guard topic.upperBound + lengths.1 <= message.count else { return .other }
            return .message(topic: ChannelText.topicNumber(message, topic), isReplayed: false)
        default: return .other
        }
    }

    private static let ok = Array("ok".utf8)

    private func message(
        _ topic: String,
        _ name: String,
        _ ref: UInt32,
        _ joinRef: UInt32,
        _ payload: JSONText
    ) -> OutgoingMessage {
        OutgoingMessage(
            bytes: writer.message(
                topic,
                name,
                ref: "\(ref)",
                joinRef: "\(joinRef)",
                payload: payload
            )
        )
    }
}

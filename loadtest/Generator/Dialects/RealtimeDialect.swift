internal import LoadChecks
public import LoadScenarios
public import WebSocketClient
public import Wire

/// Supabase Realtime's protocol, which Waypost serves.
public struct RealtimeDialect: Dialect {
    private let writer: RequestWriter

    /// Speaks with one serializer.
    ///
    /// - Parameter serializer: The form of messages; with the second one broadcasts are binary.
    public init(serializer: Serializer) { writer = RequestWriter(serializer: serializer) }

    /// Where the gateway takes WebSockets.
    ///
    /// - Parameters:
    ///   - url: Such as `http://127.0.0.1:4000`.
    ///   - topic: Not needed.
    ///   - token: Goes into the query as `apikey`.
    /// - Returns: The address.
    /// - Throws: ``WebSocketAddress/Malformed``.
    public func address(url: String, topic: String, token: String?) throws -> WebSocketAddress {
        try WebSocketAddress(gateway: url, apiKey: token, serializer: writer.serializer)
    }

    /// Nothing: a connection begins with its joins.
    public var greeting: OutgoingMessage? { nil }

    /// As often as most libraries.
    public var heartbeatInterval: Duration? { .seconds(25) }

    /// `phx_join` with a configuration.
    public func join(
        _ plan: TopicPlan,
        topic: String,
        ref: UInt32,
        token: String?,
        replaySince: Int64?
    ) -> OutgoingMessage? {
        var options = RequestWriter.JoinOptions()
        options.isPrivate = plan.isPrivate
        options.receivesOwnBroadcasts = plan.receivesOwn
        options.wantsAcknowledgement = plan.acknowledges
        options.seesPresence = plan.hasPresence
        options.replaySinceMilliseconds = replaySince
        options.token = token
        return OutgoingMessage(bytes: writer.join(wire(topic), ref: "\(ref)", options: options))
    }

    /// `phx_leave`.
    public func leave(topic: String, ref: UInt32, joinRef: UInt32) -> OutgoingMessage? {
        OutgoingMessage(bytes: writer.leave(wire(topic), ref: "\(ref)", joinRef: "\(joinRef)"))
    }

    /// A broadcast as libraries send it: a text of the first serializer, a binary frame of the
    /// second.
    public func broadcast(
        topic: String,
        name: String,
        mark: String,
        fillingByteCount: Int,
        ref: UInt32,
        joinRef: UInt32
    ) -> OutgoingMessage {
        let payload = MarkedPayload.json(mark: mark, fillingByteCount: fillingByteCount)
        let topic = wire(topic)
        let isShort = topic.utf8.count <= 255 && name.utf8.count <= 255
        guard writer.serializer == .v2, isShort else {
            return OutgoingMessage(
                bytes: writer.broadcast(
                    topic,
                    name: name,
                    payload: payload,
                    ref: "\(ref)",
                    joinRef: "\(joinRef)"
                )
            )
        }
        let bytes = writer.binaryBroadcast(
            topic,
            name: name,
            content: .json(payload),
            ref: "\(ref)",
            joinRef: "\(joinRef)"
        )
        return OutgoingMessage(bytes: bytes, isBinary: true)
    }

    /// `presence` with `track`.
    public func track(
        topic: String,
        number: UInt64,
        ref: UInt32,
        joinRef: UInt32
    ) -> OutgoingMessage? {
        let payload = #"{"type":"presence","event":"track","payload":{"number":\#(number)}}"#
        return OutgoingMessage(
            bytes: writer.message(
                wire(topic),
                MessageName.presence.rawValue,
                ref: "\(ref)",
                joinRef: "\(joinRef)",
                payload: JSONText(trusted: Array(payload.utf8))
            )
        )
    }

    /// `access_token`, which is never answered.
    public func accessToken(
        topic: String,
        token: String,
        ref: UInt32,
        joinRef: UInt32
    ) -> OutgoingMessage? {
        OutgoingMessage(
            bytes: writer.accessToken(
                wire(topic),
                token: token,
                ref: "\(ref)",
                joinRef: "\(joinRef)"
            )
        )
    }

    /// `heartbeat` on the topic `phoenix`.
    public func heartbeat(ref: UInt32) -> OutgoingMessage? {
        OutgoingMessage(bytes: writer.heartbeat(ref: "\(ref)"))
    }

    /// Broadcasts and changes of the database are messages; presence is something else.
    public func arrival(_ message: Span<UInt8>, isBinary: Bool) -> Arrival {
        guard !isBinary else { return binary(message) }
        guard let parts = ChannelText.parts(of: message) else { return .other }
        switch ChannelName(message, parts.name) {
        case .broadcast:
            return .message(
                topic: parts.topicNumber(message),
                isReplayed: parts.isReplayed(message)
            )
        case .postgresChanges:
            return .message(topic: parts.topicNumber(message), isReplayed: false)
        case .reply: return parts.reply(message)
        case .close, .failure: return .closed(topic: parts.topicNumber(message))
        case .system:
            guard let status = JSONWalk.member(ChannelText.Word.status, message, in: parts.payload),
                JSONWalk.equal(message, status, ChannelText.Word.ok)
            else { return .trouble(topic: parts.topicNumber(message)) }
            return .other
        case .presence, nil: return .other
        }
    }

    /// The code in a reply's reason or a note's message, or its words.
    public func reason(_ message: Span<UInt8>, isBinary: Bool) -> String {
        guard !isBinary, let parts = ChannelText.parts(of: message) else { return "" }
        return parts.reason(message)
    }

    private func binary(_ message: Span<UInt8>) -> Arrival {
        guard message.count >= 5, message[0] == BinaryFrame.broadcastKind else { return .other }
        let nameStart = 5 + Int(message[1])
        let metaStart = nameStart + Int(message[2])
        let payloadStart = metaStart + Int(message[3])
        guard payloadStart <= message.count else { return .other }
        let isReplayed =
            metaStart < payloadStart
            && ChannelText.isReplayed(message, meta: metaStart..<payloadStart)
        return .message(
            topic: ChannelText.topicNumber(message, 5..<nameStart),
            isReplayed: isReplayed
        )
    }

    private func wire(_ topic: String) -> String { "realtime:" + topic }
}

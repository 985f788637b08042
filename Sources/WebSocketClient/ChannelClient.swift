public import Wire

/// Speaks with a gateway about channels: join, leave, broadcast, and wait for what comes.
///
/// For one thread, which waits in its calls. While it waits, a heartbeat goes out whenever one is
/// due. Messages that come while a reply is waited for are kept for ``next(deadline:)``.
public final class ChannelClient {
    /// How often a heartbeat goes out; by default every 25 s, as libraries do it.
    public var heartbeatInterval: Duration = .seconds(25)

    /// The WebSocket below, for pings, raw bytes and cutting it.
    public let webSocket: WebSocketClient

    /// How messages are written.
    public let writer: RequestWriter

    private let decoder: MessageDecoder
    private var refCount = 0
    private(set) var joinRefs: [String: String] = [:]
    private var waiting: [ReceivedMessage] = []
    private var waitingStart = 0
    /// How the connection ended, while there are still messages from before.
    private var ending: ChannelIncoming?
    private var heartbeatAt: ContinuousClock.Instant
    private var heartbeatRef: JSONText?

    /// Connects to a gateway.
    ///
    /// - Parameters:
    ///   - gateway: Its URL, such as `http://127.0.0.1:4000` or `wss://example.org/realtime/v1`.
    ///   - apiKey: The token of the connection; nil for none.
    ///   - serializer: The form of messages. Default the second.
    ///   - options: Headers, trust and limits.
    ///   - deadline: When to give up.
    /// - Throws: ``WebSocketFailure``.
    public init(
        gateway: String,
        apiKey: String?,
        serializer: Serializer = .v2,
        options: WebSocketOptions = WebSocketOptions(),
        deadline: ContinuousClock.Instant
    ) throws(WebSocketFailure) {
        let address: WebSocketAddress
        do {
            address = try WebSocketAddress(
                gateway: gateway,
                apiKey: apiKey,
                serializer: serializer
            )
        } catch {
            throw .addressMalformed(error)
        }
        webSocket = try WebSocketClient(address, options: options, deadline: deadline)
        writer = RequestWriter(serializer: serializer)
        decoder = MessageDecoder(serializer: serializer)
        heartbeatAt = .now + .seconds(25)
    }

    /// Joins a topic and waits for the answer.
    ///
    /// - Parameters:
    ///   - topic: The topic, with or without `realtime:`.
    ///   - options: What the channel shall be like.
    ///   - deadline: When to give up.
    /// - Returns: The answer, a refusal included; nil when none came in time or the connection
    ///   ended.
    /// - Throws: ``WebSocketFailure``.
    public func join(
        _ topic: String,
        options: RequestWriter.JoinOptions = RequestWriter.JoinOptions(),
        deadline: ContinuousClock.Instant
    ) throws(WebSocketFailure) -> ChannelReply? {
        let topic = Self.wireTopic(topic)
        let ref = nextRef()
        joinRefs[topic] = ref
        try webSocket.sendText(writer.join(topic, ref: ref, options: options))
        return try reply(to: ref, topic, deadline: deadline)
    }

    /// Leaves a topic and waits for the answer; ``next(deadline:)`` then brings the `phx_close`.
    ///
    /// - Parameters:
    ///   - topic: The topic, with or without `realtime:`.
    ///   - deadline: When to give up.
    /// - Returns: The answer; nil when none came in time.
    /// - Throws: ``WebSocketFailure``.
    public func leave(
        _ topic: String,
        deadline: ContinuousClock.Instant
    ) throws(WebSocketFailure) -> ChannelReply? {
        let topic = Self.wireTopic(topic)
        let ref = nextRef()
        let joinRef = joinRefs.removeValue(forKey: topic)
        try webSocket.sendText(writer.leave(topic, ref: ref, joinRef: joinRef))
        return try reply(to: ref, topic, deadline: deadline)
    }

    /// Sends a broadcast without waiting for anything.
    ///
    /// - Parameters:
    ///   - topic: The topic, with or without `realtime:`.
    ///   - name: The broadcast's name.
    ///   - payload: What it carries.
    /// - Returns: The message's reference, which the answer of a channel with acknowledgement has.
    /// - Throws: ``WebSocketFailure``.
    @discardableResult
    public func broadcast(
        _ topic: String,
        name: String,
        payload: JSONText
    ) throws(WebSocketFailure) -> String {
        let topic = Self.wireTopic(topic)
        let ref = nextRef()
        let joinRef = joinRefs[topic]
        try webSocket.sendText(
            writer.broadcast(topic, name: name, payload: payload, ref: ref, joinRef: joinRef)
        )
        return ref
    }

    /// Sends a broadcast and waits for the answer that a channel with acknowledgement gets.
    ///
    /// - Parameters:
    ///   - topic: The topic, with or without `realtime:`.
    ///   - name: The broadcast's name.
    ///   - payload: What it carries.
    ///   - deadline: When to give up.
    /// - Returns: The answer; nil when none came in time.
    /// - Throws: ``WebSocketFailure``.
    public func broadcast(
        _ topic: String,
        name: String,
        payload: JSONText,
        deadline: ContinuousClock.Instant
    ) throws(WebSocketFailure) -> ChannelReply? {
        let ref = try broadcast(topic, name: name, payload: payload)
        return try reply(to: ref, Self.wireTopic(topic), deadline: deadline)
    }

    /// Brings a new token for a channel; it is never answered.
    ///
    /// - Parameters:
    ///   - topic: The topic, with or without `realtime:`.
    ///   - token: The token.
    /// - Throws: ``WebSocketFailure``.
    public func accessToken(_ topic: String, token: String) throws(WebSocketFailure) {
        let topic = Self.wireTopic(topic)
        let joinRef = joinRefs[topic]
        try webSocket.sendText(
            writer.accessToken(topic, token: token, ref: nextRef(), joinRef: joinRef)
        )
    }

    /// Sends a heartbeat and waits for the answer.
    ///
    /// - Parameter deadline: When to give up.
    /// - Returns: The answer; nil when none came in time.
    /// - Throws: ``WebSocketFailure``.
    public func heartbeat(
        deadline: ContinuousClock.Instant
    ) throws(WebSocketFailure) -> ChannelReply? {
        let ref = nextRef()
        try webSocket.sendText(writer.heartbeat(ref: ref))
        return try reply(to: ref, MessageName.phoenixTopic, deadline: deadline)
    }

    /// Waits for the next message.
    ///
    /// What is no message of the serializer is passed over.
    ///
    /// - Parameter deadline: When to answer ``ChannelIncoming/timeout``.
    /// - Returns: What came, in the order in which it came.
    /// - Throws: ``WebSocketFailure``; ``WebSocketFailure/heartbeatLost`` included.
    public func next(
        deadline: ContinuousClock.Instant
    ) throws(WebSocketFailure) -> ChannelIncoming {
        if waitingStart < waiting.count {
            waitingStart += 1
            let message = waiting[waitingStart - 1]
            if waitingStart == waiting.count {
                waiting.removeAll()
                waitingStart = 0
            }
            return .message(message)
        }
        return try receive(deadline: deadline)
    }

    /// Closes the connection properly.
    ///
    /// - Parameter deadline: When to cut it without having had an answer.
    /// - Throws: ``WebSocketFailure``.
    public func close(deadline: ContinuousClock.Instant) throws(WebSocketFailure) {
        try webSocket.close(deadline: deadline)
    }

    /// A reference that this connection has not used yet.
    ///
    /// - Returns: A decimal number.
    public func nextRef() -> String {
        refCount += 1
        return String(refCount)
    }

    /// Puts `realtime:` before a topic that lacks it.
    ///
    /// - Parameter topic: A topic's name.
    /// - Returns: The topic as on the wire.
    public static func wireTopic(_ topic: String) -> String {
        topic.hasPrefix("realtime:") ? topic : "realtime:\(topic)"
    }

    /// Waits for the answer to a message that was sent; keeps the others for ``next(deadline:)``.
    ///
    /// - Parameters:
    ///   - ref: The message's reference.
    ///   - topic: The message's topic as on the wire.
    ///   - deadline: When to give up.
    /// - Returns: The answer; nil when none came in time or the connection ended.
    /// - Throws: ``WebSocketFailure``.
    public func reply(
        to ref: String,
        _ topic: String,
        deadline: ContinuousClock.Instant
    ) throws(WebSocketFailure) -> ChannelReply? {
        let ref = JSONText(string: ref)
        while true {
            let incoming = try receive(deadline: deadline)
            switch incoming {
            case .message(let message):
                if message.name == MessageName.reply.rawValue, message.ref == ref,
                    message.topic == topic
                {
                    return ChannelReply(payload: message.payload)
                }
                waiting.append(message)
            case .closed, .ended:
                ending = incoming
                return nil
            case .timeout: return nil
            }
        }
    }

    /// Waits for one message from the connection, sending heartbeats meanwhile.
    private func receive(
        deadline: ContinuousClock.Instant
    ) throws(WebSocketFailure) -> ChannelIncoming {
        if let ending {
            self.ending = nil
            return ending
        }
        while true {
            try beat()
            switch try webSocket.receive(deadline: min(deadline, heartbeatAt)) {
            case .text(let text):
                guard let message = message(text) else { continue }
                return .message(message)
            case .binary(let frame):
                guard let message = ReceivedMessage(binary: frame, arrivedAt: .now) else {
                    continue
                }
                return .message(message)
            case .ping, .pong: continue
            case .close(let code, let reason): return .closed(code: code, reason: reason)
            case .ended: return .ended
            case .timeout:
                if ContinuousClock.now >= deadline { return .timeout }
            }
        }
    }

    /// Sends a heartbeat if one is due.
    private func beat() throws(WebSocketFailure) {
        let now = ContinuousClock.now
        heartbeatAt = min(heartbeatAt, now + heartbeatInterval)
        guard now >= heartbeatAt, webSocket.isOpen else { return }
        guard heartbeatRef == nil else {
            webSocket.drop()
            throw .heartbeatLost
        }
        let ref = nextRef()
        heartbeatRef = JSONText(string: ref)
        heartbeatAt = now + heartbeatInterval
        try webSocket.sendText(writer.heartbeat(ref: ref))
    }

    /// Decodes a text; nil for what is no message and for the answer to an own heartbeat.
    private func message(_ text: [UInt8]) -> ReceivedMessage? {
        let arrivedAt = ContinuousClock.now
        guard let decoded = try? decoder.decode(text) else { return nil }
        if decoded.topic == MessageName.phoenixTopic, decoded.ref == heartbeatRef {
            heartbeatRef = nil
            return nil
        }
        return ReceivedMessage(
            topic: decoded.topic,
            name: decoded.name,
            payload: decoded.payload,
            bytes: nil,
            joinRef: decoded.joinRef,
            ref: decoded.ref,
            arrivedAt: arrivedAt
        )
    }
}

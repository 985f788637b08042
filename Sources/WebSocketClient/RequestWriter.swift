public import Wire

/// Writes the messages that a connection sends, as text of one serializer.
public struct RequestWriter: Sendable {
    /// What a join asks of its channel.
    public struct JoinOptions: Sendable {
        /// Whether the topic's rules decide who may join; by default true.
        public var isPrivate = true

        /// Whether broadcasts come back to the channel that sent them; by default false.
        public var receivesOwnBroadcasts = false

        /// Whether broadcasts are answered; by default false.
        public var wantsAcknowledgement = false

        /// The key to be present under; by default empty, so that the gateway makes one.
        public var presenceKey = ""

        /// Whether the channel is told who is present; by default false.
        public var seesPresence = false

        /// Since when messages are replayed, in milliseconds since 1970; by default nil, none are.
        public var replaySinceMilliseconds: Int64?

        /// How many are, at most; by default nil, as many as the gateway takes for usual.
        public var replayLimit: Int?

        /// The token for the channel; by default nil, the connection's.
        public var token: String?

        /// All defaults.
        public init() {}
    }

    /// The form of the messages.
    public let serializer: Serializer

    /// Writes messages in one form.
    ///
    /// - Parameter serializer: The form that the handshake asked for.
    public init(serializer: Serializer) {
        self.serializer = serializer
    }

    /// Asks to join a topic.
    ///
    /// - Parameters:
    ///   - topic: The topic as on the wire, `realtime:` included.
    ///   - ref: The message's reference, which is the channel's join reference from then on.
    ///   - options: What the channel shall be like.
    /// - Returns: The text.
    public func join(_ topic: String, ref: String, options: JoinOptions) -> [UInt8] {
        var broadcast = [
            ("ack", bool(options.wantsAcknowledgement)),
            ("self", bool(options.receivesOwnBroadcasts)),
        ]
        if let since = options.replaySinceMilliseconds {
            let limit = options.replayLimit.map { [("limit", number(Int64($0)))] } ?? []
            broadcast.append(("replay", object([("since", number(since))] + limit)))
        }
        let presence = object([
            ("key", JSONText(string: options.presenceKey)), ("enabled", bool(options.seesPresence)),
        ])
        let configuration = object([
            ("broadcast", object(broadcast)),
            ("presence", presence),
            ("postgres_changes", JSONText(trusted: Array("[]".utf8))),
            ("private", bool(options.isPrivate)),
        ])
        var members = [("config", configuration)]
        if let token = options.token { members.append(("access_token", JSONText(string: token))) }
        let name = MessageName.join.rawValue
        return message(topic, name, ref: ref, joinRef: ref, payload: object(members))
    }

    /// Asks to leave a topic.
    ///
    /// - Parameters:
    ///   - topic: The topic as on the wire.
    ///   - ref: The message's reference.
    ///   - joinRef: The join's reference.
    /// - Returns: The text.
    public func leave(_ topic: String, ref: String, joinRef: String?) -> [UInt8] {
        let name = MessageName.leave.rawValue
        return message(topic, name, ref: ref, joinRef: joinRef, payload: .emptyObject)
    }

    /// Sends a broadcast.
    ///
    /// - Parameters:
    ///   - topic: The topic as on the wire.
    ///   - name: The broadcast's name.
    ///   - payload: What it carries.
    ///   - ref: The message's reference.
    ///   - joinRef: The join's reference.
    /// - Returns: The text.
    public func broadcast(
        _ topic: String,
        name: String,
        payload: JSONText,
        ref: String,
        joinRef: String?
    ) -> [UInt8] {
        let whole = object([
            ("type", JSONText(string: "broadcast")),
            ("event", JSONText(string: name)),
            ("payload", payload),
        ])
        let name = MessageName.broadcast.rawValue
        return message(topic, name, ref: ref, joinRef: joinRef, payload: whole)
    }

    /// Brings a new token for a channel.
    ///
    /// - Parameters:
    ///   - topic: The topic as on the wire.
    ///   - token: The token.
    ///   - ref: The message's reference.
    ///   - joinRef: The join's reference.
    /// - Returns: The text.
    public func accessToken(
        _ topic: String,
        token: String,
        ref: String,
        joinRef: String?
    ) -> [UInt8] {
        let payload = object([("access_token", JSONText(string: token))])
        let name = MessageName.accessToken.rawValue
        return message(topic, name, ref: ref, joinRef: joinRef, payload: payload)
    }

    /// Shows that the connection lives.
    ///
    /// - Parameter ref: The message's reference.
    /// - Returns: The text.
    public func heartbeat(ref: String) -> [UInt8] {
        let name = MessageName.heartbeat.rawValue
        let topic = MessageName.phoenixTopic
        return message(topic, name, ref: ref, joinRef: nil, payload: .emptyObject)
    }

    /// Sends anything.
    ///
    /// - Parameters:
    ///   - topic: The topic as on the wire.
    ///   - name: What the message asks for.
    ///   - ref: The message's reference; nil for `null`.
    ///   - joinRef: The join's reference; nil for `null`.
    ///   - payload: What the message brings.
    /// - Returns: The text.
    public func message(
        _ topic: String,
        _ name: String,
        ref: String?,
        joinRef: String?,
        payload: JSONText
    ) -> [UInt8] {
        let ref = ref.map { JSONText(string: $0) } ?? .null
        let joinRef = joinRef.map { JSONText(string: $0) } ?? .null
        let topic = JSONText(string: topic)
        let name = JSONText(string: name)
        switch serializer {
        case .v1:
            return object([
                ("topic", topic), ("event", name), ("payload", payload), ("ref", ref),
                ("join_ref", joinRef),
            ]).bytes
        case .v2:
            let parts = [joinRef, ref, topic, name, payload].map(\.bytes)
            return [0x5B] + parts.joined(separator: [0x2C]) + [0x5D]
        }
    }

    private func number(_ number: Int64) -> JSONText {
        JSONText(trusted: Array("\(number)".utf8))
    }

    private func bool(_ bool: Bool) -> JSONText {
        JSONText(trusted: Array((bool ? "true" : "false").utf8))
    }

    /// Keys are plain letters and need no escapes.
    private func object(_ members: [(key: String, value: JSONText)]) -> JSONText {
        let written = members.map { Array("\"\($0.key)\":".utf8) + $0.value.bytes }
        return JSONText(trusted: [0x7B] + written.joined(separator: [0x2C]) + [0x7D])
    }
}

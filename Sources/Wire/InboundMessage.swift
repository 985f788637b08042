/// A message as it came from a connection, taken apart as far as every message must be.
public struct InboundMessage: Hashable, Sendable {
    /// The reference of the join that the message belongs to, to be echoed as it is.
    public let joinRef: JSONText

    /// The reference that a reply carries back, to be echoed as it is.
    public let ref: JSONText

    /// The topic as on the wire, `realtime:` included; nothing about it is checked.
    public let topic: String

    /// What the message asks for: one of ``MessageName``, or something to be ignored.
    public let name: String

    /// Any JSON value, as it was written; `{}` where ``broadcast`` is there.
    public let payload: JSONText

    /// What a binary frame brought; nil for a message that came as text.
    public let broadcast: UserBroadcast?

    /// Puts a message together.
    ///
    /// - Parameters:
    ///   - joinRef: The join's reference. Default `null`.
    ///   - ref: The message's reference. Default `null`.
    ///   - topic: The topic as on the wire.
    ///   - name: What the message asks for.
    ///   - payload: What it brings. Default `{}`.
    public init(
        joinRef: JSONText = .null,
        ref: JSONText = .null,
        topic: String,
        name: String,
        payload: JSONText = .emptyObject
    ) {
        self.joinRef = joinRef
        self.ref = ref
        self.topic = topic
        self.name = name
        self.payload = payload
        broadcast = nil
    }

    /// Puts together what a binary frame means: a `broadcast`.
    ///
    /// - Parameters:
    ///   - joinRef: The join's reference.
    ///   - ref: The message's reference.
    ///   - topic: The topic as on the wire.
    ///   - broadcast: What is broadcast.
    public init(joinRef: JSONText, ref: JSONText, topic: String, broadcast: UserBroadcast) {
        self.joinRef = joinRef
        self.ref = ref
        self.topic = topic
        name = MessageName.broadcast.rawValue
        payload = .emptyObject
        self.broadcast = broadcast
    }

    /// The length that the limit on payloads is about: of the payload, as text or as bytes.
    public var payloadByteCount: Int { broadcast?.content.byteCount ?? payload.bytes.count }
}

extension MessageEncoder {
    /// Encodes a broadcast in the form that this serializer has for it.
    ///
    /// The second serializer gets a binary frame. Where a part is too long for one, JSON goes as
    /// text, which every library reads as well; the first serializer gets JSON as text always.
    ///
    /// - Parameters:
    ///   - broadcast: The broadcast.
    ///   - topic: The topic as on the wire, `realtime:` included.
    /// - Returns: The frames of the message. Nil where there is no form: bytes for the first
    ///   serializer, or with a topic or a name that no binary frame can hold.
    public func broadcast(_ broadcast: UserBroadcast, topic: String) -> EncodedMessage? {
        if serializer == .v2, let encoded = frames(broadcast, topic: topic) { return encoded }
        return text(broadcast, topic: topic, joinRef: .null)
    }

    /// Encodes a broadcast that is replayed to one channel.
    ///
    /// JSON goes as text, which carries the channel's reference in the second serializer; bytes go
    /// as a binary frame.
    ///
    /// - Parameters:
    ///   - broadcast: The broadcast, as ``UserBroadcast/replayed(id:name:content:)`` makes it.
    ///   - topic: The topic as on the wire, `realtime:` included.
    ///   - joinRef: The channel's join reference.
    /// - Returns: The frames of the message. Nil where there is no form: bytes for the first
    ///   serializer, or with a topic or a name that no binary frame can hold.
    public func replay(
        _ broadcast: UserBroadcast,
        topic: String,
        joinRef: JSONText
    ) -> EncodedMessage? {
        if case .binary = broadcast.content {
            return serializer == .v2 ? frames(broadcast, topic: topic) : nil
        }
        return text(broadcast, topic: topic, joinRef: joinRef)
    }

    /// The broadcast as text; nil where it carries bytes.
    private func text(
        _ broadcast: UserBroadcast,
        topic: String,
        joinRef: JSONText
    ) -> EncodedMessage? {
        guard case .json(let payload) = broadcast.content else { return nil }
        var head: [UInt8] = []
        head.reserveCapacity(Self.nameKey.count + broadcast.name.utf8.count + 16)
        head += Self.nameKey
        JSONQuoting.append(broadcast.name, to: &head)
        head += Self.payloadKey
        var tail: [UInt8] = []
        if let meta = broadcast.meta {
            tail.reserveCapacity(Self.metaKey.count + meta.bytes.count + 1)
            tail += Self.metaKey
            tail += meta.bytes
        }
        tail.append(.closeBrace)
        return encode(
            OutboundMessage(
                joinRef: joinRef,
                ref: .null,
                topic: topic,
                name: MessageName.broadcast.rawValue,
                payloadHead: head,
                payload: payload.bytes,
                payloadTail: tail
            )
        )
    }

    private static let nameKey = Array(#"{"type":"broadcast","event":"#.utf8)
    private static let payloadKey = Array(#","payload":"#.utf8)
    private static let metaKey = Array(#","meta":"#.utf8)

    /// The broadcast as a binary frame; nil when a part is too long for that.
    private func frames(_ broadcast: UserBroadcast, topic: String) -> EncodedMessage? {
        let meta = broadcast.meta?.bytes ?? []
        guard let topicByteCount = UInt8(exactly: topic.utf8.count),
            let nameByteCount = UInt8(exactly: broadcast.name.utf8.count),
            let metaByteCount = UInt8(exactly: meta.count)
        else { return nil }
        let (encoding, payload) =
            switch broadcast.content {
            case .json(let text): (BinaryFrame.jsonEncoding, text.bytes)
            case .binary(let bytes): (BinaryFrame.binaryEncoding, bytes)
            }
        let head = [
            BinaryFrame.broadcastKind, topicByteCount, nameByteCount, metaByteCount, encoding,
        ]
        let count =
            head.count + topic.utf8.count + broadcast.name.utf8.count + meta.count + payload.count
        return EncodedMessage(.binary, byteCount: count) { bytes in
            bytes.append(contentsOf: head)
            bytes.append(contentsOf: topic.utf8)
            bytes.append(contentsOf: broadcast.name.utf8)
            bytes.append(contentsOf: meta)
            bytes.append(contentsOf: payload)
        }
    }
}

public import Topics
public import Wire

extension Hub {
    /// Whether topics without `private` carry broadcasts.
    public var allowsPublicBroadcasts: Bool { limits.publicChannels == .allow }

    /// Sends a broadcast that came from no connection to every member of a topic, on all loops.
    ///
    /// - Parameters:
    ///   - payload: What the members get: an object with `type`, `event` and `payload`.
    ///   - topic: The topic, and whether its private or its public side; who may send there has
    ///     been found out.
    public func broadcast(_ payload: JSONText, to topic: TopicKey) {
        counters.broadcastsAccepted += 1
        let loops = interest.loops(of: topic)
        func encode(_ serializer: Serializer, isWanted: Bool) -> EncodedMessage? {
            guard isWanted else { return nil }
            counters.encodings += 1
            return MessageEncoder(serializer: serializer).push(
                joinRef: .null,
                ref: .null,
                topic: topic.name.wireText,
                name: MessageName.broadcast.rawValue,
                payload: payload
            )
        }
        let encoded = RelayedBroadcast(
            topic: topic,
            v1: encode(.v1, isWanted: loops.v1 != 0),
            v2: encode(.v2, isWanted: loops.v2 != 0)
        )
        deliver(encoded)
        if !loops.without(loop: loop).isEmpty { port.relay(encoded) }
    }
}

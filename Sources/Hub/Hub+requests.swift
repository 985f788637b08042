public import Topics
public import Wire

extension Hub {
    /// Whether topics without `private` carry broadcasts.
    public var allowsPublicBroadcasts: Bool { limits.publicChannels == .allow }

    /// Sends a broadcast that came from no connection to every member of a topic, on all loops.
    ///
    /// - Parameters:
    ///   - topic: The topic, and whether its private or its public side; who may send there has
    ///     been found out.
    ///   - form: Encodes the broadcast for one serializer, once for each in use; nil where that has
    ///     no form for it.
    public func broadcast(to topic: TopicKey, form: (MessageEncoder) -> EncodedMessage?) {
        counters.broadcastsAccepted += 1
        let loops = interest.loops(of: topic)
        func encode(_ serializer: Serializer, isWanted: Bool) -> EncodedMessage? {
            guard isWanted, let encoded = form(MessageEncoder(serializer: serializer)) else {
                return nil
            }
            counters.encodings += 1
            return encoded
        }
        let encoded = RelayedBroadcast(
            topic: topic,
            v1: encode(.v1, isWanted: loops.v1 != 0),
            v2: encode(.v2, isWanted: loops.v2 != 0)
        )
        deliver(encoded)
        if encoded.isFor(loops.without(loop: loop)) { port.relay(encoded) }
    }
}

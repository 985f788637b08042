public import Wire

extension ChannelClient {
    /// Sends a broadcast as a binary frame, without waiting for anything.
    ///
    /// - Parameters:
    ///   - topic: The topic, with or without `realtime:`.
    ///   - name: The broadcast's name.
    ///   - content: What it carries.
    /// - Returns: The message's reference, which the answer of a channel with acknowledgement has.
    /// - Throws: ``WebSocketFailure``.
    @discardableResult
    public func broadcast(
        _ topic: String,
        name: String,
        content: BroadcastContent
    ) throws(WebSocketFailure) -> String {
        let topic = Self.wireTopic(topic)
        let ref = nextRef()
        let joinRef = joinRefs[topic] ?? ""
        try webSocket.sendBinary(
            writer.binaryBroadcast(topic, name: name, content: content, ref: ref, joinRef: joinRef)
        )
        return ref
    }

    /// Sends a broadcast as a binary frame and waits for the answer that a channel with
    /// acknowledgement gets.
    ///
    /// - Parameters:
    ///   - topic: The topic, with or without `realtime:`.
    ///   - name: The broadcast's name.
    ///   - content: What it carries.
    ///   - deadline: When to give up.
    /// - Returns: The answer; nil when none came in time.
    /// - Throws: ``WebSocketFailure``.
    public func broadcast(
        _ topic: String,
        name: String,
        content: BroadcastContent,
        deadline: ContinuousClock.Instant
    ) throws(WebSocketFailure) -> ChannelReply? {
        let ref = try broadcast(topic, name: name, content: content)
        return try reply(to: ref, Self.wireTopic(topic), deadline: deadline)
    }
}

import Topics
import Wire

extension Hub {
    /// A connection broadcasts to the others of a topic.
    func broadcast(_ message: InboundMessage, on channel: Channel, time: HubTime) {
        guard message.broadcast != nil || message.payload.isObject else {
            refuseBroadcast(.malformed)
            return
        }
        guard message.payloadByteCount <= limits.payloadByteCountMax else {
            refuseBroadcast(.tooLarge, message, on: channel)
            return
        }
        guard channel.membership.verdict.broadcastWrite else {
            refuseBroadcast(.notAllowed)
            return
        }
        guard channel.key.isPrivate || limits.publicChannels == .allow else {
            refuseBroadcast(.publicChannel)
            return
        }
        if let reason = refusal(of: message, on: channel, time: time) {
            refuseBroadcast(reason, message, on: channel)
            return
        }
        counters.broadcastsAccepted += 1
        fanOut(message, on: channel)
        if channel.wantsAck { reply(.ok, .emptyObject, to: message, on: channel) }
    }

    func refuseBroadcast(_ reason: BroadcastDropReason) {
        port.note(.broadcastRefused(reason))
    }

    /// Drops a broadcast, and says why where its sender asked for an answer.
    private func refuseBroadcast(
        _ reason: BroadcastDropReason,
        _ message: InboundMessage,
        on channel: Channel
    ) {
        refuseBroadcast(reason)
        guard channel.wantsAck, let refusal = reason.refusal else { return }
        reply(.error, refusal.response, to: message, on: channel)
    }

    private func fanOut(_ message: InboundMessage, on channel: Channel) {
        let elsewhere = interest.loops(of: channel.key).without(loop: loop)
        let here = subscribers[channel.key]
        let sender = channel.wantsOwn ? nil : channel
        func encode(_ serializer: Serializer, isWanted: Bool) -> EncodedMessage? {
            guard isWanted,
                let encoded = Self.encode(message, topic: channel.wireTopic.text, serializer)
            else { return nil }
            counters.encodings += 1
            return encoded
        }
        let encoded = RelayedBroadcast(
            topic: channel.key,
            v1: encode(.v1, isWanted: elsewhere.v1 != 0 || here?.v1.isEmpty == false),
            v2: encode(.v2, isWanted: elsewhere.v2 != 0 || here?.v2.isEmpty == false)
        )
        deliver(encoded, except: sender)
        if encoded.isFor(elsewhere) { port.relay(encoded) }
    }

    /// What others get of a connection's broadcast; nil where their serializer has no form for it.
    private static func encode(
        _ message: InboundMessage,
        topic: String,
        _ serializer: Serializer
    ) -> EncodedMessage? {
        let encoder = MessageEncoder(serializer: serializer)
        if let broadcast = message.broadcast { return encoder.broadcast(broadcast, topic: topic) }
        return encoder.push(
            joinRef: .null,
            ref: .null,
            topic: topic,
            name: MessageName.broadcast.rawValue,
            payload: message.payload
        )
    }

    /// A message for a topic arrived from the database or from another loop.
    public func deliver(_ broadcast: RelayedBroadcast) {
        deliver(broadcast, except: nil)
    }

    private func deliver(_ broadcast: RelayedBroadcast, except sender: Channel?) {
        guard let list = subscribers[broadcast.topic] else { return }
        if let message = broadcast.v1 { send(message, of: broadcast, to: list.v1, except: sender) }
        if let message = broadcast.v2 { send(message, of: broadcast, to: list.v2, except: sender) }
    }

    /// Counts what was delivered since the last time against the node's messages and presence.
    func chargeDeliveries(time: HubTime) {
        let broadcasts = counters.deliveries - counters.presenceDeliveries
        nodeShare.charge(broadcasts - charged.broadcasts, of: .messages, now: time.now)
        let presences = counters.presenceDeliveries + counters.presenceStates
        nodeShare.charge(presences - charged.presences, of: .presence, now: time.now)
        charged = (broadcasts, presences)
    }

    private func send(
        _ message: EncodedMessage,
        of broadcast: RelayedBroadcast,
        to channels: ContiguousArray<Channel>,
        except sender: Channel?
    ) {
        for channel in channels where channel !== sender {
            guard
                channel.isGated
                    ? passes(message, of: broadcast, on: channel)
                    : channel.membership.verdict.hears(broadcast.audience)
            else { continue }
            port.send(message, to: channel.connection.number)
            counters.deliveries += 1
        }
    }
}

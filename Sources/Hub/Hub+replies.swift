import Topics
import Wire

extension Hub {
    /// Answers a request of a channel.
    func reply(
        _ status: ReplyStatus,
        _ response: JSONText,
        to message: InboundMessage,
        on channel: Channel
    ) {
        reply(
            status,
            response,
            to: message,
            joinRef: channel.joinRef,
            on: channel.connection
        )
    }

    /// Answers a request that belongs to no channel.
    func reply(
        _ status: ReplyStatus,
        _ response: JSONText,
        to message: InboundMessage,
        joinRef: JSONText,
        on connection: Connection
    ) {
        let encoded = connection.encoder.reply(
            joinRef: joinRef,
            ref: message.ref,
            topic: message.topic,
            status: status,
            response: response
        )
        port.send(encoded, to: connection.number)
    }

    /// Refuses a join, or anything for a topic that is not joined.
    func refuse(
        _ refusal: JoinRefusal,
        message: InboundMessage,
        isPrivate: Bool = false,
        on connection: Connection
    ) {
        if message.name == MessageName.join.rawValue {
            let topic = String(message.topic.dropFirst(TopicName.wirePrefix.count))
            port.note(.refused(topic: topic, isPrivate: isPrivate, refusal))
        }
        let isUnmatched = refusal == .unmatchedTopic
        reply(
            .error,
            refusal.response,
            to: message,
            joinRef: isUnmatched ? .null : message.joinRef,
            on: connection
        )
    }

    /// Answers the join of a channel.
    func answerJoin(_ status: ReplyStatus, _ response: JSONText, of channel: Channel) {
        let encoded = channel.connection.encoder.reply(
            joinRef: channel.joinRef,
            ref: channel.joinReplyRef,
            topic: channel.wireTopic.text,
            status: status,
            response: response
        )
        port.send(encoded, to: channel.connection.number)
    }

    /// Pushes a message of the channel itself, which carries the channel's join reference.
    func push(_ name: MessageName, ref: JSONText = .null, _ payload: JSONText, on channel: Channel)
    {
        port.send(encode(name, ref: ref, payload, on: channel), to: channel.connection.number)
    }

    /// Encodes a message of the channel itself.
    func encode(
        _ name: MessageName,
        ref: JSONText = .null,
        _ payload: JSONText,
        on channel: Channel
    ) -> EncodedMessage {
        channel.connection.encoder.push(
            joinRef: channel.joinRef,
            ref: ref,
            topic: channel.wireTopic.text,
            name: name.rawValue,
            payload: payload
        )
    }

    /// Tells a channel something by a `system` message.
    func tell(_ notice: SystemNotice, on channel: Channel) {
        push(MessageName.system, notice.payload(channel: channel.key.name.text), on: channel)
    }

    /// Ends a channel for the reason that the notice gives.
    func cut(_ channel: Channel, _ notice: SystemNotice) {
        tell(notice, on: channel)
        end(channel)
        port.note(.cut(notice))
    }

    /// Sends `phx_close` and forgets the channel.
    func end(_ channel: Channel) {
        push(MessageName.close, ref: channel.joinRef, .emptyObject, on: channel)
        forget(channel)
    }

    /// Forgets a channel without a word to its connection.
    func forget(_ channel: Channel) {
        let connection = channel.connection
        channel.membership.leave()
        forgetWaiting(of: channel)
        forgetReplay(of: channel)
        forgetMember(channel)
        leavePresence(channel)
        unfollowChanges(for: channel)
        unsubscribe(channel)
        uncount(channel)
        if connection.channels[channel.wireTopic] === channel {
            connection.channels[channel.wireTopic] = nil
        }
        connection.refreshExpiry()
    }

    func subscribe(_ channel: Channel) {
        let list = subscribers[channel.key] ?? SubscriberList()
        subscribers[channel.key] = list
        if list.add(channel) {
            interest.set(
                true,
                topic: channel.key,
                loop: loop,
                serializer: channel.connection.serializer
            )
        }
        counters.channelCount += 1
        counters.topicCount = subscribers.count
    }

    func unsubscribe(_ channel: Channel) {
        guard channel.place != nil, let list = subscribers[channel.key] else { return }
        if list.remove(channel) {
            interest.set(
                false,
                topic: channel.key,
                loop: loop,
                serializer: channel.connection.serializer
            )
        }
        if list.isEmpty { subscribers[channel.key] = nil }
        counters.channelCount -= 1
        counters.topicCount = subscribers.count
    }
}

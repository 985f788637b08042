public import Topics
import Wire

extension Hub {
    /// A `phx_join` arrived: the checks that need no database, then the question to it.
    func join(_ message: InboundMessage, on connection: Connection, time: HubTime) {
        let payload = JoinPayload(parsing: message.payload)
        if !payload.invalidFields.isEmpty { port.note(.joinFieldsInvalid(payload.invalidFields)) }
        let key: TopicKey
        switch topicKey(of: message, payload) {
        case .success(let found): key = found
        case .failure(let refusal):
            refuse(refusal, message: message, isPrivate: payload.isPrivate, on: connection)
            return
        }
        if let refusal = refusalByLimits(key, payload, message, on: connection, time: time) {
            refuse(refusal, message: message, isPrivate: payload.isPrivate, on: connection)
            if let code = refusal.closeCode {
                port.close(connection.number, code: code, reason: refusal.code)
            }
            return
        }
        let identity: Identity
        switch self.identity(for: payload.accessToken, on: connection, time: time) {
        case .success(let found): identity = found
        case .failure(let refusal):
            refuse(refusal, message: message, isPrivate: payload.isPrivate, on: connection)
            return
        }
        if !key.isPrivate, payload.replay != nil {
            refuse(.replayNotAllowed, message: message, on: connection)
            return
        }
        guard becomeMember(connection) else {
            let refusal = JoinRefusal.connectionRateLimitReached
            refuse(refusal, message: message, isPrivate: payload.isPrivate, on: connection)
            return
        }
        if let replaced = connection.channels[ExactText(message.topic)] { forget(replaced) }
        admit(message, payload, key, identity, on: connection, time: time)
    }

    private func topicKey(
        of message: InboundMessage,
        _ payload: JoinPayload
    ) -> Result<TopicKey, JoinRefusal> {
        guard message.topic.hasPrefix(TopicName.wirePrefix) else {
            return .failure(.unmatchedTopic)
        }
        let text = String(message.topic.dropFirst(TopicName.wirePrefix.count))
        guard !text.isEmpty else { return .failure(.topicNameRequired) }
        guard text.utf8.count <= limits.topicByteCountMax, let name = try? TopicName(text) else {
            return .failure(.unmatchedTopic)
        }
        return .success(TopicKey(name: name, isPrivate: payload.isPrivate))
    }

    private func refusalByLimits(
        _ key: TopicKey,
        _ payload: JoinPayload,
        _ message: InboundMessage,
        on connection: Connection,
        time: HubTime
    ) -> JoinRefusal? {
        if isDraining { return .realtimeRestarting }
        if !key.isPrivate {
            switch limits.publicChannels {
            case .allow: break
            case .deny: return .privateOnly
            case .changes: if payload.bindings.isEmpty { return .privateOnly }
            }
        }
        guard connection.isMember || nodeShare.shared.hasRoomForMember else {
            port.note(.connectionLimitReached(.node))
            return .connectionRateLimitReached
        }
        guard isWithinJoinRate(connection, time: time) else { return .clientJoinRateLimitReached }
        let isRejoin = connection.channels[ExactText(message.topic)] != nil
        guard isRejoin || connection.channels.count < limits.channelCountMax else {
            return .channelRateLimitReached
        }
        return nil
    }

    private func admit(
        _ message: InboundMessage,
        _ payload: JoinPayload,
        _ key: TopicKey,
        _ identity: Identity,
        on connection: Connection,
        time: HubTime
    ) {
        questionCount += 1
        let channel = Channel(
            connection: connection,
            number: questionCount,
            key: key,
            message: message,
            payload: payload,
            identity: identity,
            membership: key.isPrivate ? .awaiting(question: questionCount) : .open(.all),
            presence: ChannelPresence(
                key: payload.presenceKey,
                wantsState: payload.presenceEnabled ?? limits.presenceIsDefault
            ),
            time: time
        )
        channel.rules = rules(of: key)
        port.note(.joinAsked(key.name, isPrivate: key.isPrivate))
        connection.channels[ExactText(message.topic)] = channel
        connection.channellessSince = nil
        connection.refreshExpiry()
        if key.isPrivate {
            members.add(channel)
            // What is committed before the reader has begun is in no window of its.
            if !port.isCaughtUp { hasUnwatched = true }
            ask(questionCount, about: channel)
        } else {
            welcome(channel, time: time)
        }
    }

    func ask(_ number: UInt64, about channel: Channel, isFresh: Bool = false) {
        port.ask(
            AccessQuestion(
                number: number,
                connection: channel.connection.number,
                topic: channel.key.name,
                caller: channel.identity.caller,
                isFresh: isFresh
            )
        )
    }

    /// The rules answered a question, or could not be asked; an overtaken answer is dropped.
    public func answered(
        _ number: UInt64,
        connection: ConnectionNumber,
        topic: TopicName,
        _ answer: AccessAnswer,
        time: HubTime
    ) {
        defer { if reasking.answered(number) { reask(time: time) } }
        guard let channel = connections[connection]?.channels[ExactText(topic.wireText)],
            channel.membership.awaits(number)
        else { return }
        switch answer {
        case .verdict(let verdict):
            if settle(channel, number, verdict, time: time) { return }
            apply(verdict, to: number, on: channel, time: time)
        case .unavailable(let refusal):
            switch channel.membership.unanswered(number) {
            case .none, .keep, .admit: break
            case .refuse: turnAway(channel, refusal)
            case .cutUnreadable, .cutNarrowed:
                dismiss(channel, SystemNotice(ofDatabase: refusal), time: time)
            }
        }
    }

    /// The verdict counts from now on: the channel is let in, goes on with it, or ends.
    func apply(_ verdict: Verdict, to number: UInt64, on channel: Channel, time: HubTime) {
        channel.checkedAt = time.now
        let topic = channel.key.name.text
        let effect = channel.membership.answered(number, verdict)
        switch effect {
        case .none: break
        case .keep: goOn(channel, time: time)
        case .admit:
            forgetHold(of: channel)
            admit(channel, time: time)
        case .refuse: turnAway(channel, .unauthorized(topic: topic))
        case .cutUnreadable, .cutNarrowed:
            guard channel.border?.isHolding != true else {
                return turnAway(channel, .unauthorized(topic: topic))
            }
            let isAll = effect == .cutUnreadable
            let notice: SystemNotice =
                isAll ? .readDenied(topic: topic) : .readRevoked(topic: topic)
            dismiss(channel, notice, time: time)
        }
    }

    /// Answers the join with ok, and from then on with everything that the topic carries.
    ///
    /// - Parameters:
    ///   - channel: The channel.
    ///   - messages: What follows the answer at once.
    ///   - time: The present.
    func welcome(_ channel: Channel, first messages: [EncodedMessage] = [], time: HubTime) {
        if channel.place == nil { subscribe(channel) }
        let name = channel.key.name
        let waited = channel.askedAt.duration(to: time.now)
        port.note(.joined(name, isPrivate: channel.key.isPrivate, after: waited))
        answerJoin(.ok, JoinResponse.json(bindings: channel.bindings), of: channel)
        for message in messages { port.send(message, to: channel.connection.number) }
        followChanges(for: channel)
        if channel.wantsReplicationNotice { tellOfReplication(channel, time: time) }
        watchPresence(channel)
        carryOutWaiting(on: channel, time: time)
    }

    func turnAway(_ channel: Channel, _ refusal: JoinRefusal) {
        let topic = channel.key.name.text
        port.note(.refused(topic: topic, isPrivate: channel.key.isPrivate, refusal))
        answerJoin(.error, refusal.response, of: channel)
        forget(channel)
    }

    /// A `phx_leave` arrived.
    func leave(_ message: InboundMessage, on connection: Connection) {
        guard let channel = connection.channels[ExactText(message.topic)] else {
            reply(.ok, .emptyObject, to: message, joinRef: message.joinRef, on: connection)
            return
        }
        guard message.joinRef == .null || message.joinRef == channel.joinRef else { return }
        reply(.ok, .emptyObject, to: message, on: channel)
        end(channel)
        port.note(.left)
    }
}

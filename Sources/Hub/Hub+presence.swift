import Presence
import Topics
import Wire

/// The side of a channel: what it asks, and what it is told.
extension Hub {
    /// A `presence` message arrived.
    func presence(_ message: InboundMessage, on channel: Channel, time: HubTime) {
        let refusal: PresenceRefusal?
        switch PresenceCall(parsing: message.payload) {
        case .nothing:
            reply(.ok, .emptyObject, to: message, on: channel)
            return
        case .malformed(let malformed): refusal = malformed
        case .track(let payload): refusal = track(payload, message, on: channel, time: time)
        case .untrack: refusal = untrack(message, on: channel, time: time)
        }
        if let refusal { refusePresence(refusal, ref: message.ref, on: channel) }
    }

    private func refusePresence(_ refusal: PresenceRefusal, ref: JSONText, on channel: Channel) {
        answerPresence(.error, refusal.response, ref: ref, on: channel)
        port.note(.presenceRefused(refusal))
    }

    private func answerPresence(
        _ status: ReplyStatus,
        _ response: JSONText,
        ref: JSONText,
        on channel: Channel
    ) {
        let message = InboundMessage(
            ref: ref,
            topic: channel.wireTopic.text,
            name: MessageName.presence.rawValue
        )
        reply(status, response, to: message, on: channel)
    }

    private func refusalByRate(_ channel: Channel, time: HubTime) -> PresenceRefusal? {
        let isWithin = channel.connection
            .rates(within: limits.presenceWindow, time: time)
            .presence.take(
                of: limits.presenceCallCountMax,
                within: limits.presenceWindow,
                now: time.now
            )
        let scope =
            isWithin
            ? scopeOverRate(channel.connection, .presence, time: time) : LimitScope.connection
        guard let scope else { return nil }
        port.note(.limitReached(scope, .presence))
        return scope == .node ? .nodeRateExceeded : .rateExceeded
    }

    /// Asks the keeper to show the channel; the keeper's answer is the answer to the message.
    private func track(
        _ payload: JSONText,
        _ message: InboundMessage,
        on channel: Channel,
        time: HubTime
    ) -> PresenceRefusal? {
        if let refusal = refusalByRate(channel, time: time) { return refusal }
        guard channel.key.isPrivate || limits.publicChannels == .allow else {
            return .publicChannel
        }
        guard channel.rules?.family.presence.isEnabled != false else { return .notServed }
        guard channel.membership.verdict.presenceWrite else { return .notAllowed }
        guard payload.bytes.count <= limits.presencePayloadByteCountMax else {
            return .payloadTooLarge
        }
        let wish = PresenceTracking(
            topic: channel.key,
            holder: holder(of: channel),
            key: presenceKey(of: channel),
            person: channel.presence.isKeyExplicit ? channel.identity.person : nil,
            payload: payload
        )
        presenceChannels[channel.number] = channel
        // Whoever is seen by a private topic sees it too, if the rules allow.
        let hearing = channel.presence.hearing
        if hearing == .off, channel.membership.verdict.presenceRead {
            channel.presence.hearing = .on
        }
        channel.presence.mayBeShown = true
        let letter = PresenceLetter.track(wish, ref: message.ref)
        guard carry(letter, toKeeperOf: channel.key, mustArrive: false) else {
            channel.presence.hearing = hearing
            return .unavailable
        }
        return nil
    }

    private func presenceKey(of channel: Channel) -> ExactText {
        if let key = channel.presence.key { return key }
        let key = GeneratedKey.text(port.randomBits(), port.randomBits())
        channel.presence.key = ExactText(key)
        return ExactText(key)
    }

    private func untrack(
        _ message: InboundMessage,
        on channel: Channel,
        time: HubTime
    ) -> PresenceRefusal? {
        if let refusal = refusalByRate(channel, time: time) { return refusal }
        endShowing(channel)
        reply(.ok, .emptyObject, to: message, on: channel)
        return nil
    }

    func endShowing(_ channel: Channel) {
        guard channel.presence.mayBeShown else { return }
        channel.presence.mayBeShown = false
        let letter = PresenceLetter.untrack(holder(of: channel), channel.key)
        _ = carry(letter, toKeeperOf: channel.key, mustArrive: true)
    }

    private func holder(of channel: Channel) -> PresenceHolder {
        PresenceHolder(loop: loop, channel: channel.number)
    }

    /// Asks for the state of a channel's topic, if the channel wants it and may have it.
    func watchPresence(_ channel: Channel) {
        guard channel.presence.wantsState, channel.presence.hearing == .off,
            channel.membership.verdict.presenceRead,
            channel.key.isPrivate || limits.publicChannels == .allow,
            channel.rules?.family.presence.isEnabled != false
        else { return }
        channel.presence.hearing = .awaiting
        presenceChannels[channel.number] = channel
        let letter = PresenceLetter.watch(holder(of: channel), channel.key)
        _ = carry(letter, toKeeperOf: channel.key, mustArrive: true)
    }

    /// The topic's file allows no presence any more: the channel shows nothing and is told nothing.
    func hidePresence(of channel: Channel) {
        endShowing(channel)
        channel.presence.hearing = .off
    }

    /// Something that was told of presence has not reached a channel: it gets the whole state.
    func renewPresence(of channel: Channel) {
        guard channel.presence.wantsState, channel.presence.hearing != .off else { return }
        channel.presence.hearing = .off
        watchPresence(channel)
    }

    /// A channel has ended: it is shown no more, or only for the grace period.
    func leavePresence(_ channel: Channel, lostAt instant: ContinuousClock.Instant? = nil) {
        presenceChannels[channel.number] = nil
        guard let instant, channel.presence.mayBeShown else {
            endShowing(channel)
            return
        }
        channel.presence.mayBeShown = false
        let letter = PresenceLetter.lost(holder(of: channel), channel.key, at: instant)
        _ = carry(letter, toKeeperOf: channel.key, mustArrive: true)
    }

    /// What came of a wish to be shown.
    func answerTracking(channel number: UInt64, ref: JSONText, _ outcome: PresenceOutcome) {
        guard let channel = presenceChannels[number] else { return }
        switch outcome {
        case .joined, .updated, .unchanged, .resumed, .resumedUpdated:
            answerPresence(.ok, .emptyObject, ref: ref, on: channel)
        case .refused(let refusal):
            refusePresence(refusal, ref: ref, on: channel)
        }
    }

    /// Tells channels who is present: those that have waited for it, or all that know already.
    func tellState(
        of topic: TopicKey,
        _ state: JSONText,
        channels numbers: [UInt64],
        isForAll: Bool
    ) {
        if isForAll, let list = subscribers[topic] {
            for channels in [list.v1, list.v2] {
                for channel in channels
                where channel.presence.wantsState && channel.presence.hearing == .on {
                    tellState(state, on: channel)
                }
            }
        }
        for number in numbers {
            guard let channel = presenceChannels[number], channel.presence.hearing == .awaiting
            else { continue }
            channel.presence.hearing = .on
            tellState(state, on: channel)
        }
    }

    private func tellState(_ state: JSONText, on channel: Channel) {
        guard channel.membership.verdict.presenceRead else { return }
        let message = encode(.presenceState, state, on: channel)
        counters.encodings += 1
        if channel.hold != nil { return withhold(message, .presence, on: channel) }
        port.send(message, to: channel.connection.number)
        counters.presenceStates += 1
    }

    /// Tells every channel of a topic that is told of presence what has changed.
    func tellDiff(_ diff: RelayedBroadcast) {
        guard let list = subscribers[diff.topic] else { return }
        if let message = diff.v1 { tell(message, list.v1) }
        if let message = diff.v2 { tell(message, list.v2) }
    }

    private func tell(_ message: EncodedMessage, _ channels: ContiguousArray<Channel>) {
        for channel in channels where hearsPresence(channel) {
            if channel.hold != nil {
                withhold(message, .presence, on: channel)
                continue
            }
            port.send(message, to: channel.connection.number)
            counters.deliveries += 1
            counters.presenceDeliveries += 1
        }
    }

    private func hearsPresence(_ channel: Channel) -> Bool {
        guard channel.membership.verdict.presenceRead else { return false }
        switch channel.presence.hearing {
        case .off: return !channel.key.isPrivate
        case .awaiting: return false
        case .on: return true
        }
    }
}

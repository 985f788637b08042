public import Topics
public import Wire

/// What topic files say of what channels may do.
extension Hub {
    /// Goes by other topic files from now on; channels that are joined stay, under the new rules.
    ///
    /// - Parameter contract: What the files say.
    public func adopt(_ contract: TopicContract) {
        self.contract = contract
        families = contract.families.reduce(into: [:]) { $0[$1.name] = FamilyRules($1) }
        for connection in connections.values {
            for channel in connection.channels.values { adoptRules(channel) }
        }
    }

    private func adoptRules(_ channel: Channel) {
        channel.rules = rules(of: channel.key)
        if channel.place != nil { recount(channel) }
        if channel.rules?.family.presence.isEnabled == false {
            hidePresence(of: channel)
        } else if !channel.isJoining {
            watchPresence(channel)
        }
    }

    /// What the files say of a topic: nothing of public ones, which carry no changes.
    func rules(of topic: TopicKey) -> FamilyRules? {
        guard topic.isPrivate, let family = contract.family(of: topic.name) else { return nil }
        return families[family.name]
    }

    /// Counts a channel that is about to be joined, if its topic has room.
    func hasRoom(for channel: Channel) -> Bool {
        guard let countMax = channel.rules?.family.channelCountMax else { return true }
        guard channelCounts.add(channel.key, countMax: countMax) else { return false }
        channel.isCounted = true
        return true
    }

    /// Counts a joined channel by the rules that hold now, however many there are.
    private func recount(_ channel: Channel) {
        let isLimited = channel.rules?.family.channelCountMax != nil
        if !isLimited {
            uncount(channel)
        } else if !channel.isCounted {
            channel.isCounted = channelCounts.add(channel.key)
        }
    }

    /// A channel takes no room any more.
    func uncount(_ channel: Channel) {
        guard channel.isCounted else { return }
        channel.isCounted = false
        channelCounts.remove(channel.key)
    }

    /// Why a channel's broadcast may not be sent by its topic's file, or as part of a stream.
    func refusal(
        of message: InboundMessage,
        on channel: Channel,
        time: HubTime
    ) -> BroadcastDropReason? {
        let rules = channel.rules?.family.broadcast
        if let max = rules?.byteCountMax, message.payloadByteCount > max { return .tooLarge }
        guard rules != nil || limits.streams.isActive else { return nil }
        let name = message.broadcast?.name ?? BroadcastPayload.name(in: message.payload)
        if let reason = refusal(ofName: name, rules) { return reason }
        if let countMax = rules?.countPerSecondMax {
            let isWithin = sending(of: channel).window
                .take(of: countMax, within: .seconds(1), now: time.now)
            guard isWithin else { return .overTopicRate }
        }
        guard limits.streams.refusesGrowingTexts, let text = message.measuredText else {
            return nil
        }
        let isStream = sending(of: channel).streams.refuses(name ?? "", text, now: time.now)
        return isStream ? .tokenStream : nil
    }

    private func refusal(ofName name: String?, _ rules: BroadcastRules?) -> BroadcastDropReason? {
        if let names = rules?.names {
            guard let name, names.contains(name) else { return .nameNotListed }
            return nil
        }
        return name.map(limits.streams.refuses) == true ? .tokenStream : nil
    }

    private func sending(of channel: Channel) -> ChannelSending {
        if let sending = channel.sending { return sending }
        let sending = ChannelSending()
        channel.sending = sending
        return sending
    }

    /// Why a broadcast that came as a request may not be sent, once who may send was found out.
    ///
    /// - Parameters:
    ///   - broadcast: The broadcast.
    ///   - topic: Where it goes.
    ///   - caller: Who sends it.
    ///   - time: The present.
    /// - Returns: The reason; nil where nothing speaks against it.
    public func refusal(
        of broadcast: RequestedBroadcast,
        to topic: TopicKey,
        by caller: Caller,
        time: HubTime
    ) -> BroadcastDropReason? {
        let rules = rules(of: topic)?.family.broadcast
        if let max = rules?.byteCountMax, broadcast.content.byteCount > max { return .tooLarge }
        if let reason = refusal(ofName: broadcast.name, rules) { return reason }
        guard limits.streams.refusesGrowingTexts, let text = broadcast.content.measuredText else {
            return nil
        }
        let isStream = requestStreams.refuses(
            broadcast.name,
            text,
            to: topic,
            by: caller,
            now: time.now
        )
        return isStream ? .tokenStream : nil
    }
}

extension InboundMessage {
    fileprivate var measuredText: TextMeasure? {
        (broadcast?.content ?? .json(payload)).measuredText
    }
}

extension BroadcastContent {
    /// Payloads above this are no small messages, and not looked at.
    private static let measuredByteCountMax = 65_536

    fileprivate var measuredText: TextMeasure? {
        guard case .json(let text) = self, text.bytes.count <= Self.measuredByteCountMax else {
            return nil
        }
        return TextMeasure(of: text)
    }
}

import Presence
import Topics
import Wire

/// The side of a topic's keeper: the one loop that knows who is present there.
extension Hub {
    /// The loop that keeps a topic's presence: the same answer on every loop of the node.
    func keeper(of topic: TopicKey) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in topic.name.text.utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        }
        hash = (hash ^ (topic.isPrivate ? 1 : 0)) &* 0x0000_0100_0000_01B3
        return Int((hash ^ (hash >> 32)) % UInt64(loopCount))
    }

    /// Brings a letter to a topic's keeper, which may be this loop; false when it was not kept.
    func carry(_ letter: PresenceLetter, toKeeperOf topic: TopicKey, mustArrive: Bool) -> Bool {
        carry(letter, to: keeper(of: topic), mustArrive: mustArrive)
    }

    private func carry(_ letter: PresenceLetter, to other: Int, mustArrive: Bool) -> Bool {
        guard other != loop else {
            receive(letter)
            return true
        }
        return port.carry(letter, to: other, mustArrive: mustArrive)
    }

    /// A letter about presence arrived from another loop, or from this one.
    public func receive(_ letter: PresenceLetter) {
        switch letter {
        case .track(let wish, let ref):
            keep(wish, ref: ref)
        case .untrack(let holder, let topic):
            presenceBook.untrack(holder, topic: topic)
        case .lost(let holder, let topic, let instant):
            let grace = rules(of: topic)?.family.presence.grace
            presenceBook.lose(holder, topic: topic, grace: grace, now: instant)
        case .watch(let holder, let topic):
            if presenceFeeds[topic] == nil { fedTopics.append(topic) }
            presenceFeeds[topic, default: PresenceFeed()].add([holder.channel], on: holder.loop)
        case .tracked(let channel, let ref, let outcome):
            answerTracking(channel: channel, ref: ref, outcome)
        case .state(let topic, let state, let channels, let isForAll):
            tellState(of: topic, state, channels: channels, isForAll: isForAll)
        case .diff(let diff):
            tellDiff(diff)
        }
    }

    private func keep(_ wish: PresenceTracking, ref: JSONText) {
        let outcome = presenceBook.track(wish)
        switch outcome {
        case .refused: break
        case .resumed, .resumedUpdated:
            counters.presenceResumed += 1
            counters.presenceTracked += 1
        case .joined, .updated, .unchanged: counters.presenceTracked += 1
        }
        let letter = PresenceLetter.tracked(
            channel: wish.holder.channel,
            ref: ref,
            outcome
        )
        // As many answers as calls, whose number is limited.
        _ = carry(letter, to: wish.holder.loop, mustArrive: true)
    }

    /// Tells the loops what has changed since the last time, once for all changes of a turn.
    ///
    /// To be called before the loop waits. Whoever waits for a state gets what the diffs so far add
    /// up to, and then this turn's diff as everybody else.
    public func flushPresence() {
        guard presenceBook.hasChanged || !fedTopics.isEmpty else { return }
        let fed = fedTopics
        fedTopics = []
        for topic in presenceBook.takeChangedTopics() { flush(topic) }
        for topic in fed where presenceFeeds[topic] != nil && !fedTopics.contains(topic) {
            flush(topic)
        }
        counters.presenceMetas = presenceBook.metaCount
    }

    private func flush(_ topic: TopicKey) {
        let feed = presenceFeeds.removeValue(forKey: topic) ?? PresenceFeed()
        var rest = PresenceFeed()
        for other in feed.loops { feedState(of: topic, to: other, from: feed, rest: &rest) }
        if let diff = presenceBook.takeDiff(of: topic) {
            counters.presenceDiffs += 1
            let loops = interest.loops(of: topic)
            let encoded = encode(diff, for: topic, loops: loops)
            for other in 0..<loopCount
            where loops.includes(loop: other) && !rest.behind.contains(other) {
                if !carry(.diff(encoded), to: other, mustArrive: false) { miss(other, &rest) }
            }
        }
        guard !rest.isEmpty else { return }
        presenceFeeds[topic] = rest
        fedTopics.append(topic)
    }

    private func feedState(
        of topic: TopicKey,
        to other: Int,
        from feed: PresenceFeed,
        rest: inout PresenceFeed
    ) {
        let channels = feed.waiting[other] ?? []
        let isBehind = feed.behind.contains(other)
        let letter = PresenceLetter.state(
            topic,
            presenceBook.state(of: topic),
            channels: channels,
            isForAll: isBehind
        )
        guard !carry(letter, to: other, mustArrive: false) else { return }
        rest.add(channels, on: other)
        if isBehind { rest.missed(by: other) }
    }

    private func miss(_ other: Int, _ feed: inout PresenceFeed) {
        feed.missed(by: other)
        counters.presenceDiffsMissed += 1
    }

    private func encode(
        _ diff: JSONText,
        for topic: TopicKey,
        loops: Interest.Loops
    ) -> RelayedBroadcast {
        func encode(_ serializer: Serializer) -> EncodedMessage {
            counters.encodings += 1
            return MessageEncoder(serializer: serializer).push(
                joinRef: .null,
                ref: .null,
                topic: topic.name.wireText,
                name: MessageName.presenceDiff.rawValue,
                payload: diff
            )
        }
        return RelayedBroadcast(
            topic: topic,
            v1: loops.v1 == 0 ? nil : encode(.v1),
            v2: loops.v2 == 0 ? nil : encode(.v2)
        )
    }
}

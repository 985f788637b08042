import Topics
import Wire

/// What was sent before a channel was joined: asked for after the verdict, and sent behind the
/// join's answer.
extension Hub {
    /// The rules let a channel in: it is welcome at once, or as soon as its replay is there.
    func admit(_ channel: Channel, time: HubTime) {
        guard hasRoom(for: channel) else { return turnAway(channel, .channelRateLimitReached) }
        switch channel.replay {
        case nil, .nothing: welcome(channel, time: time)
        case .malformed: turnAway(channel, .replayMalformed)
        case .since(let milliseconds, let limit):
            guard channel.membership.verdict.broadcastRead else {
                welcome(channel, time: time)
                return
            }
            // What is committed before the reader has begun is in no window of its.
            guard port.isCaughtUp else {
                turnAway(channel, .initializingProjectConnection)
                return
            }
            askForReplay(channel, since: milliseconds, limit: limit, time: time)
        }
    }

    /// Registers the channel, so that it misses nothing from now on, and only then asks.
    private func askForReplay(
        _ channel: Channel,
        since milliseconds: Int64,
        limit: Int64?,
        time: HubTime
    ) {
        let deadline = time.now.advanced(by: limits.replayDurationMax)
        questionCount += 1
        channel.border = ReplayBorder(question: questionCount, deadline: deadline)
        subscribe(channel)
        replaying[questionCount] = channel
        counters.replaysWaiting = replaying.count
        let earliest = channel.rules?.family.retention.map { retention in
            (time.unixSeconds - retention.components.seconds) * 1_000
        }
        let wanted = limit.map { Int(clamping: $0) } ?? HubLimits.replayCountDefault
        port.replay(
            ReplayQuestion(
                number: questionCount,
                topic: channel.key.name,
                sinceMilliseconds: max(milliseconds, earliest ?? .min),
                countMax: max(1, min(wanted, limits.replayCountMax)),
                readerClass: channel.membership.verdict.readerClass,
                serializer: channel.connection.serializer,
                joinRef: channel.joinRef,
                deadline: deadline
            )
        )
    }

    /// What was sent before is there, or could not be read; an overtaken answer is dropped.
    public func replayed(_ number: UInt64, _ answer: ReplayAnswer, time: HubTime) {
        guard let channel = replaying[number] else { return }
        switch answer {
        case .unavailable(let refusal): turnAway(channel, refusal)
        case .messages(let messages, let horizon):
            // It is of an instant that the stream has not reached: a change of who may read may lie
            // before it, and begins the join anew.
            wait(.replay(question: number, messages, asOf: horizon))
        }
    }

    /// The reader has read as far as a replay goes.
    func show(
        _ replay: [EncodedMessage],
        asOf horizon: CommitHorizon,
        to question: UInt64,
        time: HubTime
    ) {
        guard let channel = replaying[question] else { return }
        open(channel, replay, asOf: horizon, time: time)
    }

    private func open(
        _ channel: Channel,
        _ replay: [EncodedMessage],
        asOf horizon: CommitHorizon,
        time: HubTime
    ) {
        guard let border = channel.border else { return }
        let byteCount = replay.reduce(border.heldByteCount) { $0 + $1.byteCount }
        guard byteCount <= port.freeByteCount(of: channel.connection.number) else {
            turnAway(channel, .replayFailed)
            return
        }
        forgetReplay(of: channel)
        let (held, leftOut) = border.open(asOf: horizon)
        channel.border = border
        counters.replayOverlaps += leftOut
        counters.deliveries += replay.count + held.count
        welcome(channel, first: replay + held, time: time)
    }

    /// Whether a message may go to a channel with a border or a hold now; keeps it where it is too
    /// early, and leaves it out where it is the replay's matter.
    func passes(
        _ message: EncodedMessage,
        of broadcast: RelayedBroadcast,
        on channel: Channel
    ) -> Bool {
        let transaction = broadcast.transaction
        // Who may read what is withheld will be known when it is sent.
        guard channel.hold != nil || channel.membership.verdict.hears(broadcast.audience) else {
            return false
        }
        if channel.border?.isHolding == true {
            hold(message, of: transaction, on: channel)
            return false
        }
        if channel.border?.covers(transaction) == true {
            counters.replayOverlaps += 1
            return false
        }
        guard channel.hold != nil else { return true }
        withhold(message, .broadcast, for: broadcast.audience, on: channel)
        return false
    }

    private func hold(
        _ message: EncodedMessage,
        of transaction: UInt64?,
        on channel: Channel
    ) {
        let byteCount = ReplayBorder.heldByteCount(of: message)
        let connection = channel.connection
        guard connection.heldByteCount + byteCount <= limits.replayHeldByteCountMax else {
            turnAway(channel, .replayFailed)
            return
        }
        connection.heldByteCount += byteCount
        channel.border?.hold(message, of: transaction)
    }

    /// Tells a channel something once its join is answered.
    func hold(_ notice: SystemNotice, on channel: Channel) {
        let message = encode(.system, notice.payload(channel: channel.key.name.text), on: channel)
        hold(message, of: nil, on: channel)
    }

    /// Transactions are counted anew, so that no border means anything any more.
    ///
    /// A replay that is under way may be of the old count or of the new one: its join is refused.
    func forgetBorders() {
        for connection in connections.values {
            for channel in connection.channels.values {
                guard let border = channel.border else { continue }
                if border.isHolding {
                    turnAway(channel, .replayFailed)
                } else {
                    channel.border = nil
                }
            }
        }
    }

    /// Refuses the joins whose replay takes too long.
    func refuseLateReplays(time: HubTime) {
        for channel in replaying.values {
            guard let border = channel.border, border.deadline <= time.now else { continue }
            turnAway(channel, .replayFailed)
        }
    }

    /// The channel waits for no replay any more.
    func forgetReplay(of channel: Channel) {
        guard let question = channel.border?.question,
            replaying.removeValue(forKey: question) != nil
        else { return }
        channel.connection.heldByteCount -= channel.border?.heldByteCount ?? 0
        counters.replaysWaiting = replaying.count
    }
}

public import Topics
import Wire

/// Who no longer may: a change that was committed concerns members, and nothing that comes after it
/// reaches them before the rules have answered anew.
extension Hub {
    /// Memberships may have changed: the members concerned get nothing more until the rules have
    /// answered.
    ///
    /// To be called in stream order: after all messages of before, and before those of the change.
    ///
    /// - Parameters:
    ///   - concerned: Who is concerned, of which topics.
    ///   - committedAt: When the change was committed, as far as that is known.
    ///   - time: The present.
    public func concern(
        _ concerned: ConcernedMembers,
        committedAt: ContinuousClock.Instant,
        time: HubTime
    ) {
        if let named = concerned.namedTopics, named.count <= members.topicCount {
            for topic in named { concern(concerned, of: topic, committedAt) }
        } else {
            for topic in Array(members.topics) { concern(concerned, of: topic, committedAt) }
        }
        reask(time: time)
    }

    private func concern(
        _ concerned: ConcernedMembers,
        of topic: TopicName,
        _ committedAt: ContinuousClock.Instant
    ) {
        let channels = members[topic]
        guard !channels.isEmpty, let found = concerned.members(of: topic) else { return }
        for channel in channels where found.include(channel.identity.member) {
            hold(channel, committedAt)
        }
    }

    /// Withholds everything from a channel from now on, and puts it in line to be asked about.
    private func hold(_ channel: Channel, _ committedAt: ContinuousClock.Instant) {
        beginAnew(channel)
        // No answer to a question of before counts from here on.
        questionCount += 1
        channel.membership.asked(questionCount)
        guard let hold = channel.hold else {
            channel.hold = AccessHold(question: questionCount, committedAt: committedAt)
            held[channel.number] = channel
            counters.channelsHeld = held.count
            reasking.add(channel)
            return
        }
        // What lies between two changes: nobody knows whether it might be read.
        counters.withheldOvertaken += drop(hold, of: channel)
        hold.question = questionCount
        if case .waiting = hold.stage { return }
        hold.stage = .waiting
        reasking.add(channel)
    }

    /// A join whose replay is not there yet begins with its question once more: nothing of the
    /// topic was sent, and the replay will be of after the answer.
    private func beginAnew(_ channel: Channel) {
        guard channel.border?.isHolding == true else { return }
        forgetReplay(of: channel)
        channel.border = nil
        unsubscribe(channel)
        uncount(channel)
        questionCount += 1
        channel.membership = .awaiting(question: questionCount)
    }

    private func drop(_ hold: AccessHold, of channel: Channel) -> Int {
        counters.withheldBytes -= hold.byteCount
        channel.connection.withheldByteCount -= hold.byteCount
        return hold.drop()
    }

    /// Keeps a message back, or drops all that is kept back where it becomes too much.
    func withhold(
        _ message: EncodedMessage,
        _ kind: AccessHold.Kind,
        for audience: ReaderAudience? = nil,
        on channel: Channel
    ) {
        guard let hold = channel.hold else { return }
        let byteCount = AccessHold.byteCount(of: message)
        let connection = channel.connection
        guard connection.withheldByteCount + byteCount <= limits.withheldByteCountMax else {
            counters.withheldOverLimit += drop(hold, of: channel) + 1
            hold.miss(kind)
            return
        }
        hold.keep(message, kind, for: audience)
        connection.withheldByteCount += byteCount
        counters.withheldBytes += byteCount
    }

    /// Keeps news back.
    func withhold(_ notice: SystemNotice, on channel: Channel) {
        let message = encode(.system, notice.payload(channel: channel.key.name.text), on: channel)
        withhold(message, .notice, on: channel)
    }

    /// A verdict came for a channel that joins, or that something is withheld from.
    ///
    /// A yes does not count yet: it is of an instant that the stream has not reached. What lies
    /// between may be of before the member was let in, and another change may be among it.
    ///
    /// - Returns: Whether that is all for now.
    func settle(
        _ channel: Channel,
        _ question: UInt64,
        _ verdict: Verdict,
        time: HubTime
    ) -> Bool {
        var foreseen = channel.membership
        let kept: AccessHold?
        switch foreseen.answered(question, verdict) {
        case .admit: kept = channel.hold ?? holdJoin(channel, question, time: time)
        case .keep: kept = channel.hold
        case .none, .refuse, .cutUnreadable, .cutNarrowed: kept = nil
        }
        guard let hold = kept else { return false }
        hold.stage = .settled(verdict)
        wait(.verdict(channel, question: question))
        return true
    }

    private func holdJoin(
        _ channel: Channel,
        _ question: UInt64,
        time: HubTime
    ) -> AccessHold {
        let hold = AccessHold(question: question, committedAt: time.now)
        hold.deadline = time.now + limits.holdDurationMax
        channel.hold = hold
        held[channel.number] = channel
        counters.channelsHeld = held.count
        return hold
    }

    /// Has the reader read on before something counts.
    func wait(_ waiting: Passages.Waiting) {
        passages.add(waiting)
        if let number = passages.begin() { port.catchUp(number) }
    }

    /// The reader has read on: channels whose verdict or replay is older than that go on.
    public func caughtUp(_ number: UInt64, time: HubTime) {
        for waiting in passages.end(number) {
            switch waiting {
            case .replay(let question, let messages, let horizon):
                show(messages, asOf: horizon, to: question, time: time)
            case .verdict(let channel, let question):
                guard let hold = channel.hold, hold.question == question,
                    case .settled(let verdict) = hold.stage
                else { continue }
                apply(verdict, to: question, on: channel, time: time)
            }
        }
        if let number = passages.begin() { port.catchUp(number) }
    }

    /// A channel goes on with its new verdict, beginning with what was withheld.
    func goOn(_ channel: Channel, time: HubTime) {
        let verdict = channel.membership.verdict
        if let hold = channel.hold {
            forgetHold(of: channel)
            if hold.hasMissed {
                tell(.resync, on: channel)
                counters.holdResyncs += 1
            }
            for one in hold.withheld { send(one, on: channel, verdict) }
            if hold.hasMissedPresence { renewPresence(of: channel) }
        }
        if !verdict.presenceWrite { endShowing(channel) }
        // A join that still waits for its replay is told when it is answered.
        guard !channel.isJoining else { return }
        watchPresence(channel)
        carryOutWaiting(on: channel, time: time)
    }

    private func send(_ one: AccessHold.Withheld, on channel: Channel, _ verdict: Verdict) {
        switch one.kind {
        case .notice: break
        case .broadcast:
            guard verdict.hears(one.audience) else { return }
            counters.deliveries += 1
        case .presence:
            guard verdict.presenceRead else { return }
            counters.deliveries += 1
            counters.presenceDeliveries += 1
        }
        port.send(one.message, to: channel.connection.number)
    }

    /// Ends a channel that may not go on, or of which nobody knows; says how long that took.
    func dismiss(_ channel: Channel, _ notice: SystemNotice, time: HubTime) {
        let committedAt = channel.hold?.committedAt
        tell(notice, on: channel)
        end(channel)
        guard let committedAt else {
            port.note(.cut(notice))
            return
        }
        port.note(.revoked(notice, after: committedAt.duration(to: time.now)))
    }

    /// Ends the channels that have waited too long.
    func endLateHolds(time: HubTime) {
        for channel in held.values {
            guard let deadline = channel.hold?.deadline, deadline <= time.now else { continue }
            if channel.membership.isJoining {
                turnAway(channel, .queryCanceled)
            } else {
                dismiss(channel, .queryCanceled, time: time)
            }
        }
    }

    /// Nothing is withheld from the channel any more.
    func forgetHold(of channel: Channel) {
        guard let hold = channel.hold else { return }
        counters.withheldBytes -= hold.byteCount
        channel.connection.withheldByteCount -= hold.byteCount
        channel.hold = nil
        held[channel.number] = nil
        counters.channelsHeld = held.count
    }

    /// A channel has ended.
    func forgetMember(_ channel: Channel) {
        forgetHold(of: channel)
        members.remove(channel)
    }
}

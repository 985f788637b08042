internal import FoundationEssentials
internal import LoadChecks
internal import LoadResults
internal import LoadScenarios
internal import WebSocketClient

/// How channels are joined, left, lost and joined again.
extension SessionLoop {
    /// Joins a topic; it was to be done when it was due.
    func join(_ session: Int, _ slot: Int, due: UInt64) {
        guard sessions[session].phase == .open else { return }
        let channel = sessions[session].firstChannel + slot
        guard channels[channel].phase == .apart else { return }
        let plan = plan(of: session).topics[slot]
        let ref = nextRef(session)
        if channels[channel].hasJoined {
            abandoned += channels[channel].receipts.rejoin(keepsWriters: plan.replays)
        }
        let message = dialects[sessions[session].dialect].join(
            plan,
            topic: channels[channel].topic,
            ref: ref,
            token: sessions[session].token ?? token(for: session),
            replaySince: replaySince(channels[channel], plan)
        )
        channels[channel].joinRef = ref
        channels[channel].joinDue = due
        channels[channel].phase = .joining
        guard let message else { return joined(session, slot, now: due) }
        send(message, from: session)
        wait(session, Pending(ref: ref, kind: .join, place: UInt8(slot), due: due))
        later(.giveUpJoin, session, slot, at: due + Self.patience)
    }

    private func replaySince(_ channel: Channel, _ plan: TopicPlan) -> Int64? {
        guard plan.replays else { return nil }
        return channel.replaySince(
            now: MonotonicTime.nanoseconds,
            milliseconds: Int64(Date.now.timeIntervalSince1970 * 1_000)
        )
    }

    /// A join was accepted.
    func joined(_ session: Int, _ slot: Int, now: UInt64) {
        let channel = sessions[session].firstChannel + slot
        joinedCount += 1
        channels[channel].phase = .joined
        if !channels[channel].hasJoined {
            channels[channel].hasJoined = true
            channels[channel].heardUntil = now
            channels[channel].receipts = Receipts(isComplete: now < clock.beginAt)
        }
        if channels[channel].joinDue >= sessions[session].readsSince {
            let waited = now - min(now, channels[channel].joinDue)
            tally.record(.join, nanoseconds: waited, interval: channels[channel].joinInterval)
        }
        channels[channel].joinInterval = 0
        noticeArrival(session, now)
        refill(session, slot, now)
    }

    /// The last of a session's joins ends its way back.
    private func noticeArrival(_ session: Int, _ now: UInt64) {
        let first = sessions[session].firstChannel
        let all = first..<(first + sessions[session].channelCount)
        guard all.allSatisfy({ channels[$0].phase == .joined }) else { return }
        settle(session)
        let returnDue = sessions[session].returnDue
        guard returnDue > 0 else { return }
        let interval = sessions[session].returnInterval
        tally.record(.reconnect, nanoseconds: now - min(now, returnDue), interval: interval)
        sessions[session].returnDue = 0
        sessions[session].returnInterval = 0
    }

    /// A join was refused or not answered.
    func refused(_ session: Int, _ slot: Int, _ reason: String, now: UInt64) {
        tally.fail(reason)
        channels[sessions[session].firstChannel + slot].phase = .apart
        let first = sessions[session].firstChannel
        let all = first..<(first + sessions[session].channelCount)
        if all.allSatisfy({ channels[$0].phase != .joining }) { settle(session) }
        later(.join, session, slot, at: now + backoff(session))
    }

    /// Leaves a topic, to join it again after a pause.
    func leave(_ session: Int, _ slot: Int, pause: UInt64, interval: UInt64, now: UInt64) {
        let channel = sessions[session].firstChannel + slot
        guard sessions[session].phase == .open, !sessions[session].isPaused,
            channels[channel].phase == .joined
        else { return }
        let ref = nextRef(session)
        let message = dialects[sessions[session].dialect].leave(
            topic: channels[channel].topic,
            ref: ref,
            joinRef: channels[channel].joinRef
        )
        guard let message else { return }
        send(message, from: session)
        joinedCount -= 1
        channels[channel].phase = .leaving
        channels[channel].expectsClosed = true
        channels[channel].plannedPause = pause
        channels[channel].joinInterval = interval
        wait(session, Pending(ref: ref, kind: .leave, place: UInt8(slot), due: now))
    }

    /// A leave was answered.
    func left(_ session: Int, _ slot: Int, now: UInt64) {
        let channel = sessions[session].firstChannel + slot
        guard channels[channel].phase == .leaving else { return }
        part(from: channel, isClean: true, of: session)
        let pause = channels[channel].plannedPause ?? Self.secondLength
        channels[channel].plannedPause = nil
        later(.join, session, slot, at: now + pause)
    }

    /// The server ended a channel.
    func closed(_ session: Int, _ slot: Int, now: UInt64) {
        let channel = sessions[session].firstChannel + slot
        if channels[channel].expectsClosed {
            channels[channel].expectsClosed = false
            return
        }
        guard channels[channel].phase != .apart else { return }
        tally.fail("channel closed")
        part(from: channel, isClean: false, of: session)
        later(.join, session, slot, at: now + backoff(session))
    }

    /// A membership is over; if cleanly, the server has read everything that was sent before.
    func part(from channel: Int, isClean: Bool, of session: Int) {
        if channels[channel].phase == .joined { joinedCount -= 1 }
        channels[channel].phase = .apart
        let slot = channel - sessions[session].firstChannel
        for (index, broadcast) in broadcasts(of: session).enumerated() where broadcast == slot {
            doubt(sessions[session].firstSender + index, isClean: isClean)
        }
    }

    /// Notes what may have been lost on the way to the server.
    private func doubt(_ sender: Int, isClean: Bool) {
        let (confirmed, number) = (senders[sender].confirmed, senders[sender].number)
        if !isClean, confirmed < number {
            uncertain[sender, default: []].append((confirmed + 1)...number)
        }
        senders[sender].confirmed = number
        senders[sender].checkpointRef = 0
        senders[sender].checkpoint = number
    }
}

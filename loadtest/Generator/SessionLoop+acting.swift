internal import LoadChecks
internal import LoadScenarios
internal import WebSocketClient

/// What sessions do.
extension SessionLoop {
    /// Answers that a session waits for at once; the oldest is given up beyond it.
    static let pendingCountMax = 1_000

    /// The population of a session.
    func plan(of session: Int) -> Population {
        roster.populations[sessions[session].place.population]
    }

    /// The channels' places that a session's senders send to.
    func broadcasts(of session: Int) -> [Int] {
        broadcastSlots[sessions[session].place.population]
    }

    /// The sender for one of a session's actions.
    func sender(of session: Int, action: Int) -> Int {
        let population = sessions[session].place.population
        return sessions[session].firstSender + broadcastPlaces[population][action]
    }

    /// Adds a duty of a session's current connection.
    func later(_ duty: Schedule.Duty, _ session: Int, _ place: Int = 0, at due: UInt64) {
        schedule.add(
            Schedule.Entry(
                due: due,
                session: UInt32(session),
                epoch: sessions[session].epoch,
                duty: duty,
                place: UInt8(place)
            )
        )
    }

    /// Spreads the first of all actions over their intervals.
    func scheduleActions() {
        for session in sessions.indices {
            let number = sessions[session].place.number
            for (place, plan) in plan(of: session).actions.enumerated()
            where Roster.takesPart(session: number, share: plan.share) {
                let interval = nanoseconds(plan.interval)
                let offset = interval > 0 ? UInt64.random(in: 0..<interval, using: &random) : 0
                guard clock.beginAt + offset < clock.measureUntil else { continue }
                later(.act, session, place, at: clock.beginAt + offset)
            }
        }
    }

    /// Does what is due.
    func perform(_ entry: Schedule.Entry, now: UInt64) {
        let session = Int(entry.session)
        let place = Int(entry.place)
        if entry.duty == .act { return act(session, place, due: entry.due, now) }
        guard entry.epoch == sessions[session].epoch else { return }
        let phase = sessions[session].phase
        switch entry.duty {
        case .act: break
        case .connect: connect(session, due: entry.due)
        case .giveUp:
            guard phase == .connecting || phase == .closing else { return }
            tally.fail(phase == .connecting ? "handshake timed out" : "close timed out")
            cut(session, now)
        case .join: join(session, place, due: entry.due)
        case .giveUpJoin:
            let channel = sessions[session].firstChannel + place
            guard channels[channel].phase == .joining,
                channels[channel].joinDue + Self.patience <= now
            else { return }
            // Who reads nothing cannot know whether it was answered.
            guard !sessions[session].isPaused else {
                return later(.giveUpJoin, session, place, at: now + Self.patience)
            }
            sessions[session].pending.removeAll { $0.ref == channels[channel].joinRef }
            refused(session, place, "join timed out", now: now)
        case .heartbeat: beat(session, due: entry.due, now)
        case .resume: resume(session, now)
        }
    }

    private func act(_ session: Int, _ place: Int, due: UInt64, _ now: UInt64) {
        let plan = plan(of: session).actions[place]
        let interval = nanoseconds(plan.interval)
        if interval > 0, due + interval < clock.measureUntil {
            later(.act, session, place, at: due + interval)
        }
        guard sessions[session].phase == .open, !sessions[session].isPaused else { return }
        switch plan.action {
        case .broadcast(_, _, _, let inFlight):
            for _ in 0..<max(1, inFlight) { broadcast(session, place, due: due, now) }
        case .track(let slot): track(session, slot)
        case .rejoin(let slot, let pause):
            leave(session, slot, pause: nanoseconds(pause), interval: interval, now: now)
        case .reconnect(let pause, let isAbrupt):
            sessions[session].plannedPause = nanoseconds(pause)
            sessions[session].returnInterval = interval
            guard !isAbrupt else { return cut(session, now) }
            sessions[session].phase = .closing
            swarm.close(sessions[session].connection)
            later(.giveUp, session, at: now + Self.patience)
        case .refreshToken: refreshToken(session)
        case .pauseReading(let pause):
            sessions[session].isPaused = true
            swarm.setReading(sessions[session].connection, false)
            later(.resume, session, at: due + nanoseconds(pause))
        }
    }

    /// Sends a broadcast that was to be sent at a time.
    private func broadcast(_ session: Int, _ place: Int, due: UInt64, _ now: UInt64) {
        guard
            case .broadcast(let slot, let name, let byteCount, _) = plan(of: session)
                .actions[place].action
        else { return }
        let channel = sessions[session].firstChannel + slot
        guard channels[channel].phase == .joined else { return }
        let sender = sender(of: session, action: place)
        senders[sender].number += 1
        let number = senders[sender].number
        senders[sender].leftAt[Int(number & 7)] = now
        let mark = Mark(
            stream: senders[sender].stream,
            topic: senders[sender].topic,
            number: number,
            sentAt: due
        ).text
        let ref = nextRef(session)
        let message = dialects[sessions[session].dialect].broadcast(
            topic: channels[channel].topic,
            name: name,
            mark: mark,
            fillingByteCount: max(0, byteCount - mark.utf8.count),
            ref: ref,
            joinRef: channels[channel].joinRef
        )
        send(message, from: session)
        tally.sentCount += 1
        guard plan(of: session).topics[slot].acknowledges else { return }
        checkpoint(session, ref)
        wait(
            session,
            Pending(ref: ref, kind: .broadcast, place: UInt8(place), due: due, number: number)
        )
    }

    /// One of those in flight came back: the next one leaves.
    func sendNext(_ session: Int, _ mark: Mark, _ now: UInt64) {
        let place = Int(mark.stream - Mark.firstSessionStream) % Roster.actionCountMax
        guard now < clock.measureUntil,
            case .broadcast(_, _, _, let inFlight) = plan(of: session).actions[place].action,
            inFlight > 0
        else { return }
        broadcast(session, place, due: now, now)
    }

    /// What was in flight when a channel was lost does not come back: it begins anew.
    func refill(_ session: Int, _ slot: Int, _ now: UInt64) {
        guard clock.hasTraffic(at: now) else { return }
        let number = sessions[session].place.number
        for (place, plan) in plan(of: session).actions.enumerated() {
            guard case .broadcast(slot, _, _, let inFlight) = plan.action, inFlight > 0,
                Roster.takesPart(session: number, share: plan.share)
            else { continue }
            for _ in 0..<inFlight { broadcast(session, place, due: now, now) }
        }
    }

    private func track(_ session: Int, _ slot: Int) {
        let channel = sessions[session].firstChannel + slot
        guard channels[channel].phase == .joined else { return }
        sessions[session].trackNumber += 1
        let message = dialects[sessions[session].dialect].track(
            topic: channels[channel].topic,
            number: sessions[session].trackNumber,
            ref: nextRef(session),
            joinRef: channels[channel].joinRef
        )
        guard let message else { return }
        send(message, from: session)
        tally.sentCount += 1
    }

    private func refreshToken(_ session: Int) {
        guard let token = token(for: session) else { return }
        let first = sessions[session].firstChannel
        for slot in 0..<sessions[session].channelCount where channels[first + slot].phase == .joined
        {
            let message = dialects[sessions[session].dialect].accessToken(
                topic: channels[first + slot].topic,
                token: token,
                ref: nextRef(session),
                joinRef: channels[first + slot].joinRef
            )
            if let message { send(message, from: session) }
        }
    }

    private func resume(_ session: Int, _ now: UInt64) {
        guard sessions[session].isPaused else { return }
        sessions[session].isPaused = false
        sessions[session].readsSince = now
        swarm.setReading(sessions[session].connection, true)
    }

    private func beat(_ session: Int, due: UInt64, _ now: UInt64) {
        guard sessions[session].phase == .open else { return }
        let dialect = dialects[sessions[session].dialect]
        guard let interval = dialect.heartbeatInterval else { return }
        later(.heartbeat, session, at: due + nanoseconds(interval))
        guard !sessions[session].isPaused else { return }
        guard !sessions[session].pending.contains(where: { $0.kind == .heartbeat }) else {
            tally.fail("heartbeat lost")
            return cut(session, now)
        }
        let ref = nextRef(session)
        guard let message = dialect.heartbeat(ref: ref) else { return }
        send(message, from: session)
        checkpoint(session, ref)
        wait(session, Pending(ref: ref, kind: .heartbeat, place: 0, due: due))
    }

    /// The answer to a message tells that everything before it has arrived.
    private func checkpoint(_ session: Int, _ ref: UInt32) {
        for index in broadcasts(of: session).indices {
            let sender = sessions[session].firstSender + index
            // One that is not answered yet stays, or none ever would be.
            guard senders[sender].checkpointRef <= sessions[session].answeredRef else { continue }
            senders[sender].checkpoint = senders[sender].number
            senders[sender].checkpointRef = ref
        }
    }

    /// Notes an answer that is waited for.
    func wait(_ session: Int, _ pending: Pending) {
        if sessions[session].pending.count >= Self.pendingCountMax {
            sessions[session].pending.removeFirst()
            tally.fail("unanswered")
        }
        sessions[session].pending.append(pending)
    }

    /// Puts a message on its way.
    func send(_ message: OutgoingMessage, from session: Int) {
        let connection = sessions[session].connection
        if message.isBinary {
            swarm.sendBinary(message.bytes, to: connection)
        } else {
            swarm.sendText(message.bytes, to: connection)
        }
    }

    /// The next reference of a connection.
    func nextRef(_ session: Int) -> UInt32 {
        sessions[session].ref += 1
        return sessions[session].ref
    }

    /// A duration as the schedule counts.
    func nanoseconds(_ duration: Duration) -> UInt64 {
        UInt64(max(0, duration / .nanoseconds(1)))
    }
}

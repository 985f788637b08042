internal import LoadChecks
internal import LoadResults
internal import LoadScenarios
internal import WebSocketClient

/// What arrives, and whether it should have.
extension SessionLoop {
    /// A message came; the way of those with a mark allocates nothing.
    func received(_ connection: Int, _ message: Span<UInt8>, isBinary: Bool, now: UInt64) {
        let session = Int(owners[connection])
        guard session >= 0 else { return }
        tally.receivedByteCount += message.count
        guard !sessions[session].rest.isEmpty else {
            return takeAll(message, isBinary: isBinary, session, now)
        }
        // The beginning of a message came with an earlier one.
        var whole = sessions[session].rest
        sessions[session].rest = []
        for index in message.indices { whole.append(message[index]) }
        takeAll(whole.span, isBinary: isBinary, session, now)
    }

    private func takeAll(
        _ message: Span<UInt8>,
        isBinary: Bool,
        _ session: Int,
        _ now: UInt64
    ) {
        let dialect = dialects[sessions[session].dialect]
        var start = 0
        while start < message.count {
            let rest = message.extracting(start..<message.count)
            guard let byteCount = dialect.firstMessageByteCount(in: rest) else {
                for index in rest.indices { sessions[session].rest.append(rest[index]) }
                return
            }
            take(rest.extracting(0..<byteCount), isBinary: isBinary, dialect, session, now)
            start += byteCount
        }
    }

    private func take(
        _ message: Span<UInt8>,
        isBinary: Bool,
        _ dialect: any Dialect,
        _ session: Int,
        _ now: UInt64
    ) {
        switch dialect.arrival(message, isBinary: isBinary) {
        case .message(let topic, let isReplayed):
            take(message, of: topic, isReplayed: isReplayed, session, now)
        case .reply(let ref, let isAccepted):
            let reason = isAccepted ? nil : dialect.reason(message, isBinary: isBinary)
            answered(session, ref, refusal: reason, now)
        case .closed(let topic):
            guard let slot = slot(of: topic, session) else { return }
            closed(session, slot, now: now)
        case .trouble: tally.fail(dialect.reason(message, isBinary: isBinary))
        case .ping: if let pong = dialect.pong { send(pong, from: session) }
        case .other: break
        }
    }

    /// The place of a topic among a session's, the first for none; nil for a topic of others.
    private func slot(of topic: UInt64?, _ session: Int) -> Int? {
        guard let topic else { return 0 }
        let first = sessions[session].firstChannel
        return (0..<sessions[session].channelCount).first { channels[first + $0].number == topic }
    }

    private func take(
        _ message: Span<UInt8>,
        of topic: UInt64?,
        isReplayed: Bool,
        _ session: Int,
        _ now: UInt64
    ) {
        guard let slot = slot(of: topic, session) else {
            return breach(.wrongAudience, session, nil, "a message of a topic that is not its own")
        }
        let channel = sessions[session].firstChannel + slot
        guard channels[channel].phase != .apart else {
            return breach(.wrongAudience, session, channel, "a message while not joined")
        }
        guard let mark = Mark.first(in: message) else {
            // A replay may reach back into what the scenario's setup has written.
            guard !channels[channel].mayBeUnmarked, !isReplayed else { return }
            return breach(.corrupted, session, channel, "a message without a mark")
        }
        tally.receivedCount += 1
        // What an earlier run left behind is nobody's fault.
        guard mark.sentAt >= clock.beginAt else { return }
        guard mark.number > 0, mark.sentAt <= now, roster.knows(mark.stream) else {
            return breach(.corrupted, session, channel, "\(mark.text), which nobody sent")
        }
        guard mark.topic == channels[channel].number || self.slot(of: mark.topic, session) != nil
        else { return breach(.wrongAudience, session, channel, "\(mark.text), meant for others") }
        let author = Roster.session(of: mark.stream)?.index
        if author == sessions[session].place.index, !channels[channel].receivesOwn {
            return breach(.wrongAudience, session, channel, "\(text(mark)), which it sent itself")
        }
        switch channels[channel].receipts.take(mark, isReplayed: isReplayed) {
        case .next: if author == nil { channels[channel].heard(mark) }
        case .ahead: break
        case .late: breach(.disorder, session, channel, "\(text(mark)) behind a later one")
        case .duplicate: return breach(.duplicate, session, channel, "\(text(mark)) again")
        case .repeated: return
        }
        if !isReplayed { measure(mark, author: author, session, now) }
        if author == sessions[session].place.index { sendNext(session, mark, now) }
    }

    private func measure(_ mark: Mark, author: Int?, _ session: Int, _ now: UInt64) {
        guard clock.measures(mark.sentAt), mark.sentAt >= sessions[session].readsSince else {
            return
        }
        guard let author else { return tally.record(.change, nanoseconds: now - mark.sentAt) }
        tally.record(.broadcast, nanoseconds: now - mark.sentAt)
        let home = Int(homes[author])
        guard home >= 0 else { return }
        let action = Int(mark.stream - Mark.firstSessionStream) % Roster.actionCountMax
        guard let leftAt = senders[sender(of: home, action: action)].leftAt(mark.number) else {
            return
        }
        tally.record(.broadcastUncorrected, nanoseconds: now - min(now, leftAt))
    }

    private func breach(
        _ kind: BreachKind,
        _ session: Int,
        _ channel: Int?,
        _ words: @autoclosure () -> String
    ) {
        let topic = channel.map { " on \(channels[$0].topic)" } ?? ""
        tally.breach(kind, "\(describe(session)) got\(topic) \(words())")
    }

    /// A session in words.
    func describe(_ session: Int) -> String {
        "\(plan(of: session).name) \(sessions[session].place.number)"
    }

    private func text(_ mark: Mark) -> String {
        "number \(mark.number) of \(roster.describe(mark.stream))"
    }

    private func answered(_ session: Int, _ ref: UInt32, refusal: String?, _ now: UInt64) {
        if ref > sessions[session].answeredRef {
            sessions[session].answeredRef = ref
            for index in broadcasts(of: session).indices {
                senders[sessions[session].firstSender + index].answered(ref)
            }
        }
        guard let index = sessions[session].pending.firstIndex(where: { $0.ref == ref }) else {
            if let refusal { tally.fail(refusal) }
            return
        }
        let pending = sessions[session].pending.remove(at: index)
        let place = Int(pending.place)
        switch pending.kind {
        case .join:
            guard channels[sessions[session].firstChannel + place].phase == .joining else { return }
            if let refusal { return refused(session, place, refusal, now: now) }
            joined(session, place, now: now)
        case .leave: left(session, place, now: now)
        case .heartbeat:
            guard pending.due >= sessions[session].readsSince else { return }
            tally.record(.heartbeat, nanoseconds: now - min(now, pending.due))
        case .broadcast:
            if let refusal {
                tally.fail(refusal)
                let sender = sender(of: session, action: place)
                uncertain[sender, default: []].append(pending.number...pending.number)
            } else if clock.measures(pending.due), pending.due >= sessions[session].readsSince {
                tally.record(.acknowledgement, nanoseconds: now - min(now, pending.due))
            }
        }
    }
}

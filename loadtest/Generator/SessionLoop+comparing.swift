internal import LoadChecks
internal import LoadResults
internal import LoadScenarios

/// What never came.
extension SessionLoop {
    /// How far every sender got.
    func sentCounts() -> [SentCount] {
        senders.indices.compactMap { index in
            guard senders[index].number > 0 else { return nil }
            return SentCount(
                stream: senders[index].stream,
                topic: senders[index].topic,
                number: senders[index].number,
                uncertain: uncertain[index] ?? []
            )
        }
    }

    /// Whether everything is here, or it makes no sense to wait any longer.
    func isComplete(_ now: UInt64) -> Bool {
        guard var comparison else { return false }
        guard now < comparison.deadline else { return true }
        guard now >= comparison.nextLook else { return false }
        comparison.nextLook = now + 20_000_000
        defer { self.comparison = comparison }
        while comparison.firstIncomplete < sessions.count {
            guard hasEverything(comparison.firstIncomplete, comparison) else { return false }
            comparison.firstIncomplete += 1
        }
        return true
    }

    private func hasEverything(_ session: Int, _ comparison: Comparison) -> Bool {
        (0..<sessions[session].channelCount).allSatisfy { slot in
            let channel = sessions[session].firstChannel + slot
            return !isOnItsWay(channels[channel], plan(of: session).topics[slot])
                && channels[channel].receipts.holes.allSatisfy { comparison.dueCount($0) == 0 }
                && missing(session, slot, comparison).allSatisfy { comparison.dueCount($0) == 0 }
        }
    }

    /// Whether a channel is about to be joined, and will bring what is missing then.
    private func isOnItsWay(_ channel: Channel, _ plan: TopicPlan) -> Bool {
        channel.phase == .joining || channel.phase == .apart && channel.hasJoined && plan.replays
    }

    /// The ends of streams that a channel should have and has not.
    private func missing(
        _ session: Int,
        _ slot: Int,
        _ comparison: Comparison
    ) -> [Receipts.Hole] {
        let channel = channels[sessions[session].firstChannel + slot]
        guard channel.phase == .joined, let sent = comparison.sent[channel.number] else {
            return []
        }
        let receivesOwn = channel.receivesOwn
        return sent.compactMap { count in
            let author = Roster.session(of: count.stream)?.index
            guard author != sessions[session].place.index || receivesOwn,
                let last = channel.receipts.last(of: count.stream, topic: count.topic),
                last < count.number
            else { return nil }
            let numbers = (last + 1)...count.number
            return Receipts.Hole(stream: count.stream, topic: count.topic, numbers: numbers)
        }
    }

    /// Turns what is outstanding into breaches.
    ///
    /// - Parameter comparison: Nil when the run was ended before anybody knew what was sent.
    func compare(with comparison: Comparison?) {
        let known = comparison ?? Comparison([], deadline: 0)
        report(.gap, abandoned, known) { "never came, although the channel was joined" }
        for session in sessions.indices {
            for slot in 0..<sessions[session].channelCount {
                let channel = channels[sessions[session].firstChannel + slot]
                let who = "to \(describe(session)) on \(channel.topic)"
                report(.gap, channel.receipts.holes, known) { "never came \(who)" }
                if channel.receipts.forgottenCount > 0 {
                    let count = Int(channel.receipts.forgottenCount)
                    tally.breach(.gap, count: count, "\(count) more never came \(who)")
                }
                let missing = missing(session, slot, known)
                report(.missing, missing, known) { "never came \(who), nor any after them" }
            }
        }
        abandoned = []
    }

    private func report(
        _ kind: BreachKind,
        _ holes: [Receipts.Hole],
        _ comparison: Comparison,
        _ words: () -> String
    ) {
        for hole in holes {
            let count = comparison.dueCount(hole)
            guard count > 0 else { continue }
            let numbers = "\(hole.numbers.lowerBound) to \(hole.numbers.upperBound)"
            let text = "numbers \(numbers) of \(roster.describe(hole.stream)) \(words())"
            tally.breach(kind, count: count, text)
        }
    }
}

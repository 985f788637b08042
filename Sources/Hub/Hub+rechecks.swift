import Topics

/// Verdicts that are asked for anew: those that a change concerns first, all where the rules have
/// changed, and each from time to time.
extension Hub {
    /// The rules themselves have changed: every private channel is asked about anew.
    ///
    /// Nothing is withheld meanwhile.
    public func rulesChanged(time: HubTime) {
        recheckAll()
        reask(time: time)
    }

    /// Puts every private channel in line.
    func recheckAll() { reasking.replace(with: members.all) }

    /// Asks about those whose turn it is.
    func reask(time: HubTime) {
        while let channel = reasking.next() {
            guard !channel.membership.hasLeft else { continue }
            if let hold = channel.hold {
                guard case .waiting = hold.stage else {
                    // It was asked about before the rules changed.
                    askAnew(about: channel, time: time)
                    continue
                }
                counters.reasksByConcern += 1
                ask(hold, about: channel, time: time)
            } else {
                counters.reasksByRules += 1
                askAnew(about: channel, isRecheck: true, time: time)
            }
        }
    }

    private func ask(_ hold: AccessHold, about channel: Channel, time: HubTime) {
        hold.stage = .asked
        if hold.deadline == nil { hold.deadline = time.now + limits.holdDurationMax }
        reasking.ask(hold.question)
        ask(hold.question, about: channel, isFresh: true)
    }

    /// Asks about a channel that has been asked about before; older answers do not count any more.
    func askAnew(about channel: Channel, isRecheck: Bool = false, time: HubTime) {
        questionCount += 1
        channel.membership.asked(questionCount, isRecheck: isRecheck)
        if let hold = channel.hold {
            hold.question = questionCount
            ask(hold, about: channel, time: time)
        } else {
            reasking.ask(questionCount)
            ask(questionCount, about: channel, isFresh: true)
        }
    }

    /// Asks about the channels that nobody has asked about for the interval, a part of them in
    /// every second.
    func recheck(time: HubTime) {
        if hasUnwatched, port.isCaughtUp {
            hasUnwatched = false
            recheckAll()
        }
        reask(time: time)
        let interval = limits.recheckInterval
        let all = members.all
        guard interval > .zero, !all.isEmpty else { return }
        // Each is looked at four times in an interval, so that none is asked about much too early
        // or too late, and those that joined at once are spread.
        let turns = max(1, Double(interval.components.seconds) / 4)
        let due = time.now - interval * 0.75
        for _ in 0..<min(all.count, Int(Double(all.count) / turns) + 1) where reasking.hasRoom {
            lookedAt = lookedAt + 1 < all.count ? lookedAt + 1 : 0
            let channel = all[lookedAt]
            guard channel.checkedAt <= due, !channel.membership.isAwaiting else { continue }
            counters.reasksByTime += 1
            askAnew(about: channel, isRecheck: true, time: time)
        }
    }
}

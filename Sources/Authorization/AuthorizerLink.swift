internal import Locking
internal import Observation
internal import Postgres

/// One thread of an ``Authorizer``: keeps a connection and asks what waits.
struct AuthorizerLink {
    /// A connection, and what the other threads know of its rules.
    private struct Connected {
        let evaluator: Evaluator
        /// ``AuthorizerState/rulesNumber`` when this connection read the catalog last.
        var rulesNumber: Int
        /// How much of ``Evaluator/compiledCount`` the others know about.
        var toldCount = 0
    }

    /// What there is to do.
    private enum Step {
        case ask([QuestionQueue.Taken])
        /// The catalog is to be read: it is time, or another link found it changed.
        case check
        case sleep
        case stop
    }

    let authorizer: Authorizer
    let index: Int
    let pipe: WakePipe
    let rulesChanged: @Sendable () -> Void

    /// Works until the authorizer is stopped.
    func run() {
        var connected: Connected?
        var delay = ReconnectDelay(max: .seconds(1))
        var attempt = 0
        var retryAt = ContinuousClock.now
        while true {
            pipe.clear()
            if connected == nil, ContinuousClock.now >= retryAt {
                connected = connect()
                if connected == nil {
                    attempt += 1
                    var generator = SystemRandomNumberGenerator()
                    let pause = delay.next(using: &generator)
                    retryAt = .now + pause
                    authorizer.observe(
                        .database(.retrying(.authorization, attempt: attempt, delay: pause))
                    )
                } else {
                    attempt = 0
                    delay.reset()
                }
            }
            switch next(connected) {
            case .stop: return
            case .sleep:
                pipe.wait(timeout: (connected?.evaluator.checkAt ?? retryAt) - .now)
            case .check: connected = connected.flatMap(check)
            case .ask(let taken): connected = connected.flatMap { answer(taken, with: $0) }
            }
        }
    }

    private func next(_ connected: Connected?) -> Step {
        authorizer.state.withLock { state in
            if state.isStopped { return .stop }
            state.idleLinks.remove(index)
            guard let connected else { return .sleep }
            // What is asked after a change is answered by the changed rules, whoever found it.
            let isOutdated = connected.rulesNumber != state.rulesNumber
            if isOutdated || ContinuousClock.now >= connected.evaluator.checkAt { return .check }
            let taken = state.queue.take(
                countMax: AuthorizationConfiguration.roundQuestionCountMax,
                byteCountMax: AuthorizationConfiguration.roundByteCountMax
            )
            guard taken.isEmpty else { return .ask(taken) }
            state.idleLinks.insert(index)
            return .sleep
        }
    }

    private func connect() -> Connected? {
        do throws(PostgresError) {
            let rulesNumber = authorizer.state.withLock { $0.rulesNumber }
            let evaluator = try Evaluator(
                configuration: authorizer.configuration,
                observe: authorizer.observe
            )
            let connected = tellRules(Connected(evaluator: evaluator, rulesNumber: rulesNumber))
            authorizer.state.withLock { $0.connected(index) }
            authorizer.observe(.database(.connected(.authorization)))
            return connected
        } catch {
            lose(error)
            return nil
        }
    }

    private func lose(_ error: PostgresError) {
        let reason: Unavailability =
            switch error.sqlState {
            case "53300": .connectionsExhausted
            case "57P03": .databaseStarting
            default: .databaseAway
            }
        authorizer.state.withLock { $0.disconnected(index, reason) }
        authorizer.observe(.database(.lost(.authorization, sqlState: error.sqlState)))
    }

    /// Reads the catalog.
    ///
    /// - Returns: Nil when the connection has ended.
    private func check(_ before: Connected) -> Connected? {
        var connected = before
        let (number, count) = authorizer.state.withLock { state in
            let count = state.cache.count
            state.cache.dropOld(now: .now)
            return (state.rulesNumber, count)
        }
        showRemembered(before: count)
        connected.rulesNumber = number
        do throws(PostgresError) {
            try connected.evaluator.refresh()
            return tellRules(connected)
        } catch {
            lose(error)
            return nil
        }
    }

    /// Lets the other links and whoever holds verdicts know when the rules are others.
    private func tellRules(_ before: Connected) -> Connected {
        var connected = before
        let evaluator = connected.evaluator
        guard evaluator.compiledCount != connected.toldCount else { return connected }
        connected.toldCount = evaluator.compiledCount
        let (forgottenCount, isChange) = authorizer.state.withLock { state in
            let (number, count) = (state.rulesNumber, state.cache.count)
            let isChange = state.rulesRead(evaluator.catalog)
            // Another link's change, found meanwhile, may be later than what was read here.
            if connected.rulesNumber == number { connected.rulesNumber = state.rulesNumber }
            return (count - state.cache.count, isChange)
        }
        if forgottenCount > 0 {
            authorizer.observe(
                .authorization(.verdictsRemembered(count: 0, forgottenCount: forgottenCount))
            )
        }
        if isChange { rulesChanged() }
        return connected
    }

    /// Asks a round of questions.
    ///
    /// - Returns: Nil when the connection has ended.
    private func answer(
        _ taken: [QuestionQueue.Taken],
        with before: Connected
    ) -> Connected? {
        if taken.contains(where: \.isSuspect) {
            // This connection may have ended with the other one; then no question is to blame.
            do throws(PostgresError) {
                try before.evaluator.refresh()
            } catch {
                _ = authorizer.state.withLock { $0.queue.giveBack(taken, wereAsked: false) }
                lose(error)
                return nil
            }
        }
        do throws(PostgresError) {
            let answers = try before.evaluator.answer(
                taken.map { Evaluator.Asked(question: $0.question, deadline: $0.deadline) }
            )
            // First, so that no answer by the rules of before is remembered.
            let connected = tellRules(before)
            let count = authorizer.state.withLock { $0.cache.count }
            for (one, answer) in zip(taken, answers) {
                note(answer)
                let askers = authorizer.state.withLock { $0.finish(one.ticket, answer, now: .now) }
                for asker in askers { authorizer.tell(asker, answer) }
            }
            showRemembered(before: count)
            return connected
        } catch {
            let hopeless = authorizer.state.withLock { $0.queue.giveBack(taken) }
            for asker in hopeless { authorizer.tell(asker, .unavailable(.databaseAway)) }
            lose(error)
            return nil
        }
    }

    /// Says how many verdicts are remembered, when that is news.
    private func showRemembered(before: Int) {
        let count = authorizer.state.withLock { $0.cache.count }
        guard count != before else { return }
        authorizer.observe(
            .authorization(.verdictsRemembered(count: count, forgottenCount: 0))
        )
    }

    /// Says which rules raised, once for each question however many wait for it.
    private func note(_ answer: Answer) {
        guard case .verdict(_, let failedRules) = answer else { return }
        for rule in failedRules {
            switch rule {
            case .policy(let name, let sqlState):
                authorizer.observe(.authorization(.ruleFailed(policy: name, sqlState: sqlState)))
            case .preparation(let sqlState), .readerClass(let sqlState):
                authorizer.observe(
                    .authorization(.ruleFailed(policy: rule.code, sqlState: sqlState))
                )
            case .roleNotAllowed, .roleUnknown, .roleNotGranted, .textContainsNUL: break
            }
        }
    }
}

internal import Locking
internal import Observation
internal import Postgres

/// One thread of an ``Authorizer``: keeps a connection and asks what waits.
struct AuthorizerLink {
    let authorizer: Authorizer
    let index: Int
    let pipe: WakePipe

    /// Works until the authorizer is stopped.
    func run() {
        var evaluator: Evaluator?
        var delay = ReconnectDelay(max: .seconds(1))
        var attempt = 0
        var retryAt = ContinuousClock.now
        while true {
            pipe.clear()
            if evaluator == nil, ContinuousClock.now >= retryAt {
                evaluator = connect()
                if evaluator == nil {
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
            guard let (taken, isStopped) = next(isConnected: evaluator != nil) else {
                pipe.wait(timeout: evaluator == nil ? retryAt - .now : nil)
                continue
            }
            if isStopped { return }
            guard let connected = evaluator else { continue }
            if !answer(taken, with: connected) { evaluator = nil }
        }
    }

    /// What to do next; nil is to sleep.
    private func next(isConnected: Bool) -> (taken: [QuestionQueue.Taken], isStopped: Bool)? {
        authorizer.state.withLock { state in
            if state.isStopped { return ([], true) }
            let taken =
                isConnected
                ? state.queue.take(
                    countMax: AuthorizationConfiguration.roundQuestionCountMax,
                    byteCountMax: AuthorizationConfiguration.roundByteCountMax
                ) : []
            guard taken.isEmpty else {
                state.idleLinks.remove(index)
                return (taken, false)
            }
            if isConnected { state.idleLinks.insert(index) }
            return nil
        }
    }

    private func connect() -> Evaluator? {
        do throws(PostgresError) {
            let evaluator = try Evaluator(
                configuration: authorizer.configuration,
                observe: authorizer.observe
            )
            authorizer.state.withLock { $0.connected(index) }
            authorizer.observe(.database(.connected(.authorization)))
            return evaluator
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

    /// Asks a round of questions.
    ///
    /// - Returns: Whether the connection still stands.
    private func answer(_ taken: [QuestionQueue.Taken], with evaluator: Evaluator) -> Bool {
        do throws(PostgresError) {
            let answers = try evaluator.answer(
                taken.map { Evaluator.Asked(question: $0.question, deadline: $0.deadline) }
            )
            for (one, answer) in zip(taken, answers) {
                note(answer)
                let askers = authorizer.state.withLock { $0.queue.finish(one.ticket) }
                for asker in askers { authorizer.tell(asker, answer) }
            }
            return true
        } catch {
            let hopeless = authorizer.state.withLock { $0.queue.giveBack(taken) }
            for asker in hopeless { authorizer.tell(asker, .unavailable(.databaseAway)) }
            lose(error)
            return false
        }
    }

    /// Says which rules raised, once for each question however many wait for it.
    private func note(_ answer: Answer) {
        guard case .verdict(_, let failedRules) = answer else { return }
        for rule in failedRules {
            switch rule {
            case .policy(let name, let sqlState):
                authorizer.observe(.authorization(.ruleFailed(policy: name, sqlState: sqlState)))
            case .preparation(let sqlState):
                authorizer.observe(
                    .authorization(.ruleFailed(policy: rule.code, sqlState: sqlState))
                )
            case .roleNotAllowed, .roleUnknown, .roleNotGranted, .textContainsNUL: break
            }
        }
    }
}

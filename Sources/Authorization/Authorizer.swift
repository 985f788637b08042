public import Locking
public import Observation
internal import Topics

/// Answers what callers may do on private topics, by the policies of `realtime.messages`.
///
/// Nothing is written and nothing remembered: each answer comes from an evaluation that began after
/// the question was asked. Questions that wait at the same time go to the database in one round
/// trip. It keeps itself alive from ``start()`` to ``stop()``.
public final class Authorizer: Sendable {
    let configuration: AuthorizationConfiguration
    let observe: Observe
    let state: Locked<AuthorizerState>
    private let pipes: [WakePipe]
    private let deadlinePipe: WakePipe

    /// Makes an authorizer that does nothing yet.
    ///
    /// - Parameters:
    ///   - configuration: Where the database is, who may be asked about, and the limits.
    ///   - observe: Told what happens, from the authorizer's threads and those that ask.
    /// - Throws: When the process has no descriptors left to wake its threads with.
    public init(
        configuration: AuthorizationConfiguration,
        observe: @escaping Observe
    ) throws(WakePipe.OutOfDescriptors) {
        self.configuration = configuration
        self.observe = observe
        var pipes: [WakePipe] = []
        for _ in 0..<configuration.connectionCount { pipes.append(try WakePipe()) }
        self.pipes = pipes
        deadlinePipe = try WakePipe()
        state = Locked(AuthorizerState(askerCountMax: configuration.questionCountMax))
    }

    /// Starts the threads and connects; call it once.
    public func start() {
        let threads = pipes.indices.map { index in
            WorkThread(name: "authorizer-\(index)") { [self] in
                AuthorizerLink(authorizer: self, index: index, pipe: pipes[index]).run()
            }
        }
        let keeper = WorkThread(name: "authorizer-time") { [self] in keepDeadlines() }
        state.withLock { state in
            precondition(state.threads.isEmpty, "an authorizer is started once")
            state.threads = threads + [keeper]
        }
    }

    /// Answers whoever waits with ``Unavailability/stopped``, and ends the threads.
    ///
    /// Blocks until they have ended, which takes as long as the round in the database: at most the
    /// statement timeout or, without a connection, the connect timeout.
    public func stop() {
        let (askers, threads) = state.withLock { state in
            state.isStopped = true
            let threads = state.threads
            state.threads = []
            return (state.queue.removeAll(), threads)
        }
        for pipe in pipes { pipe.wake() }
        deadlinePipe.wake()
        for asker in askers { tell(asker, .unavailable(.stopped)) }
        for thread in threads { thread.join() }
    }

    /// Asks.
    ///
    /// - Parameters:
    ///   - question: Who asks about which topic.
    ///   - answer: Called once, outside every lock: before this call returns when the question is
    ///     refused at once, otherwise on one of the authorizer's threads. It must not block.
    public func ask(_ question: Question, answer: @escaping @Sendable (Answer) -> Void) {
        let now = ContinuousClock.now
        let asker = QuestionQueue.Asker(
            askedAt: now,
            deadline: now + configuration.deadline,
            answer: answer
        )
        if let refusal = refusal(of: question) {
            tell(asker, .verdict(.denied, failedRules: [refusal]))
            return
        }
        let step = state.withLock { $0.add(question, asker) }
        switch step {
        case .refused(let unavailability): tell(asker, .unavailable(unavailability))
        case .waiting(let linkToWake, let mustWakeKeeper):
            if let linkToWake { pipes[linkToWake].wake() }
            if mustWakeKeeper { deadlinePipe.wake() }
        }
    }

    /// Why a question needs no database to be denied.
    private func refusal(of question: Question) -> FailedRule? {
        guard !question.containsNUL else { return .textContainsNUL }
        let role = question.caller.role
        // `none` would make PostgreSQL act as the gateway's own login.
        let isAllowed = configuration.allowedRoles.contains {
            $0.utf8.elementsEqual(role.utf8) && $0.lowercased() != "none"
        }
        return isAllowed ? nil : .roleNotAllowed
    }

    /// Hands an answer over and says so.
    func tell(_ asker: QuestionQueue.Asker, _ answer: Answer) {
        switch answer {
        case .verdict(let verdict, _):
            let duration = ContinuousClock.now - asker.askedAt
            let isDenied = !verdict.mayJoin
            observe(.authorization(.verdictGiven(duration: duration, isDenied: isDenied)))
        case .unavailable(let unavailability):
            observe(.authorization(.unavailable(kind: unavailability.kind)))
        }
        asker.answer(answer)
    }

    /// Lets nobody wait beyond the deadline, also while the other threads wait for the database.
    private func keepDeadlines() {
        while true {
            deadlinePipe.clear()
            let (late, reason, next, isStopped) = state.withLock { state in
                let late = state.queue.expire(now: .now)
                let next = state.queue.nextDeadline
                state.isKeeperIdle = next == nil
                return (late, state.away ?? .deadlinePassed, next, state.isStopped)
            }
            for asker in late { tell(asker, .unavailable(reason)) }
            if isStopped { return }
            deadlinePipe.wait(timeout: next.map { $0 - .now })
        }
    }
}

public import Locking
public import Observation
public import Topics

/// Answers what callers may do on private topics, by the policies of `realtime.messages`.
///
/// Nothing is written. Questions that wait at the same time go to the database in one round trip,
/// and a yes is remembered for some seconds, until somebody says that it may have changed
/// (``forget(_:)``). It keeps itself alive from ``start(rulesChanged:)`` to ``stop()``.
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
        state = Locked(AuthorizerState(configuration))
    }

    /// Starts the threads and connects; call it once.
    ///
    /// - Parameter rulesChanged: Called when policies, functions or rights are no longer those that
    ///   verdicts were given by, once for each change, on one of the authorizer's threads; it must
    ///   not block. Whatever is asked from then on is answered by the new ones. Default nothing.
    public func start(rulesChanged: @escaping @Sendable () -> Void = {}) {
        let threads = pipes.indices.map { index in
            WorkThread(name: "authorizer-\(index)") { [self] in
                AuthorizerLink(
                    authorizer: self,
                    index: index,
                    pipe: pipes[index],
                    rulesChanged: rulesChanged
                ).run()
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
    ///   - isFresh: Whether only an evaluation that begins from now on will do. Default no: a yes
    ///     that is remembered will do, too.
    ///   - answer: Called once, outside every lock: before this call returns when the answer is
    ///     remembered or refused at once, otherwise on one of the authorizer's threads. It must
    ///     not block.
    public func ask(
        _ question: Question,
        isFresh: Bool = false,
        answer: @escaping @Sendable (Answer) -> Void
    ) {
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
        let step = state.withLock { $0.add(question, asker, isFresh: isFresh) }
        switch step {
        case .remembered(let verdict):
            tell(asker, .verdict(verdict, failedRules: []), isRemembered: true)
        case .refused(let unavailability): tell(asker, .unavailable(unavailability))
        case .waiting(let linkToWake, let mustWakeKeeper):
            if let linkToWake { pipes[linkToWake].wake() }
            if mustWakeKeeper { deadlinePipe.wake() }
        }
    }

    /// Forgets the verdicts that a change may have made untrue.
    ///
    /// Whoever asks from now on gets an answer from after the change. It never waits for the
    /// database.
    ///
    /// - Parameter concerns: Whose membership may have changed.
    public func forget(_ concerns: [MembershipConcern]) {
        guard !concerns.isEmpty else { return }
        let topics = ConcernedTopics(concerns)
        let (count, left) = state.withLock { ($0.forget(topics), $0.cache.count) }
        guard count > 0 else { return }
        observe(.authorization(.verdictsRemembered(count: left, forgottenCount: count)))
    }

    /// A verdict that is remembered, and how long ago it was given.
    ///
    /// - Parameter question: Who asks about which topic.
    /// - Returns: Nil where the database would be asked.
    public func remembered(_ question: Question) -> (verdict: Verdict, age: Duration)? {
        state.withLock { $0.cache.verdict(on: question, now: .now) }
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
    func tell(_ asker: QuestionQueue.Asker, _ answer: Answer, isRemembered: Bool = false) {
        switch answer {
        case .verdict(let verdict, _):
            let duration = ContinuousClock.now - asker.askedAt
            let isDenied = !verdict.mayJoin
            observe(
                .authorization(
                    .verdictGiven(
                        duration: duration,
                        isDenied: isDenied,
                        isRemembered: isRemembered
                    )
                )
            )
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

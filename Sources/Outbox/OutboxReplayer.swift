public import Locking
public import Observation
import Postgres

/// Reads what was sent to topics before, on threads of its own.
///
/// It connects when it is first asked. Whoever asks gets an answer: the replay, or that there is
/// none now; only who asks knows how long to wait for it.
public final class OutboxReplayer: Sendable {
    private struct Waiting {
        let request: ReplayRequest
        let askedAt: ContinuousClock.Instant
        let answer: @Sendable (ReplayOutcome) -> Void
    }

    private struct State {
        var waiting: [Waiting] = []
        var threads: [WorkThread] = []
        var isStopped = false
        /// Links that found nothing to do and sleep.
        var idleLinks: Set<Int> = []
    }

    private let configuration: ReplayConfiguration
    private let observe: Observe
    private let pipes: [WakePipe]
    private let state = Locked(State())

    /// Makes a replayer that does nothing yet.
    ///
    /// - Parameters:
    ///   - configuration: Where the database is, and the limits.
    ///   - observe: Told what happens, from the replayer's threads and those that ask.
    /// - Throws: When the process has no descriptors left.
    public init(
        configuration: ReplayConfiguration,
        observe: @escaping Observe
    ) throws(WakePipe.OutOfDescriptors) {
        self.configuration = configuration
        self.observe = observe
        var pipes: [WakePipe] = []
        for _ in 0..<configuration.connectionCount { pipes.append(try WakePipe()) }
        self.pipes = pipes
    }

    /// Starts the threads; call it once.
    public func start() {
        let threads = pipes.indices.map { index in
            WorkThread(name: "replay-\(index)") { [self] in serve(index) }
        }
        state.withLock { state in
            precondition(state.threads.isEmpty, "a replayer is started once")
            state.threads = threads
        }
    }

    /// Answers whoever waits that there is no replay, and ends the threads.
    ///
    /// Blocks until they have ended. Whoever takes answers must let go first: close the mailboxes
    /// before.
    public func stop() {
        let (waiting, threads) = state.withLock { state in
            let (waiting, threads) = (state.waiting, state.threads)
            state.isStopped = true
            state.waiting = []
            state.threads = []
            return (waiting, threads)
        }
        for pipe in pipes { pipe.wake() }
        for one in waiting { fail(one, .stopped) }
        for thread in threads { thread.join() }
    }

    /// Asks.
    ///
    /// - Parameters:
    ///   - request: What is to be read; in an instant after this call.
    ///   - answer: Called once: before this call returns when too many wait, otherwise on one of
    ///     the replayer's threads, where it may wait for room.
    public func ask(
        _ request: ReplayRequest,
        answer: @escaping @Sendable (ReplayOutcome) -> Void
    ) {
        let one = Waiting(request: request, askedAt: .now, answer: answer)
        let countMax = configuration.requestCountMax
        let (failure, linkToWake) = state.withLock { state in
            if state.isStopped {
                return (ReplayObservation.Failure?.some(.stopped), Int?.none)
            }
            guard state.waiting.count < countMax else { return (.full, nil) }
            state.waiting.append(one)
            return (nil, state.idleLinks.popFirst())
        }
        if let failure { fail(one, failure) }
        if let linkToWake { pipes[linkToWake].wake() }
    }

    private func fail(
        _ one: Waiting,
        _ failure: ReplayObservation.Failure,
        sqlState: String? = nil
    ) {
        observe(.replay(.failed(failure, sqlState: sqlState)))
        one.answer(.failed(failure))
    }

    /// One thread's work, until the end.
    private func serve(_ index: Int) {
        var link = Link(configuration: configuration, observe: observe)
        while true {
            pipes[index].clear()
            let (one, isStopped) = state.withLock { state in
                let one = state.waiting.isEmpty ? nil : state.waiting.removeFirst()
                if one == nil { state.idleLinks.insert(index) }
                return (one, state.isStopped)
            }
            if isStopped {
                if let one { fail(one, .stopped) }
                return
            }
            guard let one else {
                _ = Readiness.wait(readable: [pipes[index].descriptor], timeout: nil)
                continue
            }
            answer(one, over: &link)
        }
    }

    private func answer(_ one: Waiting, over link: inout Link) {
        guard one.request.deadline > .now else {
            fail(one, .late)
            return
        }
        switch link.read(one.request) {
        case .success(let replay):
            observe(
                .replay(
                    .read(
                        messageCount: replay.messages.count,
                        byteCount: replay.messages.reduce(0) { $0 + $1.byteCount },
                        duration: one.askedAt.duration(to: .now)
                    )
                )
            )
            one.answer(.replay(replay))
        case .failure(let refusal):
            fail(one, refusal.failure, sqlState: refusal.sqlState)
        }
    }

    /// A connection that is made when it is needed.
    private struct Link {
        struct Refusal: Error {
            let failure: ReplayObservation.Failure
            let sqlState: String?
        }

        let configuration: ReplayConfiguration
        let observe: Observe
        private var queries: ReplayQueries?
        private var delay = ReconnectDelay(max: .seconds(1))
        private var retryAt = ContinuousClock.now

        init(configuration: ReplayConfiguration, observe: @escaping Observe) {
            self.configuration = configuration
            self.observe = observe
        }

        /// Reads a replay; over a new connection where the one that slept was lost.
        mutating func read(_ request: ReplayRequest) -> Result<Replay, Refusal> {
            let hasSlept = queries != nil
            let first = readOnce(request)
            guard hasSlept, queries == nil, case .failure = first else { return first }
            return readOnce(request)
        }

        private mutating func readOnce(_ request: ReplayRequest) -> Result<Replay, Refusal> {
            do throws(PostgresError) {
                guard let queries = try connected() else {
                    return .failure(Refusal(failure: .away, sqlState: nil))
                }
                guard let replay = try queries.replay(request) else {
                    return .failure(Refusal(failure: .refused, sqlState: nil))
                }
                return .success(replay)
            } catch {
                guard error.isConnectionLost else {
                    return .failure(Refusal(failure: .refused, sqlState: error.sqlState))
                }
                queries = nil
                observe(.database(.lost(.replay, sqlState: error.sqlState)))
                return .failure(Refusal(failure: .away, sqlState: error.sqlState))
            }
        }

        /// The connection; nil while it is too early for another attempt.
        private mutating func connected() throws(PostgresError) -> ReplayQueries? {
            if let queries { return queries }
            guard retryAt <= .now else { return nil }
            defer { if queries == nil { postpone() } }
            let made = try ReplayQueries(configuration)
            guard made.isPrimary else {
                observe(.database(.unsuitable(code: "in_recovery")))
                return nil
            }
            queries = made
            delay.reset()
            observe(.database(.connected(.replay)))
            return made
        }

        private mutating func postpone() {
            var random = SystemRandomNumberGenerator()
            retryAt = .now + delay.next(using: &random)
        }
    }
}

internal import Locking
internal import Topics

/// What an ``Authorizer`` keeps behind its lock.
struct AuthorizerState {
    /// What became of a question.
    enum Step {
        case refused(Unavailability)
        /// The answer is known.
        case remembered(Verdict)
        /// It waits.
        ///
        /// An idle link and the keeper of deadlines may have to be told.
        case waiting(linkToWake: Int?, mustWakeKeeper: Bool)
    }

    var queue: QuestionQueue
    var cache: VerdictCache
    var threads: [WorkThread] = []
    var isStopped = false
    /// Links that found nothing to do and sleep.
    var idleLinks: Set<Int> = []
    /// Whether the keeper of deadlines sleeps without end.
    var isKeeperIdle = false
    /// Why there is no connection; nil while there is at least one.
    private(set) var away: Unavailability?
    private var connectedLinks: Set<Int> = []

    /// Counts the changes of the rules; a link that read them before the last one reads again.
    private(set) var rulesNumber = 0
    /// What the rules were compiled from last, on whatever link.
    private var catalog: PolicyCatalog?

    init(_ configuration: AuthorizationConfiguration) {
        queue = QuestionQueue(askerCountMax: configuration.questionCountMax)
        cache = VerdictCache(
            countMax: configuration.cachedVerdictCountMax,
            lifetime: configuration.verdictLifetime
        )
    }

    /// Lets an asker wait, unless the answer is remembered and will do.
    mutating func add(_ question: Question, _ asker: QuestionQueue.Asker, isFresh: Bool) -> Step {
        guard !isStopped else { return .refused(.stopped) }
        if !isFresh, let known = cache.verdict(on: question, now: asker.askedAt) {
            return .remembered(known.verdict)
        }
        let admission = queue.add(question, asker)
        guard admission != .full else { return .refused(.queueFull) }
        let mustWakeKeeper = isKeeperIdle
        isKeeperIdle = false
        return .waiting(linkToWake: idleLinks.popFirst(), mustWakeKeeper: mustWakeKeeper)
    }

    /// Ends a question that was taken, and remembers its answer while that is still true.
    mutating func finish(
        _ ticket: QuestionQueue.Ticket,
        _ answer: Answer,
        now: ContinuousClock.Instant
    ) -> [QuestionQueue.Asker] {
        guard let finished = queue.finish(ticket) else { return [] }
        if !finished.isVoided, case .verdict(let verdict, let failedRules) = answer {
            // A rule that raised may not raise the next time.
            let kept = failedRules.isEmpty ? verdict : .denied
            cache.remember(kept, on: finished.question, now: now)
        }
        return finished.askers
    }

    /// Forgets what is known and what is being found out about topics.
    ///
    /// - Returns: The number of verdicts that were remembered.
    mutating func forget(_ topics: ConcernedTopics) -> Int {
        queue.void(topics)
        return cache.forget(topics)
    }

    /// Notes what a link has compiled, nil where it could not.
    ///
    /// - Returns: Whether verdicts were given by other rules before.
    mutating func rulesRead(_ read: PolicyCatalog?) -> Bool {
        guard let read else {
            _ = forget(.all)
            return false
        }
        guard read != catalog else { return false }
        let isChange = catalog != nil
        catalog = read
        rulesNumber += 1
        _ = forget(.all)
        return isChange
    }

    /// Notes that a link has its connection.
    mutating func connected(_ link: Int) {
        connectedLinks.insert(link)
        away = nil
    }

    /// Notes that a link has none, and why.
    ///
    /// Nobody knows what became of the database meanwhile, so nothing is remembered.
    mutating func disconnected(_ link: Int, _ reason: Unavailability) {
        connectedLinks.remove(link)
        if connectedLinks.isEmpty { away = reason }
        _ = forget(.all)
    }
}

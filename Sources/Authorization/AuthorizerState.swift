internal import Locking

/// What an ``Authorizer`` keeps behind its lock.
struct AuthorizerState {
    /// What became of a question.
    enum Step {
        case refused(Unavailability)
        /// It waits.
        ///
        /// An idle link and the keeper of deadlines may have to be told.
        case waiting(linkToWake: Int?, mustWakeKeeper: Bool)
    }

    var queue: QuestionQueue
    var threads: [WorkThread] = []
    var isStopped = false
    /// Links that found nothing to do and sleep.
    var idleLinks: Set<Int> = []
    /// Whether the keeper of deadlines sleeps without end.
    var isKeeperIdle = false
    /// Why there is no connection; nil while there is at least one.
    private(set) var away: Unavailability?
    private var connectedLinks: Set<Int> = []

    init(askerCountMax: Int) {
        queue = QuestionQueue(askerCountMax: askerCountMax)
    }

    /// Lets an asker wait.
    mutating func add(_ question: Question, _ asker: QuestionQueue.Asker) -> Step {
        guard !isStopped else { return .refused(.stopped) }
        let admission = queue.add(question, asker)
        guard admission != .full else { return .refused(.queueFull) }
        let mustWakeKeeper = isKeeperIdle
        isKeeperIdle = false
        return .waiting(linkToWake: idleLinks.popFirst(), mustWakeKeeper: mustWakeKeeper)
    }

    /// Notes that a link has its connection.
    mutating func connected(_ link: Int) {
        connectedLinks.insert(link)
        away = nil
    }

    /// Notes that a link has none, and why.
    mutating func disconnected(_ link: Int, _ reason: Unavailability) {
        connectedLinks.remove(link)
        if connectedLinks.isEmpty { away = reason }
    }
}

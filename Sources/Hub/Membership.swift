import Topics

/// The life of one channel from `phx_join` to its end, as pure transitions.
///
/// A public channel needs no verdict and starts out joined. A private one waits for its first
/// verdict; later verdicts, asked for when the token changes, keep it or cut it.
struct Membership {
    /// What an event asks of whoever holds the channel.
    enum Effect: Equatable {
        /// Nothing: the event came too late, or changes nothing that shows.
        case none
        /// Answer the join with ok and let messages through.
        case admit
        /// Answer the join with the refusal of someone who may not read.
        case refuse
        /// Keep the channel, with the new verdict.
        case keep
        /// End the channel: nothing of the topic may be read any more.
        case cutUnreadable
        /// End the channel: something that could be read before no longer can.
        case cutNarrowed
    }

    private enum State: Equatable {
        case joining
        case joined(Verdict)
        case left
    }

    private var state: State
    private var lastQuestion: UInt64 = 0

    /// Whether an answer is waited for.
    private(set) var isAwaiting = false

    /// Whether what is asked may as well be asked again later.
    private var isRecheck = false

    /// A channel whose first verdict has been asked for.
    static func awaiting(question: UInt64) -> Membership {
        Membership(state: .joining, lastQuestion: question, isAwaiting: true)
    }

    /// A channel that needs no verdict.
    static func open(_ verdict: Verdict) -> Membership {
        Membership(state: .joined(verdict))
    }

    /// What may be done now; nothing before the first verdict and after the end.
    var verdict: Verdict {
        if case .joined(let verdict) = state { return verdict }
        return .denied
    }

    /// Whether the join still waits for its answer.
    var isJoining: Bool { state == .joining }

    /// Whether the channel has ended.
    var hasLeft: Bool { state == .left }

    /// A new question was asked, so the answers to older ones no longer count.
    ///
    /// - Parameters:
    ///   - question: Its number.
    ///   - isRecheck: Whether nothing is known to have changed: the channel goes on where the rules
    ///     cannot be asked.
    mutating func asked(_ question: UInt64, isRecheck: Bool = false) {
        precondition(question > lastQuestion, "questions are numbered upwards")
        lastQuestion = question
        self.isRecheck = isRecheck && (self.isRecheck || !isAwaiting)
        isAwaiting = true
    }

    /// Whether the answer to a question counts.
    func awaits(_ question: UInt64) -> Bool { isAwaiting && question == lastQuestion }

    /// The rules answered.
    mutating func answered(_ question: UInt64, _ verdict: Verdict) -> Effect {
        guard awaits(question) else { return .none }
        isAwaiting = false
        switch state {
        case .left:
            return .none
        case .joining:
            guard verdict.mayJoin else {
                state = .left
                return .refuse
            }
            state = .joined(verdict)
            return .admit
        case .joined(let before):
            guard verdict.mayJoin else {
                state = .left
                return .cutUnreadable
            }
            let lostRead =
                (before.broadcastRead && !verdict.broadcastRead)
                || (before.presenceRead && !verdict.presenceRead)
            if lostRead {
                state = .left
                return .cutNarrowed
            }
            state = .joined(verdict)
            return .keep
        }
    }

    /// The rules could not be asked, so what the question was about is denied.
    mutating func unanswered(_ question: UInt64) -> Effect {
        guard awaits(question) else { return .none }
        isAwaiting = false
        switch state {
        case .left:
            return .none
        case .joining:
            state = .left
            return .refuse
        case .joined:
            if isRecheck { return .none }
            state = .left
            return .cutUnreadable
        }
    }

    /// The channel was left, replaced, cut, or lost its connection.
    mutating func leave() { state = .left }
}

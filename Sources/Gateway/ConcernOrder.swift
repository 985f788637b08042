import Topics

/// Brings the concerns of transactions into line with the messages of their window.
///
/// A transaction's concerns come before its first message, so that whoever it took access from gets
/// nothing of it. Where it ended a topic, the members of that topic still get all of it, and are
/// concerned after its last message. Pure state.
struct ConcernOrder {
    /// Concerns that are due together.
    struct Due: Equatable {
        let concerns: [MembershipConcern]

        /// Topics that are ended later, and left alone until then.
        let spared: Set<TopicName>
    }

    private struct Step {
        /// Before the message of this number, or after it.
        let seq: Int64
        let isAfter: Bool
        let due: Due

        /// Whether it comes before a message.
        func comes(before other: Int64) -> Bool { isAfter ? seq < other : seq <= other }

        static func precedes(_ first: Step, _ second: Step) -> Bool {
            (first.seq, first.isAfter ? 1 : 0) < (second.seq, second.isAfter ? 1 : 0)
        }
    }

    /// In the order in which they are due, the next one last.
    private var steps: [Step] = []

    /// Whether nothing is due any more.
    var isEmpty: Bool { steps.isEmpty }

    /// A window has begun; what an earlier one left over stays.
    mutating func begin(_ transactions: [TransactionConcerns]) {
        guard !transactions.isEmpty else { return }
        for transaction in transactions { steps += Self.steps(of: transaction) }
        steps.sort { Step.precedes($1, $0) }
    }

    private static func steps(of transaction: TransactionConcerns) -> [Step] {
        let ended = transaction.concerns.filter(\.endsTopic)
        let ends = Set(ended.compactMap(\.topicName))
        let others = transaction.concerns.filter { concern in
            !concern.endsTopic && concern.topicName.map(ends.contains) != true
        }
        var steps: [Step] = []
        if !others.isEmpty {
            let due = Due(concerns: others, spared: ends)
            steps.append(Step(seq: transaction.firstSeq, isAfter: false, due: due))
        }
        if !ended.isEmpty {
            // Everybody on an ended topic, whatever else concerned only some of them.
            let due = Due(
                concerns: ended.map { MembershipConcern($0.scope, endsTopic: true) },
                spared: []
            )
            steps.append(Step(seq: transaction.lastSeq, isAfter: true, due: due))
        }
        return steps
    }

    /// What is due before a message, in order.
    mutating func due(before seq: Int64) -> [Due] {
        var due: [Due] = []
        while let step = steps.last, step.comes(before: seq) { due.append(steps.removeLast().due) }
        return due
    }

    /// What is due at the end of a window, in order: all that is left.
    mutating func rest() -> [Due] {
        defer { steps = [] }
        return steps.reversed().map(\.due)
    }
}

extension MembershipConcern {
    /// The topic, where one is meant by its name.
    fileprivate var topicName: TopicName? {
        if case .topic(let name) = scope { return name }
        return nil
    }
}

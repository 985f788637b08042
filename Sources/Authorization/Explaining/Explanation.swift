public import Topics

/// What one caller may do on one private topic, and why, as the database was at one instant.
public struct Explanation: Hashable, Sendable {
    /// Who asked about which topic.
    public let question: Question
    /// What the authorizer's own functions answered.
    public let verdict: Verdict
    /// What counted as a no because it could not be asked, as the authorizer reports it.
    public let failedRules: [FailedRule]
    /// The instant, as `pg_current_snapshot()` writes it; nil where no rule had to be asked.
    public let snapshot: String?
    /// The four rights, each with its reasons.
    public let rights: [ExplainedRight]
    /// The topic file that speaks of the topic; nil where none does.
    public let family: TopicFamily?

    /// Puts an explanation together.
    init(
        question: Question,
        verdict: Verdict,
        failedRules: [FailedRule],
        snapshot: String?,
        rights: [ExplainedRight],
        family: TopicFamily?
    ) {
        self.question = question
        self.verdict = verdict
        self.failedRules = failedRules
        self.snapshot = snapshot
        self.rights = rights
        self.family = family
    }
}

/// One of a verdict's four answers, and why it is what it is.
public struct ExplainedRight: Hashable, Sendable {
    /// The four things that a verdict speaks of.
    public enum Right: String, CaseIterable, Hashable, Sendable {
        /// Receiving broadcasts and changes.
        case readBroadcast = "read broadcasts"
        /// Seeing presence.
        case readPresence = "read presence"
        /// Sending broadcasts.
        case writeBroadcast = "send broadcasts"
        /// Tracking presence.
        case writePresence = "track presence"
    }

    /// What decided.
    public enum Ground: Hashable, Sendable {
        /// The role as such: it is not allowed, unknown or not granted.
        case role(FailedRule)
        /// The role may not do it whatever policies say; a phrase for each missing privilege.
        case privilegesMissing([String])
        /// Policies do not apply to the role, and why.
        case policiesDoNotApply(String)
        /// No permissive policy is for the role and the command.
        case noPermissivePolicy
        /// The policies.
        case policies
    }

    /// Which of the four.
    public let right: Right
    /// Whether it is granted.
    public let isAllowed: Bool
    /// What decided.
    public let ground: Ground
    /// The policies that have a say, in the order in which PostgreSQL asks them.
    public let policies: [ExplainedPolicy]
}

/// What one policy, or one rule of a topic file, came to.
public struct ExplainedPolicy: Hashable, Sendable {
    /// The policy's name.
    public let name: String
    /// One permissive policy must say yes; every restrictive one must.
    public let isPermissive: Bool
    /// Its expression, operand by operand.
    public let condition: ExplainedCondition
    /// The rule of a topic file that the policy calls, operand by operand; nil where there is none.
    public let rule: ExplainedRule?
}

/// A rule of a topic file with the topic's parameters.
public struct ExplainedRule: Hashable, Sendable {
    /// Where the rule stands.
    public let place: SourcePlace
    /// The parameters' names and what the topic's name has for them.
    public let parameters: [ExplainedValue]
    /// The rule, operand by operand; nil where a parameter is not of its type, so that nobody is
    /// a member.
    public let condition: ExplainedCondition?
}

/// A condition, or a part of one.
public struct ExplainedCondition: Hashable, Sendable {
    /// What joins the parts.
    public enum Kind: String, Hashable, Sendable {
        /// Every part must hold.
        case all = "and"
        /// One part must hold.
        case any = "or"
        /// The part must not hold.
        case not
        /// There are no parts.
        case leaf
    }

    /// What joins the parts.
    public let kind: Kind
    /// The condition as SQL.
    public let sql: String
    /// What it came to by itself.
    public let outcome: ExplainedOutcome
    /// The values of the expressions in a leaf.
    public let values: [ExplainedValue]
    /// The parts.
    public let parts: [ExplainedCondition]
}

/// What a condition came to when it was evaluated as the caller.
public enum ExplainedOutcome: Hashable, Sendable {
    /// It holds.
    case yes
    /// It does not hold.
    case no
    /// It is NULL, which lets nobody in.
    case unknown
    /// It raised, which lets nobody in.
    case raised(sqlState: String, message: String)
    /// It was not evaluated.
    case notAsked
}

/// An expression and what it was.
public struct ExplainedValue: Hashable, Sendable {
    /// The expression as SQL, or a parameter's name.
    public let expression: String
    /// Its value as text, its end left out where it is long; nil for NULL, and where it raised.
    public let value: String?
    /// Why there is no value.
    public let raised: ExplainedOutcome?
}

internal import Topics

/// An explanation as lines of text for a terminal: first the answer, then the reasons as a tree.
///
/// Nothing in it can move the cursor or turn the writing round: such characters are spelled out.
public struct ExplanationText {
    /// The lines, each of at most ``ExplanationText/columnCount`` characters.
    public private(set) var lines: [String] = []

    /// How wide the text is.
    public static let columnCount = 80

    /// Writes an explanation down.
    ///
    /// - Parameters:
    ///   - explanation: What is explained.
    ///   - origin: Where the verdict comes from, such as `asked afresh`.
    public init(_ explanation: Explanation, origin: String = "asked afresh") {
        let question = explanation.question
        let answer = explanation.verdict.mayJoin ? "allowed" : "denied"
        add("\(answer): \(question.topic.text) for the role \(question.caller.role)")
        add("claims \(question.caller.claims)", indent: 1)
        if question.caller.headers != "{}" { add("headers \(question.caller.headers)", indent: 1) }
        let instant = explanation.snapshot.map { ", at snapshot \($0)" } ?? ""
        add(origin + instant, indent: 1)
        if let family = explanation.family {
            add("topic file \(family.place.file), \(family.pattern)", indent: 1)
        }
        if let readerClass = explanation.verdict.readerClass {
            add("reads as the class \(readerClass)", indent: 1)
        }
        for failure in explanation.failedRules { add(Self.sentence(failure), indent: 1) }
        var left = explanation.rights
        while let right = left.first {
            let same = left.filter { $0.hasSameReasons(as: right) }
            left.removeAll { $0.hasSameReasons(as: right) }
            add(right, names: same.map(\.right.rawValue))
        }
    }

    private mutating func add(_ right: ExplainedRight, names: [String]) {
        add("\(right.isAllowed ? "yes" : "no "): \(names.joined(separator: ", "))")
        switch right.ground {
        case .role(let reason): add(Self.sentence(reason), indent: 1)
        case .privilegesMissing(let missing):
            for privilege in missing { add("the role lacks \(privilege)", indent: 1) }
        case .policiesDoNotApply(let why): add("policies do not apply: \(why)", indent: 1)
        case .noPermissivePolicy:
            let command = right.right.isReading ? "SELECT" : "INSERT"
            add("no permissive policy for \(command) is for this role", indent: 1)
        case .policies: break
        }
        for policy in right.policies { add(policy) }
    }

    private mutating func add(_ policy: ExplainedPolicy) {
        let kind = policy.isPermissive ? "policy" : "restrictive policy"
        add("\(kind) \(policy.name): \(Self.word(policy.condition.outcome))", indent: 1)
        add(policy.condition, indent: 2)
        guard let rule = policy.rule else { return }
        add("the rule at \(rule.place):", indent: 2)
        for parameter in rule.parameters {
            guard parameter.raised == nil else {
                add(
                    "\(parameter.expression) cannot be '\(parameter.value ?? "")'; "
                        + "nobody is a member of such a topic",
                    indent: 3
                )
                continue
            }
            add(parameter, indent: 3)
        }
        if let condition = rule.condition { add(condition, indent: 3) }
    }

    private mutating func add(_ condition: ExplainedCondition, indent: Int) {
        let outcome = Self.word(condition.outcome)
        switch condition.kind {
        case .leaf:
            add("\(outcome)  \(condition.sql)", indent: indent)
            for value in condition.values { add(value, indent: indent + 2) }
            if case .raised(_, let message) = condition.outcome { add(message, indent: indent + 2) }
        case .all, .any, .not:
            let phrase =
                switch condition.kind {
                case .all: "all of these"
                case .any: "any of these"
                case .not, .leaf: "not this"
                }
            add("\(outcome)  \(phrase):", indent: indent)
            for part in condition.parts { add(part, indent: indent + 1) }
        }
    }

    private mutating func add(_ value: ExplainedValue, indent: Int) {
        if let raised = value.raised {
            add("\(value.expression) \(Self.word(raised))", indent: indent)
            return
        }
        add("\(value.expression) is \(value.value.map(Self.shown) ?? "null")", indent: indent)
    }

    /// A value, marked where its end is left out.
    private static func shown(_ value: String) -> String {
        guard value.unicodeScalars.count > ExplanationFunction.characterCountMax else {
            return "'\(value)'"
        }
        let start = value.unicodeScalars.prefix(ExplanationFunction.characterCountMax)
        return "'\(String(start))…'"
    }

    private static func word(_ outcome: ExplainedOutcome) -> String {
        switch outcome {
        case .yes: "true"
        case .no: "false"
        case .unknown: "null"
        case .raised(let sqlState, _): "raised \(sqlState)"
        case .notAsked: "not asked"
        }
    }

    private static func sentence(_ failure: FailedRule) -> String {
        switch failure {
        case .policy(let name, let sqlState): "policy \(name) raised \(sqlState), which denies"
        case .preparation(let sqlState):
            "the rules could not be asked: \(sqlState); are the claims JSON?"
        case .readerClass(let sqlState):
            "the class of readers could not be told: \(sqlState); there is none then"
        case .roleNotAllowed: "the role is not one of token.allowed_roles"
        case .roleUnknown: "the database has no such role"
        case .roleNotGranted: "the gateway's login may not act as the role: grant it"
        case .textContainsNUL: "a text holds a NUL, which no text in PostgreSQL can"
        }
    }

    /// Adds a text, wrapped where it is too wide.
    private mutating func add(_ text: String, indent: Int = 0) {
        var rest = Substring(Self.harmless(text))
        var margin = String(repeating: " ", count: min(indent * 2, Self.columnCount / 2))
        while true {
            let width = Self.columnCount - margin.count
            guard rest.count > width else { break }
            let start = rest.prefix(width)
            let cut = start.lastIndex(of: " ").map { $0 > start.startIndex ? $0 : start.endIndex }
            let end = cut ?? start.endIndex
            lines.append(margin + rest[..<end])
            rest = rest[end...].drop { $0 == " " }
            if margin.count == min(indent * 2, Self.columnCount / 2) { margin += "    " }
        }
        if !rest.isEmpty { lines.append(margin + rest) }
    }

    /// Spells out what a terminal would obey instead of showing it.
    private static func harmless(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control where scalar == "\n" || scalar == "\t": scalars.append(" ")
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
                let number = String(scalar.value, radix: 16, uppercase: true)
                scalars.append(contentsOf: "\\u{\(number)}".unicodeScalars)
            default: scalars.append(scalar)
            }
        }
        return String(scalars)
    }
}

extension ExplainedRight {
    /// Whether another right has the same answer for the same reasons.
    fileprivate func hasSameReasons(as other: ExplainedRight) -> Bool {
        isAllowed == other.isAllowed && ground == other.ground && policies == other.policies
    }
}

extension ExplainedRight.Right {
    fileprivate var isReading: Bool { self == .readBroadcast || self == .readPresence }
}

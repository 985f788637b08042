import Authorization
import Topics
import Wire

extension ExplanationJSON {
    /// A policy with everything in it.
    static func value(_ policy: ExplainedPolicy) -> JSON {
        .object([
            member("name", .string(policy.name)),
            member("permissive", .bool(policy.isPermissive)),
            member("condition", value(policy.condition)),
            member("rule", policy.rule.map(value) ?? .null),
        ])
    }

    private static func value(_ rule: ExplainedRule) -> JSON {
        .object([
            member("file", .string(rule.place.file)),
            member("line", .number("\(rule.place.line)")),
            member("parameters", .array(rule.parameters.map(value))),
            member("condition", rule.condition.map(value) ?? .null),
        ])
    }

    private static func value(_ condition: ExplainedCondition) -> JSON {
        .object([
            member("kind", .string(condition.kind.rawValue)),
            member("sql", .string(condition.sql)),
            member("outcome", .string(word(condition.outcome))),
            member("error", error(condition.outcome)),
            member("values", .array(condition.values.map(value))),
            member("parts", .array(condition.parts.map(value))),
        ])
    }

    private static func value(_ value: ExplainedValue) -> JSON {
        .object([
            member("expression", .string(value.expression)),
            member("value", value.value.map(JSON.string) ?? .null),
            member("error", value.raised.map(error) ?? .null),
        ])
    }

    private static func word(_ outcome: ExplainedOutcome) -> String {
        switch outcome {
        case .yes: "true"
        case .no: "false"
        case .unknown: "null"
        case .raised: "error"
        case .notAsked: "not asked"
        }
    }

    private static func error(_ outcome: ExplainedOutcome) -> JSON {
        guard case .raised(let sqlState, let message) = outcome else { return .null }
        return .object([
            member("sqlstate", .string(sqlState)), member("message", .string(message)),
        ])
    }
}

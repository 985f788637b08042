import Authorization
import Topics
import Wire

/// An explanation as JSON for programs.
enum ExplanationJSON {
    /// Writes an explanation down.
    static func value(_ explanation: Explanation) -> JSON {
        let question = explanation.question
        let claims = try? JSON(parsing: Array(question.caller.claims.utf8))
        return .object([
            member("topic", .string(question.topic.text)),
            member("allowed", .bool(explanation.verdict.mayJoin)),
            member("role", .string(question.caller.role)),
            member("claims", claims ?? .string(question.caller.claims)),
            member("snapshot", explanation.snapshot.map(JSON.string) ?? .null),
            member("file", explanation.family.map { .string($0.place.file) } ?? .null),
            member("verdict", value(explanation.verdict)),
            member("failures", .array(explanation.failedRules.map(value))),
            member("rights", .array(explanation.rights.map(value))),
        ])
    }

    /// A verdict's four answers, and the reader's class.
    static func value(_ verdict: Verdict) -> JSON {
        .object([
            member("broadcast_read", .bool(verdict.broadcastRead)),
            member("presence_read", .bool(verdict.presenceRead)),
            member("broadcast_write", .bool(verdict.broadcastWrite)),
            member("presence_write", .bool(verdict.presenceWrite)),
            member("class", verdict.readerClass.map(JSON.string) ?? .null),
        ])
    }

    private static func value(_ failure: FailedRule) -> JSON {
        switch failure {
        case .policy(let name, let sqlState):
            .object([
                member("code", .string(failure.code)), member("policy", .string(name)),
                member("sqlstate", .string(sqlState)),
            ])
        case .preparation(let sqlState), .readerClass(let sqlState):
            .object([
                member("code", .string(failure.code)), member("sqlstate", .string(sqlState)),
            ])
        case .roleNotAllowed, .roleUnknown, .roleNotGranted, .textContainsNUL:
            .object([member("code", .string(failure.code))])
        }
    }

    private static func value(_ right: ExplainedRight) -> JSON {
        let ground: (String, JSON) =
            switch right.ground {
            case .role(let reason): (reason.code, .null)
            case .privilegesMissing(let missing):
                ("privileges_missing", .array(missing.map(JSON.string)))
            case .policiesDoNotApply(let why): ("policies_do_not_apply", .string(why))
            case .noPermissivePolicy: ("no_permissive_policy", .null)
            case .policies: ("policies", .null)
            }
        return .object([
            member("right", .string(right.right.rawValue)),
            member("allowed", .bool(right.isAllowed)),
            member("ground", .string(ground.0)),
            member("detail", ground.1),
            member("policies", .array(right.policies.map(value))),
        ])
    }

    static func member(_ key: String, _ value: JSON) -> JSON.Member {
        JSON.Member(key: key, value: value)
    }
}

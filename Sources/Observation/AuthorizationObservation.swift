import Logging

/// What is seen of policies and verdicts.
public enum AuthorizationObservation: Sendable {
    /// The policies were compiled; so many serve.
    case policiesCompiled(count: Int, duration: Duration)

    /// The policies could not be compiled; every private join is refused until they can.
    case policiesFailed(sqlState: String?)

    /// A question was answered, by asking the rules or from memory.
    case verdictGiven(duration: Duration, isDenied: Bool, isRemembered: Bool)

    /// So many verdicts are remembered, after some were forgotten because something changed.
    case verdictsRemembered(count: Int, forgottenCount: Int)

    /// A rule raised an error, which denies.
    case ruleFailed(policy: String, sqlState: String?)

    /// A question could not be answered.
    case unavailable(kind: String)
}

extension AuthorizationObservation {
    var line: LogLine {
        switch self {
        case .policiesCompiled(let count, let duration):
            LogLine(
                .policiesCompiled,
                ["policies": "\(count)", "seconds": .seconds(duration)]
            )
        case .policiesFailed(let sqlState):
            LogLine(.policiesFailed, ["sqlstate": .optional(sqlState)])
        case .verdictGiven(let duration, let isDenied, let isRemembered):
            LogLine(
                .verdictGiven,
                [
                    "seconds": .seconds(duration), "denied": "\(isDenied)",
                    "remembered": "\(isRemembered)",
                ]
            )
        case .verdictsRemembered(let count, let forgottenCount):
            LogLine(
                .verdictsRemembered,
                ["count": "\(count)", "forgotten": "\(forgottenCount)"]
            )
        case .ruleFailed(let policy, let sqlState):
            LogLine(.ruleFailed, ["policy": "\(policy)", "sqlstate": .optional(sqlState)])
        case .unavailable(let kind): LogLine(.authorizationUnavailable, ["kind": "\(kind)"])
        }
    }

    var changes: [MetricChange] {
        switch self {
        case .policiesCompiled(let count, _): [.set(.policies, to: Double(count))]
        case .policiesFailed: [.set(.policies, to: 0), .add(.policiesFailed)]
        case .verdictGiven(let duration, let isDenied, let isRemembered):
            [
                .add(.verdicts, [isDenied ? "denied" : "allowed"]),
                .observe(.verdictSeconds, duration),
            ] + (isRemembered ? [.add(.verdictsReused)] : [])
        case .verdictsRemembered(let count, let forgottenCount):
            [
                .set(.verdictsRemembered, to: Double(count)),
                .add(.verdictsForgotten, amount: forgottenCount),
            ]
        case .ruleFailed: [.add(.rulesFailed)]
        case .unavailable(let kind): [.add(.authorizationUnavailable, [kind])]
        }
    }
}

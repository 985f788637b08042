import Logging

/// What is seen of policies and verdicts.
public enum AuthorizationObservation: Sendable {
    /// The policies were compiled; so many serve.
    case policiesCompiled(count: Int, duration: Duration)

    /// The policies could not be compiled; every private join is refused until they can.
    case policiesFailed(sqlState: String?)

    /// A question was answered.
    case verdictGiven(duration: Duration, isDenied: Bool)

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
        case .verdictGiven(let duration, let isDenied):
            LogLine(.verdictGiven, ["seconds": .seconds(duration), "denied": "\(isDenied)"])
        case .ruleFailed(let policy, let sqlState):
            LogLine(.ruleFailed, ["policy": "\(policy)", "sqlstate": .optional(sqlState)])
        case .unavailable(let kind): LogLine(.authorizationUnavailable, ["kind": "\(kind)"])
        }
    }

    var changes: [MetricChange] {
        switch self {
        case .policiesCompiled(let count, _): [.set(.policies, to: Double(count))]
        case .policiesFailed: [.set(.policies, to: 0), .add(.policiesFailed)]
        case .verdictGiven(let duration, let isDenied):
            [
                .add(.verdicts, [isDenied ? "denied" : "allowed"]),
                .observe(.verdictSeconds, duration),
            ]
        case .ruleFailed: [.add(.rulesFailed)]
        case .unavailable(let kind): [.add(.authorizationUnavailable, [kind])]
        }
    }
}

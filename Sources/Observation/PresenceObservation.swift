import Logging

/// What is seen of presence.
///
/// Who comes and goes is too much for a line each: it is counted by the loops and comes as
/// ``Observation/counted(_:)``.
public enum PresenceObservation: Sendable {
    /// A call to track or untrack was refused.
    case refused(reason: String)
}

extension PresenceObservation {
    var line: LogLine {
        switch self {
        case .refused(let reason): LogLine(.presenceRefused, ["reason": "\(reason)"])
        }
    }

    var changes: [MetricChange] {
        switch self {
        case .refused(let reason): [.add(.presencesRefused, [reason])]
        }
    }
}

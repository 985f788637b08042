import Logging

/// What is seen of the broadcasts that connections send.
///
/// The accepted ones are too many for a line each: they are counted by the loops and come as
/// ``Observation/counted(_:)``.
public enum BroadcastObservation: Sendable {
    /// A broadcast was not passed on.
    case refused(reason: String)

    /// A broadcast was handed to that many other loops.
    case relayed(loopCount: Int)

    /// A broadcast did not reach another loop, whose mailbox was full.
    case dropped
}

extension BroadcastObservation {
    var line: LogLine {
        switch self {
        case .refused(let reason): LogLine(.broadcastRefused, ["reason": "\(reason)"])
        case .relayed(let count): LogLine(.broadcastRelayed, ["loops": "\(count)"])
        case .dropped: LogLine(.broadcastDropped)
        }
    }

    var changes: [MetricChange] {
        switch self {
        case .refused(let reason): [.add(.broadcastsRefused, [reason])]
        case .relayed(let count): [.add(.broadcastsRelayed, amount: count)]
        case .dropped: [.add(.broadcastsDropped)]
        }
    }
}

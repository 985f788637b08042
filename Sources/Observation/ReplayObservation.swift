import Logging

/// What is seen of replays: what was sent before a channel was joined.
public enum ReplayObservation: Sendable {
    /// One was read, so long after it was asked for.
    case read(messageCount: Int, byteCount: Int, duration: Duration)

    /// One was not read.
    case failed(Failure, sqlState: String?)

    /// Why one was not read.
    public enum Failure: String, CaseIterable, Sendable {
        /// There is no connection to the database.
        case away

        /// The database answered with an error, such as that it took too long.
        case refused

        /// Nobody waited any more when it was its turn.
        case late

        /// As many wait as may wait.
        case full

        /// The gateway ends.
        case stopped
    }
}

extension ReplayObservation {
    var line: LogLine {
        switch self {
        case .read(let messageCount, let byteCount, let duration):
            LogLine(
                .replayRead,
                [
                    "messages": "\(messageCount)", "bytes": "\(byteCount)",
                    "seconds": .seconds(duration),
                ]
            )
        case .failed(let failure, let sqlState):
            LogLine(
                .replayFailed,
                ["reason": "\(failure.rawValue)", "sqlstate": .optional(sqlState)]
            )
        }
    }

    var changes: [MetricChange] {
        switch self {
        case .read(let messageCount, let byteCount, let duration):
            [
                .add(.replays, ["read"]), .add(.replayMessages, amount: messageCount),
                .add(.replayBytes, amount: byteCount), .observe(.replaySeconds, duration),
            ]
        case .failed(let failure, _): [.add(.replays, [failure.rawValue])]
        }
    }
}

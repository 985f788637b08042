import Logging

/// What is seen of the gateway's connections to PostgreSQL.
public enum DatabaseObservation: Sendable {
    /// A connection stands.
    case connected(Link)

    /// A connection could not be made, or ended.
    case lost(Link, sqlState: String?)

    /// The next attempt to connect comes after `delay`; `attempt` counts from 1.
    case retrying(Link, attempt: Int, delay: Duration)

    /// What was missed cannot be told: everybody is asked to load anew.
    case resync(ResyncReason)

    /// The database is one that the gateway cannot serve from.
    case unsuitable(code: String)

    /// Which of the gateway's connections.
    public enum Link: String, CaseIterable, Sendable {
        /// Reads the windows.
        case reading

        /// Listens to the doorbell.
        case listening

        /// Evaluates policies.
        case authorization

        /// Looks which tables `postgres_changes` serves, and who may see their rows.
        case changes

        /// Creates and drops partitions.
        case upkeep

        /// Reads what was sent before a channel was joined.
        case replay
    }

    /// Why members must load anew instead of going on.
    public enum ResyncReason: String, CaseIterable, Sendable {
        /// It is another cluster, or another timeline of it, than before.
        case anotherHistory = "another_history"

        /// The position is older than the retention.
        case tooOld = "too_old"

        /// A watched table was truncated.
        case truncated
    }
}

extension DatabaseObservation {
    var line: LogLine {
        switch self {
        case .connected(let link): LogLine(.databaseConnected, ["link": "\(link.rawValue)"])
        case .lost(let link, let sqlState):
            LogLine(
                .databaseLost,
                ["link": "\(link.rawValue)", "sqlstate": .optional(sqlState)]
            )
        case .retrying(let link, let attempt, let delay):
            LogLine(
                .databaseRetrying,
                ["link": "\(link.rawValue)", "attempt": "\(attempt)", "seconds": .seconds(delay)]
            )
        case .resync(let reason): LogLine(.databaseResync, ["reason": "\(reason.rawValue)"])
        case .unsuitable(let code): LogLine(.databaseUnsuitable, ["code": "\(code)"])
        }
    }

    var changes: [MetricChange] {
        switch self {
        case .connected(let link): [.set(.databaseConnected, [link.rawValue], to: 1)]
        case .lost(let link, _):
            [
                .set(.databaseConnected, [link.rawValue], to: 0),
                .add(.databaseLost, [link.rawValue]),
            ]
        case .retrying(let link, _, _): [.add(.databaseRetries, [link.rawValue])]
        case .resync(let reason): [.add(.resyncs, [reason.rawValue])]
        case .unsuitable: []
        }
    }
}

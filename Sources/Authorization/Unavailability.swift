/// Why a question got no verdict.
public enum Unavailability: Error, Hashable, Sendable {
    /// There is no connection to the database, and none could be made in time.
    case databaseAway
    /// The database takes no more connections (SQLSTATE 53300).
    case connectionsExhausted
    /// The database starts, ends or recovers and lets nobody in yet (SQLSTATE 57P03).
    case databaseStarting
    /// The database cancelled the evaluation: a rule took too long.
    case queryCanceled
    /// The question waited for its turn until its deadline.
    case deadlinePassed
    /// As many questions wait as may wait; this one was not kept.
    case queueFull
    /// The policies of `realtime.messages` could not be read or compiled.
    case policiesUnreadable(sqlState: String?)
    /// The database failed in a way that is not the rules' doing, such as being out of memory.
    case evaluationFailed(sqlState: String?)
    /// The authorizer was stopped.
    case stopped

    /// The kind's name in logs and metrics, such as `database_away`.
    public var kind: String {
        switch self {
        case .databaseAway: "database_away"
        case .connectionsExhausted: "connections_exhausted"
        case .databaseStarting: "database_starting"
        case .queryCanceled: "query_canceled"
        case .deadlinePassed: "deadline_passed"
        case .queueFull: "queue_full"
        case .policiesUnreadable: "policies_unreadable"
        case .evaluationFailed: "evaluation_failed"
        case .stopped: "stopped"
        }
    }
}

import Observation
import Postgres

/// Why the reader has to begin again with new connections.
enum ReaderFailure: Error {
    /// A connection could not be made, ended, or refused what the reader needs.
    case lost(DatabaseObservation.Link, PostgresError)

    /// The database is a standby, whose snapshots and locks are of no use.
    case inRecovery

    /// The session that held the lock before is still there.
    case lockSessionLives

    /// An answer was not of the shape that was asked for.
    case answerMalformed
}

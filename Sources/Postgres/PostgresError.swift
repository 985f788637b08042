/// Why a call on a ``PostgresConnection`` failed.
///
/// `description` names the operation, the reason and the SQLSTATE, and nothing else: SQL, values
/// and the server's own words may hold personal data and must not reach a log by accident.
public struct PostgresError: Error, Equatable, Sendable {
    /// The call that failed.
    public enum Operation: String, CaseIterable, Sendable {
        /// Opening a connection.
        case connect
        /// ``PostgresConnection/execute(_:)``.
        case execute
        /// ``PostgresConnection/query(_:_:)`` or ``PostgresConnection/queryPrepared(_:_:)``.
        case query
        /// ``PostgresConnection/prepare(_:_:)``.
        case prepare
        /// ``PostgresConnection/pipeline(_:)``.
        case pipeline
        /// ``PostgresConnection/start(_:)`` or ``PostgresConnection/finishStarted()``.
        case start
        /// ``PostgresConnection/notifications()``.
        case notifications
    }

    /// The kind of failure.
    public enum Reason: String, CaseIterable, Sendable {
        /// The database answered with an error; ``PostgresError/sqlState`` says which.
        case refused
        /// The connection ended, or the host did not answer.
        case connectionLost
        /// The call took longer than it was allowed to; the connection cannot be used any more.
        case deadlinePassed
        /// A text holds a NUL byte, at which libpq would cut it off. Nothing was sent.
        case containsNUL
        /// An earlier step of the same sync group failed, so this one did not run.
        case skipped
        /// A started command has not ended yet. Nothing was sent.
        case busy
        /// The statement was a `COPY` to or from the caller, which is not offered.
        case copyNotOffered
    }

    /// The call that failed.
    public let operation: Operation
    /// The kind of failure.
    public let reason: Reason
    /// The five-character SQLSTATE the database gave, for example `42501`; nil where it gave none.
    public let sqlState: String?
    /// True when the connection cannot be used any more: make a new one.
    ///
    /// Always true when ``operation`` is ``Operation/connect``.
    public let isConnectionLost: Bool
    /// The database's own words, for a person who debugs; they may hold names and values.
    public let serverMessage: String?

    init(
        _ operation: Operation,
        _ reason: Reason,
        sqlState: String? = nil,
        isConnectionLost: Bool = false,
        serverMessage: String? = nil
    ) {
        self.operation = operation
        self.reason = reason
        self.sqlState = sqlState
        self.isConnectionLost = isConnectionLost
        self.serverMessage = serverMessage
    }

    /// Whether this SQLSTATE says by itself that the connection has ended.
    ///
    /// 08xxx are connection errors; 57P01 to 57P05 are a backend that was told to end, a crash, a
    /// database that starts or was dropped, and the idle timeout.
    static func meansConnectionLost(sqlState: String) -> Bool {
        sqlState.hasPrefix("08") || (sqlState.hasPrefix("57P") && sqlState != "57P00")
    }
}

extension PostgresError: CustomStringConvertible {
    /// The operation, the reason and the SQLSTATE, safe to log.
    public var description: String {
        let state = sqlState.map { " (SQLSTATE \($0))" } ?? ""
        return switch reason {
        case .refused: "\(operation.rawValue): refused by the database\(state)"
        case .connectionLost: "\(operation.rawValue): no connection to the database\(state)"
        case .deadlinePassed: "\(operation.rawValue): the deadline passed"
        case .containsNUL: "\(operation.rawValue): a text holds a NUL byte"
        case .skipped: "\(operation.rawValue): skipped after an earlier error"
        case .busy: "\(operation.rawValue): another command is running"
        case .copyNotOffered: "\(operation.rawValue): COPY is not offered"
        }
    }
}

internal import CLibPQ

/// One connection to PostgreSQL, for one thread.
///
/// Every call that waits does so in `poll(2)` and is bounded by ``statementDeadline``. After an
/// error whose ``PostgresError/isConnectionLost`` is true every further call fails in the same way:
/// drop the object and make a new one. Notices of the database are swallowed.
///
/// A large answer is read in bounded memory with a cursor: `DECLARE` in a transaction, then `FETCH`
/// as many rows at a time as may be held. A cursor can be left at any row, and other statements may
/// run between two fetches; libpq's row by row mode allows neither.
@safe public final class PostgresConnection {
    /// The longest a call may wait for the database, nil for no limit, which is the default.
    ///
    /// It guards against a host that went silent. A statement that may take long is better bounded
    /// by the setting `statement_timeout`, which leaves the connection usable.
    public var statementDeadline: Duration?

    let handle: OpaquePointer
    let ending: EndingNotice
    /// Set once an answer can no longer be told from an earlier one's rest.
    var isOutOfStep = false
    /// True from ``start(_:)`` until ``finishStarted()`` answers true.
    var isStarted = false

    /// Connects and logs in.
    ///
    /// - Parameters:
    ///   - string: Where to, and as whom.
    ///   - connectTimeout: The longest wait per host named in `string`. Looking up a host's name
    ///     is not counted: it has the resolver's own limits. Default 5 s.
    /// - Throws: ``PostgresError`` with the operation ``PostgresError/Operation/connect``.
    public init(
        _ string: ConnectionString,
        connectTimeout: Duration = .seconds(5)
    ) throws(PostgresError) {
        ending = EndingNotice()
        unsafe handle = try Connecting(timeout: connectTimeout, ending: ending).connect(to: string)
    }

    deinit {
        unsafe PQfinish(handle)
    }

    /// The descriptor to wait on for notifications or a started command; -1 when there is none.
    ///
    /// Notifications that came along with another command's answer are in memory already and do not
    /// make it readable: call ``notifications()`` after a command and before a wait.
    public var descriptor: Int32 { unsafe PQsocket(handle) }

    /// Whether the connection was good when it was last used.
    public var isAlive: Bool {
        unsafe !isOutOfStep && !ending.isFatal && PQstatus(handle) == CONNECTION_OK
    }

    /// The process that serves this connection, as `pg_stat_activity` and notifications name it.
    public var processID: Int32 { unsafe PQbackendPID(handle) }

    /// The database's version as one number, for example 150008 for 15.8.
    public var serverVersion: Int { unsafe Int(PQserverVersion(handle)) }

    /// Runs statements and drops what they return.
    ///
    /// - Parameter sql: One or more statements. Several in one text are one transaction.
    /// - Throws: ``PostgresError``; the first statement that fails ends the rest.
    public func execute(_ sql: String) throws(PostgresError) {
        try send(.execute, texts: [sql]) { unsafe PQsendQuery(handle, sql) }
        _ = try collect(.execute)
    }

    /// Runs one statement.
    ///
    /// - Parameters:
    ///   - sql: One statement with `$1`, `$2` … for the parameters.
    ///   - parameters: Values in text form; nil is NULL. At most 65,535.
    /// - Returns: The rows, all in memory.
    /// - Throws: ``PostgresError``.
    public func query(
        _ sql: String,
        _ parameters: [String?] = []
    ) throws(PostgresError) -> Rows {
        try send(.query, texts: [sql] + parameters) { sendQuery(sql, parameters) }
        return try collect(.query)
    }

    /// Prepares a statement for ``queryPrepared(_:_:)``.
    ///
    /// - Parameters:
    ///   - name: A name that is not in use on this connection.
    ///   - sql: One statement with `$1`, `$2` … for the parameters.
    /// - Throws: ``PostgresError``.
    public func prepare(_ name: String, _ sql: String) throws(PostgresError) {
        try send(.prepare, texts: [name, sql]) { unsafe PQsendPrepare(handle, name, sql, 0, nil) }
        _ = try collect(.prepare)
    }

    /// Runs a prepared statement.
    ///
    /// - Parameters:
    ///   - name: A name given to ``prepare(_:_:)`` on this connection.
    ///   - parameters: Values in text form; nil is NULL.
    /// - Returns: The rows, all in memory.
    /// - Throws: ``PostgresError``.
    public func queryPrepared(
        _ name: String,
        _ parameters: [String?] = []
    ) throws(PostgresError) -> Rows {
        try send(.query, texts: [name] + parameters) { sendPrepared(name, parameters) }
        return try collect(.query)
    }

    /// Sends statements without waiting for their answer, for example one that waits for a lock.
    ///
    /// No other command may run until ``finishStarted()`` answered true or threw.
    ///
    /// - Parameter sql: One or more statements, whose rows are dropped.
    /// - Throws: ``PostgresError``.
    public func start(_ sql: String) throws(PostgresError) {
        try send(.start, texts: [sql]) { unsafe PQsendQuery(handle, sql) }
        isStarted = true
    }

    /// Looks whether the started command has ended; does not wait.
    ///
    /// - Returns: True when it has ended, once; false when nothing was started or it still runs.
    /// - Throws: ``PostgresError``, the started command's own among them; it has ended then.
    public func finishStarted() throws(PostgresError) -> Bool {
        guard isStarted else { return false }
        guard !isOutOfStep else { throw lost(.start) }
        unsafe PQflush(handle)
        // On failure the answer below holds the reason.
        guard unsafe PQconsumeInput(handle) == 0 || PQisBusy(handle) == 0 else { return false }
        isStarted = false
        _ = try collect(.start)
        return true
    }

    /// Takes the notifications that have come so far; does not wait.
    ///
    /// - Returns: In the order they were sent; empty when there are none.
    /// - Throws: ``PostgresError`` when the connection has ended.
    public func notifications() throws(PostgresError) -> [PostgresNotification] {
        guard !isOutOfStep else { throw lost(.notifications) }
        var received: [PostgresNotification] = []
        // More than one look, because the end of a connection shows only behind its last bytes.
        for _ in 0..<Self.looksMax {
            let isGood = unsafe PQconsumeInput(handle) == 1
            while let notification = unsafe PQnotifies(handle) {
                unsafe received.append(Self.copy(notification.pointee))
                unsafe PQfreemem(notification)
            }
            guard isGood, isAlive else {
                if received.isEmpty { throw lost(.notifications) }
                return received
            }
            if Readiness.wait(readable: [descriptor], timeout: .zero).isEmpty { break }
        }
        return received
    }

    /// Asks the database to end the command that runs on this connection.
    ///
    /// Best effort, over a connection of its own: the command's own error, 57014, tells whether it
    /// worked. Blocks while it connects.
    public func cancel() {
        guard let request = unsafe PQgetCancel(handle) else { return }
        defer { unsafe PQfreeCancel(request) }
        var complaint = [CChar](repeating: 0, count: 256)
        _ = unsafe PQcancel(request, &complaint, Int32(complaint.count))
    }

    private static let looksMax = 64

    private static func copy(_ notification: PGnotify) -> PostgresNotification {
        let channel = unsafe notification.relname.map { unsafe String(cString: $0) }
        let payload = unsafe notification.extra.map { unsafe String(cString: $0) }
        return unsafe PostgresNotification(
            channel: channel ?? "",
            payload: payload ?? "",
            processID: notification.be_pid
        )
    }
}

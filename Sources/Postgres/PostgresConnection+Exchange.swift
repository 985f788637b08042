internal import CLibPQ
internal import Glibc

/// Sending a command and waiting for its answer.
extension PostgresConnection {
    /// Hands one command to libpq, after the checks every command needs.
    func send(
        _ operation: PostgresError.Operation,
        texts: [String?],
        _ command: () -> CInt
    ) throws(PostgresError) {
        guard !isOutOfStep else { throw lost(operation) }
        guard !isStarted else { throw PostgresError(operation, .busy) }
        guard !CStrings.containNUL(texts) else { throw PostgresError(operation, .containsNUL) }
        if command() == 0 { throw failure(operation) }
    }

    func sendQuery(_ sql: String, _ parameters: [String?]) -> CInt {
        unsafe CStrings.with(parameters) { values, count in
            unsafe PQsendQueryParams(handle, sql, count, nil, values, nil, nil, 0)
        }
    }

    func sendPrepared(_ name: String, _ parameters: [String?]) -> CInt {
        unsafe CStrings.with(parameters) { values, count in
            unsafe PQsendQueryPrepared(handle, name, count, values, nil, nil, 0)
        }
    }

    /// Waits for a whole answer: the last statement's rows, or the first error.
    func collect(_ operation: PostgresError.Operation) throws(PostgresError) -> Rows {
        let deadline = deadlineFromNow()
        var last: Rows?
        var first: PostgresError?
        while let answer = unsafe try nextAnswer(operation, until: deadline) {
            switch unsafe PQresultStatus(answer) {
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
                unsafe PQclear(answer)
                isOutOfStep = true
                throw PostgresError(operation, .copyNotOffered, isConnectionLost: true)
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
                last = unsafe Rows(owning: answer)
            default:
                let error = unsafe error(operation, from: answer)
                if first == nil { first = error }
            }
        }
        if let first { throw first }
        guard let last else { throw failure(operation) }
        return last
    }

    /// The limit of a wait that begins now.
    func deadlineFromNow() -> ContinuousClock.Instant? {
        statementDeadline.map { .now + $0 }
    }

    /// Waits for the next PGresult, which the caller owns; nil at the end of one command's.
    func nextAnswer(
        _ operation: PostgresError.Operation,
        until deadline: ContinuousClock.Instant?
    ) throws(PostgresError) -> OpaquePointer? {
        while unsafe PQisBusy(handle) == 1 {
            // A failed flush is no end yet: the database may have said why before it hung up.
            let mustWrite = unsafe PQflush(handle) == 1
            let events = mustWrite ? POLLIN | POLLOUT : POLLIN
            var entries = [pollfd(fd: descriptor, events: Int16(events), revents: 0)]
            Readiness.wait(&entries, until: deadline)
            guard entries[0].revents != 0 else {
                isOutOfStep = true
                throw PostgresError(operation, .deadlinePassed, isConnectionLost: true)
            }
            // On failure libpq has prepared an answer that holds the reason.
            if unsafe PQconsumeInput(handle) == 0 { break }
        }
        return unsafe PQgetResult(handle)
    }

    /// Reads an error out of a PGresult, and frees it.
    func error(
        _ operation: PostgresError.Operation,
        from answer: OpaquePointer
    ) -> PostgresError {
        defer { unsafe PQclear(answer) }
        func field(_ code: CInt) -> String? {
            unsafe PQresultErrorField(answer, code).map { unsafe String(cString: $0) }
        }
        let state = field(waypost_diag_sqlstate) ?? ending.sqlState
        if EndingNotice.endsConnection(severity: field(waypost_diag_severity)) {
            ending.isFatal = true
        }
        let isLost = !isAlive || (state.map(PostgresError.meansConnectionLost) ?? false)
        if isLost { isOutOfStep = true }
        return PostgresError(
            operation,
            isLost ? .connectionLost : .refused,
            sqlState: state,
            isConnectionLost: isLost,
            serverMessage: field(waypost_diag_message) ?? libpqMessage
        )
    }

    /// What libpq says went wrong where there is no answer to read it from.
    func failure(_ operation: PostgresError.Operation) -> PostgresError {
        guard isAlive else { return lost(operation) }
        return PostgresError(operation, .refused, serverMessage: libpqMessage)
    }

    /// The connection has ended.
    func lost(_ operation: PostgresError.Operation) -> PostgresError {
        PostgresError(
            operation,
            .connectionLost,
            sqlState: ending.sqlState,
            isConnectionLost: true,
            serverMessage: libpqMessage
        )
    }

    private var libpqMessage: String? {
        unsafe PQerrorMessage(handle).map { unsafe String(cString: $0) }
    }
}

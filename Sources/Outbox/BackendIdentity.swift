import Postgres

/// One server process for its whole life: numbers are used again, starting times are not.
struct BackendIdentity: Equatable, Sendable {
    private let processID: Int32
    private let startedAt: String

    /// Asks for the process that serves this connection.
    init(of connection: PostgresConnection) throws(PostgresError) {
        processID = connection.processID
        let rows = try connection.query(
            """
            SELECT extract(epoch FROM backend_start)::text FROM pg_catalog.pg_stat_activity
            WHERE pid = pg_catalog.pg_backend_pid()
            """
        )
        startedAt = rows.count == 1 ? rows[0, 0] ?? "" : ""
    }

    /// Ends the process if it is still there, and waits up to five seconds for that.
    ///
    /// - Parameter connection: Of the same role, so that it may.
    /// - Returns: False when it is still there.
    /// - Throws: When the connection is lost, or the role may not.
    func end(over connection: PostgresConnection) throws(PostgresError) -> Bool {
        let rows = try connection.query(
            """
            SELECT pg_catalog.pg_terminate_backend(pid, 5000) FROM pg_catalog.pg_stat_activity
            WHERE pid = $1::int AND extract(epoch FROM backend_start)::text = $2
            """,
            ["\(processID)", startedAt]
        )
        return rows.count == 0 || rows.boolean(0, 0) == true
    }
}

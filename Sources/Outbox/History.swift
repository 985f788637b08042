import Postgres

/// Which history of which cluster a position belongs to.
///
/// Transaction numbers mean something within one history only. After a failover or a restore they
/// may be given out a second time.
struct History: Equatable, Sendable {
    private let text: String

    /// Asks the database.
    ///
    /// - Returns: Nil when the database is in recovery, where no history of its own is written.
    init?(of connection: PostgresConnection) throws(PostgresError) {
        // Not one statement: the second one is an error in recovery.
        let recovery = try connection.query("SELECT pg_catalog.pg_is_in_recovery()")
        guard recovery.boolean(0, 0) == false else { return nil }
        let rows = try connection.query(
            """
            SELECT system_identifier::text || ' ' || current_database() || ' '
                || left(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 8)
            FROM pg_catalog.pg_control_system()
            """
        )
        text = rows[0, 0] ?? ""
    }
}

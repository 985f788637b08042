/// The statements that read a small window of the present day, as nearly all windows are.
///
/// A writer's commit is a millisecond old when it arrives, and half of that was this question: so
/// it sorts nothing, counts nothing and looks into no partition but the day's. It answers in the
/// shape of ``WindowSQL/first``, or that it cannot, and then the other statement is asked.
enum QuickSQL {
    /// Rows at most; more are not read this way.
    static let messageCountMax = 64

    /// Transactions that ran before, at most; each costs a search of its own.
    static let runningCountMax = 64

    /// Bytes of a row as stored, at most; the payloads of larger rows are not answered.
    private static let rowByteCountMax = 8_192

    /// The window after a snapshot that saw no transaction running.
    ///
    /// Parameters: the snapshot's end.
    static func first(_ days: SearchedDays, countMax: Int) -> String {
        statement(days, [fromEndOn], countMax)
    }

    /// The window after any snapshot.
    ///
    /// Parameters: the snapshot's end, its list of running transactions. No row is found twice:
    /// those that ran are below the end.
    static func firstWithRunning(_ days: SearchedDays, countMax: Int) -> String {
        "WITH \(WindowSQL.ended("$2", by: "pg_current_snapshot()")) "
            + statement(days, [fromEndOn, WindowSQL.isAmongEnded], countMax)
    }

    private static let fromEndOn = "xid >= $1::xid8"

    /// What a snapshot did not see is above its end or in its list, so nothing else is compared.
    private static func statement(
        _ days: SearchedDays,
        _ conditions: [String],
        _ countMax: Int
    ) -> String {
        let rows = conditions.map { condition in
            WindowSQL.rows(
                messages: days.messages,
                changes: days.changes,
                where: "\(condition) AND pg_visible_in_snapshot(xid, pg_current_snapshot())"
            )
        }
        return """
            SELECT seq, xid, id, table_schema, table_name, name, private, topics, published,
                moved, CASE WHEN is_small THEN concerns::text END,
                CASE WHEN is_small THEN key::text END, CASE WHEN is_small THEN old::text END,
                CASE WHEN is_small THEN new::text END,
                CASE WHEN is_small THEN encode(binary_payload, 'hex') END, NULL::pg_snapshot,
                \(WindowSQL.age(of: "inserted_at")), is_small
            FROM (
                SELECT *, \(WindowSQL.storedByteCount) <= \(rowByteCountMax) AS is_small
                FROM (\(rows.joined(separator: "\nUNION ALL\n"))) AS outbox
                LIMIT \(countMax + 1)
            ) AS few
            UNION ALL
            SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                NULL, NULL, NULL, pg_current_snapshot(), NULL, \(days.isPresent)
            """
    }
}

import Postgres

/// The days that windows are looked for in.
///
/// Most partitions are for days to come and hold nothing, yet each costs its share of every window;
/// with all of them a window takes twice the time. So only those up to tomorrow are searched, and
/// the statement itself measures the files of the others. A row that such a file holds, from a
/// clock that is days ahead or a day that has come meanwhile, shows there before anybody can see
/// it: then the window is read again, over more days. So this loses nothing.
struct WindowRange: Equatable {
    /// The first day left out, as PostgreSQL writes a date; nil when none is.
    let end: String?

    /// The partitions that are searched, as an array literal of their numbers.
    private let searched: String

    /// Every partition.
    static let everything = WindowRange(end: nil, searched: "{}")

    private init(end: String?, searched: String) {
        self.end = end
        self.searched = searched
    }

    /// Looks up which partitions there are; the range ends after tomorrow.
    init(_ connection: PostgresConnection) throws(PostgresError) {
        let rows = try connection.query(
            """
            SELECT end_day::text, ARRAY(
                SELECT inhrelid::bigint FROM pg_catalog.pg_inherits
                JOIN pg_catalog.pg_class ON pg_class.oid = inhrelid
                WHERE inhparent IN ('realtime.messages'::regclass, 'realtime.changes'::regclass)
                    AND substring(pg_catalog.pg_get_expr(relpartbound, inhrelid)
                        FROM 'FROM \\(''([0-9-]{10})')::date < end_day
            )::text
            FROM (SELECT (now() AT TIME ZONE 'utc')::date + 2 AS end_day) AS clock
            """
        )
        end = rows[0, 0]
        searched = rows[0, 1] ?? "{}"
    }

    /// What a row has to fulfil besides being in the window.
    var condition: String { end.map { " AND inserted_at < '\($0)'" } ?? "" }

    /// The bytes in the partitions that are not searched.
    var strayByteCount: String {
        guard end != nil else { return "0" }
        return """
            SELECT coalesce(sum(pg_catalog.pg_relation_size(inhrelid)), 0)
            FROM pg_catalog.pg_inherits
            WHERE inhparent IN ('realtime.messages'::regclass, 'realtime.changes'::regclass)
                AND inhrelid <> ALL ('\(searched)'::oid[])
            """
    }
}

import Postgres

/// The partitions that usual rows lie in: today's, and yesterday's until an hour after midnight.
///
/// Each partition that is searched costs its share of every look, and most hold days to come or
/// long past. A row's day is the one on which its transaction began, by the database's clock. So
/// what is elsewhere was written by a transaction that is open for more than an hour, or under
/// another day's date; ``WindowReader`` looks for that too, but behind the delivery and seldom.
struct SearchedDays: Equatable {
    /// What is searched for messages.
    let messages: [String]

    /// What is searched for changes.
    let changes: [String]

    /// All of them, as an array literal of their numbers.
    let partitions: String

    /// The condition, in SQL, that the day is still the same.
    let isPresent: String

    /// The present by the database's clock, in UTC as the rows have it.
    static let databaseClock = "clock_timestamp() AT TIME ZONE 'utc'"

    /// Looks up which partitions there are; nil when none is for the present day.
    init?(
        _ connection: PostgresConnection,
        clock: String = databaseClock
    ) throws(PostgresError) {
        let rows = try connection.query(Self.lookUp(clock))
        var (messages, changes, numbers): ([String], [String], [String]) = ([], [], [])
        var ends: (String, String)?
        for row in 0..<rows.count {
            guard let number = rows[row, 0], let name = rows[row, 1], let begin = rows[row, 3],
                let end = rows[row, 4]
            else { return nil }
            numbers.append(number)
            if rows.boolean(row, 2) == true { messages.append(name) } else { changes.append(name) }
            ends = (begin, end)
        }
        guard let (begin, end) = ends, !messages.isEmpty, !changes.isEmpty else { return nil }
        self.messages = messages
        self.changes = changes
        partitions = "{\(numbers.joined(separator: ","))}"
        isPresent = """
            \(clock) >= '\(begin)'::timestamp AND \(clock) < '\(end)'::timestamp
            """
    }

    /// The partitions that hold a day of the last hour, and from when until when that is so.
    private static func lookUp(_ clock: String) -> String {
        """
        WITH days AS (
            SELECT (now - interval '1 hour')::date AS first, now::date AS last
            FROM (SELECT \(clock) AS now) AS clock
        ), partitions AS (
            SELECT inhrelid, inhparent, pg_catalog.pg_get_expr(relpartbound, inhrelid) AS bounds
            FROM pg_catalog.pg_inherits
            JOIN pg_catalog.pg_class ON pg_class.oid = inhrelid
            WHERE inhparent IN ('realtime.messages'::regclass, 'realtime.changes'::regclass)
                AND NOT inhdetachpending
        )
        SELECT inhrelid::bigint, inhrelid::regclass, inhparent = 'realtime.messages'::regclass,
            greatest(last::timestamp, first + interval '1 hour'),
            least(last + interval '1 day', first + interval '25 hours')
        FROM partitions, days
        WHERE coalesce(substring(bounds FROM 'FROM \\(''([0-9-]{10})')::date <= last, true)
            AND coalesce(substring(bounds FROM 'TO \\(''([0-9-]{10})')::date > first, true)
        ORDER BY 1
        """
    }
}

/// The statement that reads what was sent to a topic before.
///
/// What it reads is in the shape of ``WindowSQL``, and ends with the instant at which it read.
enum ReplaySQL {
    /// Messages older than asked for that are looked through.
    ///
    /// Only numbers are in order, not times: a row's time is its transaction's beginning. So the
    /// newest messages by number are looked through for those of the time, and these are so many
    /// more than are asked for, not all that the topic has ever had.
    static let searchedCount = 100

    /// The newest messages of a topic since a time, as of now.
    ///
    /// Parameters: the topic, the time in milliseconds since 1970, messages and bytes at most.
    static let statement = """
        WITH now AS MATERIALIZED (SELECT pg_current_snapshot() AS snapshot),
        found AS MATERIALIZED (
            SELECT * FROM (
                \(branches.joined(separator: "\nUNION ALL\n"))
            ) AS outbox
            WHERE inserted_at >= \(since)
            ORDER BY seq DESC
            LIMIT $3::bigint
        ),
        \(WindowSQL.slice("$3::bigint", "$4::bigint", by: "seq DESC"))
        """

    private static let since = "(timestamp '1970-01-01' + $2::float8 * interval '1 millisecond')"

    /// Each enters an index that has a topic's rows in order.
    ///
    /// A change names its topics in a list. Nearly all have one or two, and each of these two
    /// places has an index; the changes with more of them have one for the rest.
    private static let branches = [
        WindowSQL.rows(
            changes: [],
            where: "private AND topic = $1 AND \(isOfTime)",
            suffix: newest(by: "seq")
        ),
        changes("topics[1] = $1", by: "seq"),
        changes("topics[2] = $1 AND topics[1] IS DISTINCT FROM $1", by: "seq"),
        // The sum keeps the planner from walking through all numbers.
        changes(
            "cardinality(topics) > 2 AND topics @> ARRAY[$1::text]"
                + " AND topics[1] IS DISTINCT FROM $1 AND topics[2] IS DISTINCT FROM $1",
            by: "seq + 0"
        ),
    ]

    /// A truncated table's row names families of topics and is no broadcast.
    private static func changes(_ condition: String, by place: String) -> String {
        WindowSQL.rows(
            messages: [],
            where: "\(condition) AND operation <> 'TRUNCATE' AND \(isOfTime)",
            suffix: newest(by: place)
        )
    }

    /// The day leaves partitions out; a clock that is a minute ahead of the database's is forgiven.
    private static let isOfTime = """
        inserted_at >= date_trunc('day', \(since))
        AND inserted_at < (now() AT TIME ZONE 'utc') + interval '1 minute'
        AND pg_visible_in_snapshot(xid, (SELECT snapshot FROM now))
        """

    private static func newest(by place: String) -> String {
        "ORDER BY \(place) DESC LIMIT $3::bigint + \(searchedCount)"
    }
}

/// The statements that read windows.
///
/// A window is what is visible now and was not visible in an earlier snapshot. Transactions that an
/// earlier snapshot could not see are those it lists as running and those from its end on: that
/// bounds the search by the index on `xid`, however old the oldest open transaction is.
///
/// Rows are never changed after their insert. So a later statement can read the same window again,
/// or its rest, by asking for what the window's last snapshot saw: no transaction has to stay open
/// between two slices, and a lost connection costs nothing.
enum WindowSQL {
    /// Settings of the reading session.
    ///
    /// One plan serves every window and is made once, not at each of hundreds of windows a second:
    /// planning over some forty partitions takes milliseconds. Such a plan cannot know how narrow a
    /// window is, so scans of whole tables are taken from the planner's choice. What the session
    /// itself commits, a number or a notification, is worth no flush.
    static let session = """
        SET plan_cache_mode = force_generic_plan;
        SET enable_seqscan = off;
        SET jit = off;
        SET max_parallel_workers_per_gather = 0;
        SET default_transaction_isolation = 'read committed';
        SET synchronous_commit = off;
        SET statement_timeout = 0;
        SET search_path = '';
        """

    /// The instant at which a statement sees.
    static let snapshot = "SELECT pg_current_snapshot()"

    /// A window's first slice and the snapshot that ends the window.
    ///
    /// Parameters: the earlier snapshot, its end, its list of running transactions, messages and
    /// bytes at most.
    static let first = """
        WITH now AS MATERIALIZED (SELECT pg_current_snapshot() AS snapshot),
        \(ended),
        found AS MATERIALIZED (
            SELECT * FROM (\(rows(where: inWindow))) AS outbox
            WHERE pg_visible_in_snapshot(xid, (SELECT snapshot FROM now))
            ORDER BY seq + 0
            LIMIT $4::bigint + 1
        ),
        \(slice("$4::bigint", "$5::bigint"))
        """

    /// The next slice of a window that has begun.
    ///
    /// Parameters: the earlier snapshot, the one that ends the window, the last message delivered,
    /// the window's last message, the partitions that are left out, messages and bytes at most.
    static let next = """
        WITH now AS MATERIALIZED (SELECT $2::pg_snapshot AS snapshot),
        found AS MATERIALIZED (
            SELECT * FROM (\(rows(where: inRest, suffix: inOrder))) AS outbox
            ORDER BY seq
            LIMIT $6::bigint + 1
        ),
        \(slice("$6::bigint", "$7::bigint"))
        """

    /// The first and the last message of a window, or nulls, and whether it concerns memberships.
    ///
    /// Parameters: the earlier snapshot, its end, its list of running transactions, the snapshot
    /// that ends the window, the partitions that are left out. The sums keep the planner from
    /// walking the index on `seq`.
    static let ends = """
        WITH now AS MATERIALIZED (SELECT $4::pg_snapshot AS snapshot),
        \(ended)
        SELECT min(low), max(high), bool_or(concerning) FROM (
            SELECT min(seq + 0) AS low, max(seq + 0) AS high, false AS concerning
            FROM realtime.messages
            WHERE \(inWindow) AND pg_visible_in_snapshot(xid, $4)
                AND tableoid <> ALL ($5::oid[])
            UNION ALL
            SELECT min(seq + 0), max(seq + 0), bool_or(concerns IS NOT NULL)
            FROM realtime.changes
            WHERE \(inWindow) AND pg_visible_in_snapshot(xid, $4)
                AND tableoid <> ALL ($5::oid[])
        ) AS both_tables
        """

    /// The next message of a window that has begun, whatever it holds.
    ///
    /// Parameters: as ``next`` without the limits.
    static let nextPlace = """
        SELECT min(seq) FROM (
            (SELECT seq FROM realtime.messages WHERE \(inRest) ORDER BY seq LIMIT 1)
            UNION ALL
            (SELECT seq FROM realtime.changes WHERE \(inRest) ORDER BY seq LIMIT 1)
        ) AS both_tables
        """

    /// Whom the transactions of a window concern, and from where to where each of these goes.
    ///
    /// Parameters: as ``next`` without the limits, for the whole window. Over the limit topics
    /// become families; one row more than the limit says that these are too many as well.
    static let concerns = """
        WITH noted AS MATERIALIZED (
            SELECT xid, concerns FROM realtime.changes WHERE concerns IS NOT NULL AND \(inRest)
        ), named AS MATERIALIZED (
            SELECT xid, concerns::text FROM noted WHERE (\(areFew))
            UNION ALL (
                SELECT DISTINCT xid, ARRAY[
                    CASE WHEN scope = '*' THEN scope ELSE scope || ':*' END, '', ''
                ]::text
                FROM noted CROSS JOIN LATERAL (
                    SELECT split_part(concerns[place], ':', 1)
                    FROM generate_series(1, cardinality(concerns), 3) AS place
                ) AS scopes (scope)
                WHERE NOT (\(areFew))
                LIMIT \(WindowConcerns.countMax + 1)
            )
        ), placed AS (
            SELECT xid, min(seq + 0) AS first, max(seq + 0) AS last FROM (
                SELECT xid, seq FROM realtime.messages WHERE \(isConcerned) AND \(inRest)
                UNION ALL
                SELECT xid, seq FROM realtime.changes WHERE \(isConcerned) AND \(inRest)
            ) AS both_tables
            GROUP BY xid
        )
        SELECT xid, first, last, concerns FROM named JOIN placed USING (xid)
        """

    private static let areFew = """
        SELECT coalesce(sum(cardinality(concerns) / 3), 0) <= \(WindowConcerns.countMax) FROM noted
        """

    private static let isConcerned = "xid = ANY (ARRAY(SELECT DISTINCT xid FROM named))"

    /// Those of a list that ran then and have ended by a snapshot.
    ///
    /// Only these are looked up: one that is open for long costs nothing at each window.
    static func ended(_ list: String, by snapshot: String) -> String {
        """
        ended AS MATERIALIZED (
            SELECT ARRAY(
                SELECT x FROM unnest(\(list)::xid8[]) AS x
                WHERE pg_visible_in_snapshot(x, \(snapshot))
            ) AS xids
        )
        """
    }

    private static let ended = ended("$3", by: "(SELECT snapshot FROM now)")

    /// The condition on rows of such transactions.
    static let isAmongEnded = "xid = ANY ((SELECT xids FROM ended)::xid8[])"

    private static let inWindow = """
        (xid >= $2::xid8 OR \(isAmongEnded))
        AND NOT pg_visible_in_snapshot(xid, $1)
        """

    private static let inRest = """
        seq > $3::bigint AND seq <= $4::bigint
        AND NOT pg_visible_in_snapshot(xid, $1) AND pg_visible_in_snapshot(xid, $2)
        AND tableoid <> ALL ($5::oid[])
        """

    private static let inOrder = "ORDER BY seq LIMIT $6::bigint + 1"

    /// The rows of both tables in one shape.
    static func rows(
        messages: [String] = ["realtime.messages"],
        changes: [String] = ["realtime.changes"],
        where condition: String,
        suffix: String = ""
    ) -> String {
        let messages = messages.map { table in
            """
            (SELECT seq, xid, inserted_at, id, NULL::text AS table_schema,
                NULL::text AS table_name, event AS name, private, topic AS topics,
                false AS published, false AS moved, NULL::text[] AS concerns,
                NULL::jsonb AS key, NULL::jsonb AS old, payload AS new, binary_payload
            FROM \(table) WHERE extension = 'broadcast' AND \(condition) \(suffix))
            """
        }
        let changes = changes.map { table in
            """
            (SELECT seq, xid, inserted_at, id, table_schema, table_name,
                operation, true, topics::text, published, moved, concerns,
                key, old, new, NULL::bytea
            FROM \(table) WHERE \(condition) \(suffix))
            """
        }
        return (messages + changes).joined(separator: "\nUNION ALL\n")
    }

    /// The bytes of a row's payload as stored, which costs nothing to know.
    static let storedByteCount = """
        coalesce(pg_column_size(key), 0) + coalesce(pg_column_size(old), 0)
            + coalesce(pg_column_size(new), 0) + coalesce(pg_column_size(binary_payload), 0)
            + coalesce(pg_column_size(concerns), 0)
        """

    /// How long ago a time is, in seconds.
    static func age(of time: String) -> String {
        "date_part('epoch', \(SearchedDays.databaseClock) - \(time))"
    }

    /// Cuts `found` where it passes the limits, and says behind it what it was cut from.
    ///
    /// Cut twice: by the size as stored, which costs nothing to know, so that only about a slice's
    /// worth is unpacked; then by the size as text, which is what the node will hold.
    ///
    /// - Parameters:
    ///   - messageCountMax: Messages at most, as SQL.
    ///   - byteCountMax: Bytes at most, as SQL; one message may pass them.
    ///   - place: What comes first and is kept: `seq`, or `seq DESC` for the newest.
    /// - Returns: The rest of a statement that begins with `now` and `found`.
    static func slice(
        _ messageCountMax: String,
        _ byteCountMax: String,
        by place: String = "seq"
    ) -> String {
        """
        text AS MATERIALIZED (
            SELECT seq, xid, id, table_schema, table_name, name, private, topics, published,
                moved, concerns::text, key::text, old::text, new::text,
                encode(binary_payload, 'hex') AS hex
            FROM (
                SELECT *, row_number() OVER in_order AS place,
                    sum(stored) OVER in_order - stored AS stored_before
                FROM (
                    SELECT *, \(storedByteCount) AS stored FROM found
                ) AS sized
                WINDOW in_order AS (ORDER BY \(place) ROWS UNBOUNDED PRECEDING)
            ) AS placed
            WHERE place <= \(messageCountMax) AND stored_before < \(byteCountMax)
        )
        SELECT seq, xid, id, table_schema, table_name, name, private, topics, published, moved,
            concerns, key, old, new, hex, NULL::pg_snapshot, NULL::double precision, true
        FROM (
            SELECT *,
                sum(bytes) OVER (ORDER BY \(place) ROWS UNBOUNDED PRECEDING) - bytes AS before
            FROM (
                SELECT *, coalesce(octet_length(key), 0) + coalesce(octet_length(old), 0)
                    + coalesce(octet_length(new), 0) + coalesce(octet_length(hex), 0)
                    + coalesce(octet_length(concerns), 0) AS bytes
                FROM text
            ) AS measured
        ) AS slice
        WHERE before < \(byteCountMax)
        UNION ALL
        SELECT (SELECT count(*) FROM found), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
            NULL, NULL, NULL, NULL, NULL, snapshot, (SELECT \(age(of: "min(inserted_at)")) FROM found), true
        FROM now
        """
    }
}

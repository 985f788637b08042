internal import Postgres
internal import PublishedTables
internal import Topics

/// What a check looks at besides the objects that files ask for.
struct SchemaSurroundings {
    /// A table and a role.
    struct Reader: Hashable {
        let table: UInt32
        let role: String
    }

    /// Columns that a role may not select.
    let unreadable: [Reader: Set<String>]
    /// Tables that the publication lists with a condition on their rows.
    let conditionallyPublished: Set<TableName>
    /// Settings that keep changes from being noted, one sentence each.
    let warnings: [String]
    /// Settings under which rules do not mean what they say, one sentence each.
    let errors: [String]
    /// Whether the database counts how tables are read.
    let countsScans: Bool

    static func read(
        for contract: TopicContract,
        _ tables: [TableName: FoundTable],
        on connection: PostgresConnection
    ) throws(PostgresError) -> SchemaSurroundings {
        let roles = Set(contract.families.flatMap(\.members.roles)).sorted()
        let oids = tables.values.map { String($0.oid) }.sorted()
        let privileges = try connection.query(
            privilegesQuery,
            [ArrayText.of(roles), ArrayText.of(oids)]
        )
        var unreadable: [Reader: Set<String>] = [:]
        for row in 0..<privileges.count {
            guard let table = privileges.integer(row, 0), let role = privileges[row, 1],
                let column = privileges[row, 2]
            else { continue }
            unreadable[Reader(table: UInt32(table), role: role), default: []].insert(column)
        }
        let published = try connection.query(
            publicationQuery,
            [PublicationTriggers.publicationName]
        )
        let settings = try connection.query(settingsQuery)
        let strange = try connection.query(strangeSettingsQuery)
        return SchemaSurroundings(
            unreadable: unreadable,
            conditionallyPublished: Set(
                (0..<published.count).map {
                    TableName(schema: published[$0, 0] ?? "", published[$0, 1] ?? "")
                }
            ),
            warnings: (settings.boolean(0, 0) == true ? [preparedTransactions] : [])
                + (0..<strange.count).map { strange[$0, 0] ?? "" }.map(Self.strange),
            errors: settings.boolean(0, 1) == true ? [] : [strings],
            countsScans: settings.boolean(0, 2) ?? false
        )
    }

    private static let preparedTransactions = """
        max_prepared_transactions is over 0: a transaction that wrote to a topic's table cannot \
        be prepared unless its session has SET waypost.doorbell = off
        """

    private static let strings = """
        standard_conforming_strings is off, so a backslash in a rule's string means something \
        else than it says: turn it on
        """

    private static func strange(_ what: String) -> String {
        "\(what): what is written under it may never reach a topic"
    }

    /// Takes roles and tables, and answers the columns that each may not select.
    private static let privilegesQuery = """
        SELECT c.oid::bigint, r.rolname, a.attname
        FROM pg_catalog.pg_class AS c
            JOIN pg_catalog.pg_attribute AS a
                ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            CROSS JOIN pg_catalog.pg_roles AS r
        WHERE r.rolname = ANY ($1::text[]) AND c.oid = ANY ($2::oid[])
            AND NOT (pg_catalog.has_schema_privilege(r.oid, c.relnamespace, 'USAGE')
                AND pg_catalog.has_column_privilege(r.oid, c.oid, a.attnum, 'SELECT'))
        """

    private static let publicationQuery = """
        SELECT n.nspname, c.relname
        FROM pg_catalog.pg_publication_rel AS l
            JOIN pg_catalog.pg_publication AS p ON p.oid = l.prpubid
            JOIN pg_catalog.pg_class AS c ON c.oid = l.prrelid
            JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE p.pubname = $1 AND l.prqual IS NOT NULL
        """

    private static let settingsQuery = """
        SELECT pg_catalog.current_setting('max_prepared_transactions')::integer > 0,
            pg_catalog.current_setting('standard_conforming_strings') = 'on',
            pg_catalog.current_setting('track_counts') = 'on'
        """

    /// Where somebody set what silences triggers or makes their errors warnings.
    private static let strangeSettingsQuery = """
        SELECT pg_catalog.concat_ws(' ',
            CASE WHEN s.setrole <> 0 THEN 'role ' || pg_catalog.pg_get_userbyid(s.setrole) END,
            CASE WHEN s.setdatabase <> 0 THEN 'database ' || (SELECT d.datname
                FROM pg_catalog.pg_database AS d WHERE d.oid = s.setdatabase) END,
            'has', one.setting)
        FROM pg_catalog.pg_db_role_setting AS s,
            pg_catalog.unnest(s.setconfig) AS one(setting)
        WHERE one.setting IN ('session_replication_role=replica', 'realtime.on_error=warn')
            AND (s.setdatabase = 0 OR s.setdatabase = (SELECT d.oid
                FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database()))
        UNION ALL
        SELECT 'function ' || p.oid::pg_catalog.regprocedure || ' has ' || one.setting
        FROM pg_catalog.pg_proc AS p, pg_catalog.unnest(p.proconfig) AS one(setting)
        WHERE one.setting IN ('session_replication_role=replica', 'realtime.on_error=warn')
        ORDER BY 1
        """
}

import Changes
import Postgres
import Topics
import Wire

/// The statements that read what the publication lists, and which triggers there are.
enum PublicationCatalog {
    /// Reads the tables of the publication, by name.
    ///
    /// - Throws: ``PostgresError`` when the catalog could not be read.
    static func tables(
        of publication: String,
        on connection: PostgresConnection
    ) throws(PostgresError) -> [ListedTable] {
        let rows = try connection.query(listing, [publication])
        return (0..<rows.count).compactMap { table(rows, $0) }
    }

    /// A table whose triggers only a publication asked for.
    struct Triggered {
        let oid: UInt32
        let name: TableName
        let function: String
    }

    /// Reads the tables that have triggers which feed no topic.
    ///
    /// - Throws: ``PostgresError`` when the catalog could not be read.
    static func triggered(on connection: PostgresConnection) throws(PostgresError) -> [Triggered] {
        let rows = try connection.query(triggering)
        return (0..<rows.count).compactMap { row in
            guard let oid = rows.integer(row, 0), let schema = rows[row, 1],
                let name = rows[row, 2], let function = rows[row, 3],
                let copied = rows[row, 4].flatMap(CopiedColumns.init(note:)), !copied.feedsTopics
            else { return nil }
            return Triggered(
                oid: UInt32(oid),
                name: TableName(schema: schema, name),
                function: function
            )
        }
    }

    private static func table(_ rows: Rows, _ row: Int) -> ListedTable? {
        guard let oid = rows.integer(row, 0), let schema = rows[row, 1], let name = rows[row, 2],
            let columns = rows.bytes(row, 10).flatMap({ try? JSON(parsing: $0) })?.arrayValue
        else { return nil }
        var operations: Set<ChangedRow.Operation> = []
        if rows.boolean(row, 5) == true { operations.insert(.insert) }
        if rows.boolean(row, 6) == true { operations.insert(.update) }
        if rows.boolean(row, 7) == true { operations.insert(.delete) }
        let listed = rows.bytes(row, 8).flatMap { try? JSON(parsing: $0) }?.arrayValue
        let trigger = rows.integer(row, 11).map { count in
            ListedTable.Trigger(
                firingCount: Int(count),
                copied: rows[row, 12].flatMap(CopiedColumns.init(note:))
            )
        }
        return ListedTable(
            oid: UInt32(oid),
            name: TableName(schema: schema, name),
            isRowSecured: rows.boolean(row, 3) ?? true,
            showsOldRows: rows.boolean(row, 4) ?? false,
            operations: operations,
            columns: columns.compactMap(column),
            listed: listed.map { Set($0.compactMap(\.stringValue)) },
            condition: rows[row, 9],
            trigger: trigger,
            mayMakeTriggers: rows.boolean(row, 13) ?? false
        )
    }

    private static func column(_ facts: JSON) -> PublishedColumn? {
        guard let facts = facts.arrayValue, facts.count == 4, let name = facts[0].stringValue,
            let type = facts[1].stringValue, let oid = facts[2].integerValue,
            let isKey = facts[3].boolValue
        else { return nil }
        return PublishedColumn(name: name, type: type, typeOID: UInt32(oid), isKey: isKey)
    }

    /// Partitions stand for the table that they belong to.
    ///
    /// Its triggers fire for what is written through it. Schemas `realtime` and `auth` are never
    /// served.
    private static let listing = """
        WITH listed AS (
            SELECT DISTINCT p.oid AS publication, p.pubinsert, p.pubupdate, p.pubdelete,
                coalesce(pg_catalog.pg_partition_root(l.oid), l.oid) AS oid
            FROM pg_catalog.pg_publication p
                JOIN pg_catalog.pg_publication_tables t ON t.pubname = p.pubname
                JOIN pg_catalog.pg_namespace n ON n.nspname = t.schemaname
                JOIN pg_catalog.pg_class l ON l.relnamespace = n.oid AND l.relname = t.tablename
            WHERE p.pubname = $1
                AND n.nspname NOT IN ('realtime', 'auth', 'information_schema')
                AND n.nspname !~ '^pg_'
        )
        SELECT c.oid::bigint, n.nspname, c.relname, c.relrowsecurity, c.relreplident = 'f',
            l.pubinsert, l.pubupdate, l.pubdelete,
            CASE WHEN r.prattrs IS NOT NULL THEN (
                SELECT pg_catalog.jsonb_agg(a.attname)
                FROM pg_catalog.pg_attribute a
                WHERE a.attrelid = c.oid AND a.attnum = ANY (r.prattrs)
            ) END::text,
            pg_catalog.pg_get_expr(r.prqual, r.prrelid),
            (
                SELECT pg_catalog.jsonb_agg(
                    pg_catalog.jsonb_build_array(
                        a.attname, y.typname, y.oid::bigint, i.indrelid IS NOT NULL
                    )
                    ORDER BY a.attnum
                )
                FROM pg_catalog.pg_attribute a
                    JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
                    LEFT JOIN pg_catalog.pg_index i ON i.indrelid = c.oid AND i.indisprimary
                        AND a.attnum = ANY (i.indkey)
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            )::text,
            made.firing, pg_catalog.obj_description(made.tgfoid, 'pg_proc'),
            pg_catalog.has_table_privilege(c.oid, 'TRIGGER')
        FROM listed l
            JOIN pg_catalog.pg_class c ON c.oid = l.oid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN pg_catalog.pg_publication_rel r
                ON r.prpubid = l.publication AND r.prrelid = c.oid
            LEFT JOIN LATERAL (
                SELECT t.tgfoid, count(*) FILTER (WHERE t.tgenabled IN ('O', 'A')) AS firing
                FROM pg_catalog.pg_trigger t
                    JOIN pg_catalog.pg_proc f ON f.oid = t.tgfoid
                    JOIN pg_catalog.pg_namespace s ON s.oid = f.pronamespace
                WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND s.nspname = 'realtime'
                    AND t.tgname ~ '^realtime_changes_(insert|update|delete)$'
                GROUP BY t.tgfoid
                ORDER BY firing DESC
                LIMIT 1
            ) AS made ON true
        ORDER BY n.nspname, c.relname
        """

    private static let triggering = """
        SELECT c.oid::bigint, n.nspname, c.relname, f.oid::pg_catalog.regprocedure::text,
            pg_catalog.obj_description(f.oid, 'pg_proc')
        FROM pg_catalog.pg_trigger t
            JOIN pg_catalog.pg_proc f ON f.oid = t.tgfoid
            JOIN pg_catalog.pg_namespace s ON s.oid = f.pronamespace
            JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE s.nspname = 'realtime' AND t.tgname = 'realtime_changes_insert'
        ORDER BY n.nspname, c.relname
        """
}

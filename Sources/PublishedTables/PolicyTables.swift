import Postgres
import Topics
import Wire

/// A table that the policies on `realtime.messages` read, as the catalog has it.
struct PolicyTable {
    let name: TableName
    let plan: PolicyTriggerPlan
    /// Whether topic files say whom its changes concern.
    let isTold: Bool
    /// The digest of the triggers that there are, if all of them fire.
    let digest: String?
    /// Whether the login may make triggers on it.
    let mayMakeTriggers: Bool
}

/// The statements that find out which tables policies read.
enum PolicyTables {
    /// Reads the tables that policies read, by name.
    ///
    /// - Throws: ``PostgresError`` when the catalog could not be read.
    static func tables(on connection: PostgresConnection) throws(PostgresError) -> [PolicyTable] {
        let rows = try connection.query(listing)
        return (0..<rows.count).compactMap { table(rows, $0) }
    }

    /// A table with triggers that were made for the policies' sake.
    struct Triggered {
        let name: TableName
        let function: String
    }

    /// Reads the tables that have such triggers.
    ///
    /// - Throws: ``PostgresError`` when the catalog could not be read.
    static func triggered(on connection: PostgresConnection) throws(PostgresError) -> [Triggered] {
        let rows = try connection.query(triggering)
        return (0..<rows.count).compactMap { row in
            guard let schema = rows[row, 0], let name = rows[row, 1], let function = rows[row, 2],
                digest(rows[row, 3]) != nil
            else { return nil }
            return Triggered(name: TableName(schema: schema, name), function: function)
        }
    }

    private static func digest(_ note: String?) -> String? {
        guard let note = note.flatMap({ try? JSON(parsing: Array($0.utf8)) }),
            note["made by"]?.stringValue == "Waypost"
        else { return nil }
        return note["digest"]?.stringValue
    }

    private static func table(_ rows: Rows, _ row: Int) -> PolicyTable? {
        guard let schema = rows[row, 0], let name = rows[row, 1],
            let columns = rows.bytes(row, 2).flatMap({ try? JSON(parsing: $0) })?.arrayValue
        else { return nil }
        func names(_ place: Int) -> [String] {
            columns.compactMap(\.arrayValue).filter { $0[place].boolValue == true }
                .compactMap { $0[0].stringValue }
        }
        let table = TableName(schema: schema, name)
        let isDynamic = rows.boolean(row, 3) ?? true
        return PolicyTable(
            name: table,
            plan: PolicyTriggerPlan(
                table: table,
                values: names(1),
                members: names(2),
                watched: isDynamic ? nil : names(3)
            ),
            isTold: rows.boolean(row, 4) ?? false,
            digest: rows.integer(row, 5) == 4 ? digest(rows[row, 6]) : nil,
            mayMakeTriggers: rows.boolean(row, 7) ?? false
        )
    }

    /// Follows the policies to the tables that they read.
    ///
    /// PostgreSQL knows what a policy, a view and a function with an SQL-standard body read. The
    /// source of any other function is a text: the functions and tables whose names stand in it as
    /// words count as read, rather too many than too few. A table that is read has policies of its
    /// own, which may look further. Partitions stand for the table that they belong to.
    ///
    /// A column is a value if it may be a name: of a key, or mentioned, and a whole number, a UUID
    /// or a text. Columns that are mentioned nowhere do not count, unless some function puts its
    /// statements together while it runs.
    private static let listing = """
        WITH RECURSIVE functions AS MATERIALIZED (
            SELECT f.oid, lower(f.proname) AS name,
                lower(coalesce(pg_catalog.pg_get_function_sqlbody(f.oid), f.prosrc)) AS source
            FROM pg_catalog.pg_proc f JOIN pg_catalog.pg_language l ON l.oid = f.prolang
            WHERE l.lanname NOT IN ('c', 'internal') AND f.prokind = 'f' AND f.oid >= 16384
                AND f.pronamespace <> pg_catalog.pg_my_temp_schema()
        ), relations AS MATERIALIZED (
            SELECT c.oid, lower(c.relname) AS name, c.relkind, c.relrowsecurity
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname !~ '^pg_'
                AND n.nspname NOT IN ('realtime', 'information_schema')
        ), reached (class, object) AS (
            SELECT 'pg_policy'::regclass::oid, oid FROM pg_catalog.pg_policy
            WHERE polrelid = pg_catalog.to_regclass('realtime.messages')
            UNION
            SELECT next.class, next.object FROM reached r CROSS JOIN LATERAL (
                SELECT d.refclassid, d.refobjid FROM pg_catalog.pg_depend d
                WHERE d.classid = r.class AND d.objid = r.object
                    AND r.class IN (
                        'pg_policy'::regclass, 'pg_proc'::regclass, 'pg_rewrite'::regclass)
                    AND d.refclassid IN ('pg_proc'::regclass, 'pg_class'::regclass)
                    AND (d.refclassid = 'pg_proc'::regclass
                        OR EXISTS (SELECT FROM relations t WHERE t.oid = d.refobjid))
                UNION ALL
                SELECT 'pg_rewrite'::regclass, w.oid FROM pg_catalog.pg_rewrite w
                WHERE r.class = 'pg_class'::regclass AND w.ev_class = r.object
                UNION ALL
                SELECT 'pg_policy'::regclass, p.oid
                FROM pg_catalog.pg_policy p JOIN relations t ON t.oid = p.polrelid
                WHERE r.class = 'pg_class'::regclass AND p.polrelid = r.object
                    AND t.relrowsecurity AND p.polcmd IN ('r', '*')
                UNION ALL
                SELECT 'pg_proc'::regclass, g.oid
                FROM functions f JOIN functions g ON \(RuleSQL.mentions("f.source", "g.name"))
                WHERE r.class = 'pg_proc'::regclass AND f.oid = r.object
                UNION ALL
                SELECT 'pg_class'::regclass, t.oid
                FROM functions f JOIN relations t ON \(RuleSQL.mentions("f.source", "t.name"))
                WHERE r.class = 'pg_proc'::regclass AND f.oid = r.object
            ) AS next (class, object)
        ), words AS MATERIALIZED (
            SELECT string_agg(source, ' ') AS text, bool_or(source ~ '\\mexecute\\M') AS is_dynamic
            FROM (
                SELECT f.source FROM functions f JOIN reached r ON r.object = f.oid
                    AND r.class = 'pg_proc'::regclass
                UNION ALL
                SELECT lower(concat_ws(' ', pg_catalog.pg_get_expr(p.polqual, p.polrelid),
                    pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)))
                FROM pg_catalog.pg_policy p JOIN reached r ON r.object = p.oid
                    AND r.class = 'pg_policy'::regclass
                UNION ALL
                SELECT lower(pg_catalog.pg_get_viewdef(w.ev_class)) FROM pg_catalog.pg_rewrite w
                    JOIN reached r ON r.object = w.oid AND r.class = 'pg_rewrite'::regclass
            ) AS sources
        ), tables AS (
            SELECT DISTINCT coalesce(pg_catalog.pg_partition_root(t.oid), t.oid) AS oid
            FROM relations t JOIN reached r ON r.object = t.oid
                AND r.class = 'pg_class'::regclass
            WHERE t.relkind IN ('r', 'p')
        )
        SELECT n.nspname, c.relname,
            (SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(
                    a.name, a.is_value, a.is_value AND a.is_person, a.is_mentioned
                ) ORDER BY a.place)
                FROM (\(columns)) AS a)::text,
            w.is_dynamic,
            EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgrelid = c.oid
                AND t.tgname = 'realtime_concerns_delete' AND t.tgenabled IN ('O', 'A')),
            made.firing, pg_catalog.obj_description(made.tgfoid, 'pg_proc'),
            pg_catalog.has_table_privilege(c.oid, 'TRIGGER')
        FROM tables
            JOIN pg_catalog.pg_class c ON c.oid = tables.oid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            CROSS JOIN words w
            LEFT JOIN LATERAL (
                SELECT t.tgfoid, count(*) FILTER (WHERE t.tgenabled IN ('O', 'A')) AS firing
                FROM pg_catalog.pg_trigger t
                WHERE t.tgrelid = c.oid AND t.tgname ~ '^realtime_memberships_'
                GROUP BY t.tgfoid
                ORDER BY firing DESC
                LIMIT 1
            ) AS made ON true
        ORDER BY n.nspname, c.relname
        """

    /// The columns of table `c`, with the sources `w`.
    private static let columns = """
        SELECT f.attname AS name, f.attnum AS place, f.is_mentioned,
            f.base IN ('uuid'::regtype, 'text'::regtype, 'varchar'::regtype) AS is_person,
            (f.is_key OR f.is_mentioned) AND f.base IN ('int2'::regtype, 'int4'::regtype,
                'int8'::regtype, 'uuid'::regtype, 'text'::regtype, 'varchar'::regtype) AS is_value
        FROM (
            SELECT a.attname, a.attnum, coalesce(nullif(y.typbasetype, 0), y.oid) AS base,
                coalesce(\(RuleSQL.mentions("w.text", "lower(a.attname)")), false) AS is_mentioned,
                EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid
                    AND i.indisunique AND a.attnum = ANY (i.indkey))
                OR EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid
                    AND k.contype = 'f' AND a.attnum = ANY (k.conkey)) AS is_key
            FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        ) AS f
        """

    private static let triggering = """
        SELECT DISTINCT n.nspname, c.relname, f.oid::pg_catalog.regprocedure::text,
            pg_catalog.obj_description(f.oid, 'pg_proc')
        FROM pg_catalog.pg_trigger t
            JOIN pg_catalog.pg_proc f ON f.oid = t.tgfoid
            JOIN pg_catalog.pg_namespace s ON s.oid = f.pronamespace
            JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE s.nspname = 'realtime' AND t.tgname ~ '^realtime_memberships_'
        ORDER BY n.nspname, c.relname
        """
}

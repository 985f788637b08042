internal import Postgres
internal import Topics

extension RuleTrial {
    /// Looks at the functions and tables that the rule leads to.
    mutating func inspect(
        _ what: String,
        _ place: SourcePlace,
        of family: TopicFamily,
        seeing known: inout Set<UInt32>
    ) throws(PostgresError) {
        guard let rows = try reached() else {
            skip("what rules look at: the catalog has too many functions to follow them in time")
            return
        }
        let listed = Set(family.members.dependencies.map(\.table))
        for row in 0..<rows.count {
            guard let oid = rows.integer(row, 0).map(UInt32.init), let schema = rows[row, 1],
                let name = rows[row, 2], known.insert(oid).inserted
            else { continue }
            switch rows[row, 3] {
            case "table":
                let table = TableName(schema: schema, name)
                guard !listed.contains(table) else { continue }
                add(
                    place,
                    severity: .warning,
                    "\(what) looks at \(table), which depends_on does not name: who loses access "
                        + "there keeps it until the next look at all channels"
                )
            case "immutable":
                add(
                    place,
                    "\(what) calls \(schema).\(name), which says IMMUTABLE but depends on data or "
                        + "settings: its answer for one caller may be kept for another. Declare it "
                        + "STABLE"
                )
            case "volatile":
                add(
                    place,
                    severity: .warning,
                    "\(what) calls \(schema).\(name), which is VOLATILE: it is asked again for "
                        + "every row. Declare it STABLE if it changes nothing"
                )
            default: continue
            }
        }
    }

    /// Finds what the rule leads to; nil when that takes too long.
    private func reached() throws(PostgresError) -> Rows? {
        try connection.execute("SAVEPOINT waypost_inspection")
        do throws(PostgresError) {
            let rows = try connection.query(Self.reachedQuery)
            try connection.execute("RELEASE SAVEPOINT waypost_inspection")
            return rows
        } catch {
            guard error.sqlState == "57014" else { throw error }
            try connection.execute("ROLLBACK TO SAVEPOINT waypost_inspection")
            return nil
        }
    }

    /// Follows names through the sources of functions, views through their rules, and tables
    /// through their policies: rather too much is found than too little.
    private static let reachedQuery = """
        WITH RECURSIVE written AS MATERIALIZED (
            SELECT f.oid, lower(replace(f.proname, '"', '""')) AS name,
                lower(coalesce(pg_catalog.pg_get_function_sqlbody(f.oid), f.prosrc)) AS source
            FROM pg_catalog.pg_proc AS f JOIN pg_catalog.pg_language AS l ON l.oid = f.prolang
            WHERE l.lanname NOT IN ('c', 'internal') AND f.prokind = 'f' AND f.oid >= 16384
                AND f.pronamespace <> 'realtime'::pg_catalog.regnamespace
        ), named AS MATERIALIZED (
            SELECT c.oid, lower(replace(c.relname, '"', '""')) AS name,
                lower(replace(n.nspname, '"', '""')) AS schema
            FROM pg_catalog.pg_class AS c
                JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.oid >= 16384
                AND n.nspname NOT IN ('realtime', 'information_schema') AND n.nspname !~ '^pg_'
        ), reached (is_function, oid) AS (
            SELECT true, f.oid FROM pg_catalog.pg_proc AS f
            WHERE f.proname = 'waypost_trial' AND f.pronamespace = pg_catalog.pg_my_temp_schema()
            UNION
            SELECT e.is_function, e.oid
            FROM reached AS r CROSS JOIN LATERAL (
                SELECT true AS is_function, g.oid
                FROM written AS f JOIN written AS g ON strpos(f.source, g.name) > 0
                    AND f.source ~ (
                        '(^|[^[:alnum:]_])' || \(quoted("g.name")) || '"?[[:space:]]*[(]')
                WHERE r.is_function AND f.oid = r.oid AND g.oid <> f.oid
                UNION ALL
                SELECT false, t.oid
                FROM written AS f JOIN named AS t ON strpos(f.source, t.name) > 0
                    AND \(mentionsTable("f.source", "t"))
                WHERE r.is_function AND f.oid = r.oid
                UNION ALL
                SELECT d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass, d.refobjid
                FROM pg_catalog.pg_rewrite AS w JOIN pg_catalog.pg_depend AS d
                    ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = w.oid
                WHERE NOT r.is_function AND w.ev_class = r.oid AND d.refobjid <> r.oid
                    AND d.refclassid IN ('pg_catalog.pg_proc'::pg_catalog.regclass,
                        'pg_catalog.pg_class'::pg_catalog.regclass)
                UNION ALL
                SELECT d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass, d.refobjid
                FROM pg_catalog.pg_policy AS p
                    JOIN pg_catalog.pg_class AS c ON c.oid = p.polrelid AND c.relrowsecurity
                    JOIN pg_catalog.pg_depend AS d
                    ON d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass AND d.objid = p.oid
                WHERE NOT r.is_function AND p.polrelid = r.oid AND p.polcmd IN ('*', 'r')
                    AND d.refobjid <> r.oid
                    AND d.refclassid IN ('pg_catalog.pg_proc'::pg_catalog.regclass,
                        'pg_catalog.pg_class'::pg_catalog.regclass)
            ) AS e
        )
        SELECT r.oid::bigint, n.nspname, f.proname,
            CASE WHEN f.provolatile = 'v' THEN 'volatile' WHEN f.provolatile = 'i' AND (
                w.source ~ '(current_|session_user|now[(]|random|auth[.]|realtime[.])'
                OR EXISTS (
                    SELECT FROM named AS t
                    WHERE strpos(w.source, t.name) > 0 AND \(mentionsTable("w.source", "t")))
            ) THEN 'immutable' END
        FROM reached AS r JOIN pg_catalog.pg_proc AS f ON r.is_function AND f.oid = r.oid
            JOIN written AS w ON w.oid = f.oid
            JOIN pg_catalog.pg_namespace AS n ON n.oid = f.pronamespace
        WHERE f.proname <> 'waypost_trial'
        UNION ALL
        SELECT c.oid::bigint, n.nspname, c.relname, 'table'
        FROM reached AS r JOIN pg_catalog.pg_class AS c ON NOT r.is_function AND c.oid = r.oid
            JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'f') AND n.nspname <> 'realtime' AND n.nspname !~ '^pg_'
        ORDER BY 2, 3
        """

    /// Whether a source reads a table: its name follows FROM or JOIN, or its schema's name.
    private static func mentionsTable(_ source: String, _ table: String) -> String {
        """
        \(source) ~ (
            '((^|[^[:alnum:]_])(from|join)[[:space:]]+(only[[:space:]]+)?|'
            || \(quoted("\(table).schema")) || '"?[[:space:]]*[.][[:space:]]*)"?'
            || \(quoted("\(table).name")) || '($|[^[:alnum:]_.])')
        """
    }

    /// A name within a regular expression, as SQL: every sign of it stands for itself.
    private static func quoted(_ name: String) -> String {
        #"pg_catalog.regexp_replace(\#(name), '([^[:alnum:]_])', '\\\1', 'g')"#
    }
}

internal import Topics

extension RowCatalog {
    /// Takes the roles as `$1`, and as `$2` the kind of membership that acting as a role takes.
    static let rolesQuery = """
        SELECT pg_has_role(session_user, g.oid, $2)
        FROM unnest($1::text[]) WITH ORDINALITY AS r(name, place)
        LEFT JOIN pg_roles AS g ON g.rolname::text = r.name
        ORDER BY r.place
        """

    /// Takes the roles as `$1` and the tables as `$2`.
    static let rightsQuery = """
        SELECT t.oid, s.nspname, t.relname,
            coalesce(has_schema_privilege(g.oid, s.oid, 'USAGE'), false),
            \(RuleSQL.obeysPolicies(role: "g", table: "t"))
        FROM pg_class AS t JOIN pg_namespace AS s ON s.oid = t.relnamespace
        CROSS JOIN unnest($1::text[]) WITH ORDINALITY AS r(name, place)
        LEFT JOIN pg_roles AS g ON g.rolname::text = r.name
        WHERE t.oid = ANY ($2::oid[]) AND t.relkind IN ('r', 'p')
        ORDER BY t.oid, r.place
        """

    /// The types that columns have, with those that domains are over.
    private static let typesSQL = """
        WITH RECURSIVE typed AS (
            SELECT DISTINCT a.atttypid AS oid, a.atttypid AS underlying
            FROM pg_attribute AS a
            WHERE a.attrelid = ANY ($TABLES::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
            UNION
            SELECT d.oid, t.typbasetype
            FROM typed AS d JOIN pg_type AS t ON t.oid = d.underlying
            WHERE t.typtype = 'd'),
        types AS (
            SELECT d.oid, d.underlying
            FROM typed AS d JOIN pg_type AS t ON t.oid = d.underlying WHERE t.typtype <> 'd')
        """

    /// Takes the roles as `$1` and the tables as `$2`.
    static let columnsQuery = """
        \(typesSQL.replacing("$TABLES", with: "$2"))
        SELECT a.attrelid, a.attname, s.nspname, t.typname, format_type(t.oid, NULL),
            u.underlying, format_type(u.underlying, NULL), t.typtype = 'd',
            cs.nspname, CASE WHEN c.collname <> 'default' THEN c.collname END,
            EXISTS (
                SELECT FROM pg_index AS i
                WHERE i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY (i.indkey)),
            (SELECT string_agg(r.place::text, ' ')
                FROM unnest($1::text[]) WITH ORDINALITY AS r(name, place)
                JOIN pg_roles AS g ON g.rolname::text = r.name
                WHERE has_column_privilege(g.oid, a.attrelid, a.attnum, 'SELECT'))
        FROM pg_attribute AS a
        JOIN types AS u ON u.oid = a.atttypid
        JOIN pg_type AS t ON t.oid = a.atttypid
        JOIN pg_namespace AS s ON s.oid = t.typnamespace
        LEFT JOIN pg_collation AS c ON c.oid = a.attcollation
        LEFT JOIN pg_namespace AS cs ON cs.oid = c.collnamespace
        WHERE a.attrelid = ANY ($2::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
        ORDER BY a.attrelid, a.attnum
        """

    /// Takes the tables as `$1`.
    static let operatorsQuery = """
        \(typesSQL.replacing("$TABLES", with: "$1"))
        SELECT DISTINCT o.oprleft, o.oprname, s.nspname
        FROM pg_operator AS o JOIN pg_namespace AS s ON s.oid = o.oprnamespace
        WHERE o.oprleft IN (SELECT underlying FROM types) AND s.nspname <> 'pg_catalog'
            AND o.oprname IN ('=', '<>', '<', '<=', '>', '>=', '~~', '~~*', '~', '~*')
            AND o.oprright IN (o.oprleft, 'text'::regtype) AND o.oprresult = 'bool'::regtype
        ORDER BY o.oprleft, o.oprname, s.nspname
        """

    /// Takes the roles as `$1` and the tables as `$2`.
    ///
    /// In the stored form of an expression, attribute 0 is the row as a whole and a negative one is
    /// a system column; of whichever table, which at worst withholds.
    static let policiesQuery = """
        SELECT p.polrelid, p.oid, p.polname, p.polpermissive, pg_get_expr(p.polqual, p.polrelid),
            (SELECT string_agg(r.place::text, ' ')
                FROM unnest($1::text[]) WITH ORDINALITY AS r(name, place)
                JOIN pg_roles AS g ON g.rolname::text = r.name
                WHERE \(RuleSQL.applies(policy: "p", toRole: "g.oid"))),
            p.polqual::text LIKE '%:varattno 0 %',
            p.polqual::text LIKE '%:varattno -%'
        FROM pg_policy AS p
        WHERE p.polrelid = ANY ($2::oid[]) AND p.polcmd IN ('*', 'r')
        ORDER BY p.polrelid, p.polname DESC
        """

    /// Takes the tables as `$1`.
    ///
    /// What a policy depends on is noted for both of its expressions; the stored form of the first
    /// says which numbers it can mean.
    static let policyColumnsQuery = """
        SELECT DISTINCT p.oid, a.attname
        FROM pg_policy AS p
        JOIN pg_depend AS u ON u.classid = 'pg_policy'::regclass AND u.objid = p.oid
            AND u.refclassid = 'pg_class'::regclass AND u.refobjid = p.polrelid
        JOIN pg_attribute AS a ON a.attrelid = p.polrelid AND a.attnum = u.refobjsubid
        WHERE p.polrelid = ANY ($1::oid[]) AND a.attnum > 0
            AND (p.polwithcheck IS NULL OR p.polqual::text LIKE '%:varattno ' || a.attnum || ' %')
        ORDER BY p.oid, a.attname
        """
}

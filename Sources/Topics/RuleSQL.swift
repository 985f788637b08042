/// The pieces of SQL that compiled policies consist of, whatever table they are of.
public enum RuleSQL {
    /// Becomes the caller, for the rest of the subtransaction, as a statement of PL/pgSQL.
    ///
    /// Settings come first, because the role may not be allowed to make them.
    ///
    /// - Parameters:
    ///   - role: The role, as an SQL expression.
    ///   - claims: The claims, as an SQL expression.
    ///   - headers: The headers, as an SQL expression.
    ///   - topic: The topic, as an SQL expression. Default none.
    /// - Returns: One statement with its semicolon. It raises when the claims are no JSON.
    public static func assuming(
        role: String,
        claims: String,
        headers: String,
        topic: String? = nil
    ) -> String {
        let topicSetting = topic.map { "set_config('realtime.topic', \($0), true),\n" } ?? ""
        return """
            PERFORM \(topicSetting)set_config('request.jwt.claims', \(claims), true),
                set_config('request.jwt.claim.sub', coalesce(\(claims)::json ->> 'sub', ''), true),
                set_config('request.jwt.claim.role', \(role), true),
                set_config('request.headers', \(headers), true),
                set_config('role', \(role), true);
            """
    }

    /// Rolls the subtransaction back, as a statement of PL/pgSQL; variables keep what they have.
    ///
    /// Whatever a rule left behind, such as a setting in which it remembers the caller, is gone.
    public static let undoing = "RAISE SQLSTATE 'WPEND';"

    /// Puts policies together as PostgreSQL does.
    ///
    /// - Parameters:
    ///   - restrictive: Expressions that must all hold.
    ///   - permissive: Expressions of which one must hold; at least one.
    /// - Returns: One expression.
    public static func combined(restrictive: [String], permissive: [String]) -> String {
        let one = permissive.map { "(\($0))" }.joined(separator: " OR ")
        return (restrictive.map { "(\($0))" } + ["(\(one))"]).joined(separator: " AND ")
    }

    /// Whether policies apply to a role: not to who bypasses them or owns the table, not when they
    /// are off.
    ///
    /// - Parameters:
    ///   - role: The alias of a row of `pg_roles`.
    ///   - table: The alias of a row of `pg_class`.
    /// - Returns: A condition.
    public static func obeysPolicies(role: String, table: String) -> String {
        """
        \(table).relrowsecurity AND NOT (\(role).rolsuper OR \(role).rolbypassrls)
            AND (\(table).relforcerowsecurity
                OR NOT pg_has_role(\(role).oid, \(table).relowner, 'USAGE'))
        """
    }

    /// Whether a policy is for a role: named, inherited, or everybody.
    ///
    /// - Parameters:
    ///   - policy: The alias of a row of `pg_policy`.
    ///   - role: The role's number, as an SQL expression.
    /// - Returns: A condition.
    public static func applies(policy: String, toRole role: String) -> String {
        """
        (0 = ANY (\(policy).polroles) OR EXISTS (
            SELECT FROM unnest(\(policy).polroles) AS to_role(oid)
            WHERE pg_has_role(\(role), to_role.oid, 'USAGE')))
        """
    }

    /// Whether somebody declared IMMUTABLE what depends on settings or on the moment.
    ///
    /// Follows the functions that rules use, by name through their sources: rather too much is
    /// found than too little, and costs only speed.
    public static let falseImmutableQuery = """
        WITH RECURSIVE written AS MATERIALIZED (
            SELECT f.oid, f.provolatile = 'i' AS is_immutable, lower(f.proname) AS name,
                lower(coalesce(pg_get_function_sqlbody(f.oid), f.prosrc)) AS source
            FROM pg_proc AS f JOIN pg_language AS l ON l.oid = f.prolang
            WHERE l.lanname NOT IN ('c', 'internal') AND f.prokind = 'f' AND f.oid >= 16384
                AND f.pronamespace <> pg_my_temp_schema()),
        reached AS (
            SELECT w.* FROM written AS w JOIN pg_depend AS u ON u.refobjid = w.oid
            WHERE u.refclassid = 'pg_proc'::regclass
                AND u.classid IN ('pg_policy'::regclass, 'pg_rewrite'::regclass)
            UNION
            SELECT w.* FROM reached AS r JOIN written AS w ON \(mentions("r.source", "w.name")))
        SELECT EXISTS (
            SELECT FROM reached AS f
            WHERE f.is_immutable AND (
                f.source ~ '(current_|session_user|now[(]|random|auth[.]|realtime[.])'
                OR EXISTS (
                    SELECT FROM reached AS g
                    WHERE NOT g.is_immutable AND \(mentions("f.source", "g.name")))))
        """

    /// Whether a source holds a name, as a word where the name is one: `uuid` is not `uid`.
    ///
    /// - Parameters:
    ///   - source: The source, as an SQL expression.
    ///   - name: The name, as an SQL expression, in the same case.
    /// - Returns: A condition.
    public static func mentions(_ source: String, _ name: String) -> String {
        #"""
        strpos(\#(source), \#(name)) > 0
        AND (\#(name) !~ '^\w+$' OR \#(source) ~ ('\m' || \#(name) || '\M'))
        """#
    }
}

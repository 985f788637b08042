internal import Postgres

/// What the catalog says beyond what the authorizer needs: why a role may not, in words.
enum ExplanationReading {
    /// Reads why privileges are missing and why policies do not apply.
    ///
    /// - Parameters:
    ///   - role: A role that exists.
    ///   - connection: The gateway's own login.
    /// - Returns: What is missing for reading and for writing, and why policies do not apply.
    /// - Throws: ``PostgresError``.
    static func rights(
        of role: String,
        from connection: PostgresConnection
    ) throws(PostgresError) -> (reading: [String], writing: [String], bypass: String?) {
        let rows = try connection.query(query, [role])
        guard rows.count == 1 else { return ([], [], nil) }
        let list: (Int) -> [String] = { column in
            (rows[0, column] ?? "").split(separator: "\n").map(String.init)
        }
        let schema = list(0)
        return (schema + list(1), schema + list(2), rows[0, 3])
    }

    private static let query = """
        SELECT
            CASE WHEN NOT has_schema_privilege(g.oid, t.relnamespace, 'USAGE')
                THEN 'USAGE on schema realtime' END,
            CASE WHEN NOT has_column_privilege(g.oid, t.oid, 'id', 'SELECT')
                THEN 'SELECT (id) on realtime.messages' END,
            concat_ws(E'\\n',
                CASE WHEN NOT has_column_privilege(g.oid, t.oid, 'topic', 'INSERT')
                    THEN 'INSERT (topic) on realtime.messages' END,
                CASE WHEN NOT has_column_privilege(g.oid, t.oid, 'extension', 'INSERT')
                    THEN 'INSERT (extension) on realtime.messages' END,
                (SELECT string_agg('USAGE on sequence ' || s.oid::regclass::text, E'\\n')
                FROM pg_attrdef AS d
                JOIN pg_depend AS u ON u.classid = 'pg_attrdef'::regclass AND u.objid = d.oid
                    AND u.refclassid = 'pg_class'::regclass
                JOIN pg_class AS s ON s.oid = u.refobjid
                WHERE d.adrelid = t.oid AND CASE WHEN s.relkind = 'S'
                    THEN NOT has_sequence_privilege(g.oid, s.oid, 'USAGE, UPDATE') END)),
            CASE
                WHEN NOT t.relrowsecurity
                    THEN 'row level security is off for realtime.messages'
                WHEN g.rolsuper THEN 'the role is a superuser'
                WHEN g.rolbypassrls THEN 'the role bypasses row level security'
                WHEN NOT t.relforcerowsecurity AND pg_has_role(g.oid, t.relowner, 'USAGE')
                    THEN 'the role owns realtime.messages'
            END
        FROM pg_roles AS g CROSS JOIN pg_class AS t
        WHERE g.rolname::text = $1 AND t.oid = to_regclass('realtime.messages')
        """
}

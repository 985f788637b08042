internal import Postgres
internal import Topics

extension PolicyCatalog {
    /// Reads the catalog in one round trip, or two where it has changed.
    ///
    /// - Parameters:
    ///   - connection: The gateway's own login.
    ///   - roleNames: The roles that may ask.
    ///   - previous: What was read before, if anything: looking through the sources of all
    ///     functions takes long, and is left out while these are the same. Default nothing.
    /// - Returns: Nil when there is no table `realtime.messages`.
    /// - Throws: ``PostgresError``.
    static func read(
        from connection: PostgresConnection,
        roleNames: [String],
        previous: PolicyCatalog? = nil
    ) throws(PostgresError) -> PolicyCatalog? {
        let roles = ArrayText.of(roleNames)
        // From version 16 on, a membership may be without the right to act as the role.
        let granted = connection.serverVersion >= 160_000 ? "SET" : "MEMBER"
        let answers = try connection.pipeline([
            .query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
            // Names that could mean something else elsewhere are then written out.
            .query("SET LOCAL search_path = ''"),
            .query(columnsQuery),
            .query(rolesQuery, [roles, granted]),
            .query(policiesQuery, [roles]),
            .query(surroundingsQuery, [roles]),
            .sync,
            .query("ROLLBACK"),
        ])
        let columns = try answers[2].get()
        guard columns.count > 0 else { return nil }
        let found = try answers[5].get()
        let surroundings = found[0, 1] ?? ""
        let hasFalseImmutable =
            if let previous, previous.surroundings == surroundings {
                previous.hasFalseImmutable
            } else {
                // Looks later than the rest did, so it misses nothing that the rest has seen.
                try connection.query(RuleSQL.falseImmutableQuery).boolean(0, 0) ?? true
            }
        return PolicyCatalog(
            columns: columnList(columns),
            roles: roleList(try answers[3].get()),
            policies: policyList(try answers[4].get()),
            hasFalseImmutable: hasFalseImmutable,
            hasReaderClass: found.boolean(0, 0) ?? false,
            surroundings: surroundings
        )
    }

    private static func columnList(_ rows: Rows) -> [MessageColumn] {
        (0..<rows.count).map { row in
            MessageColumn(
                name: rows[row, 0] ?? "",
                type: rows[row, 1] ?? "",
                defaultValue: rows[row, 2],
                drawsFromSequence: rows.boolean(row, 3) ?? false
            )
        }
    }

    private static func roleList(_ rows: Rows) -> [RoleRights] {
        (0..<rows.count).map { row in
            RoleRights(
                name: rows[row, 0] ?? "",
                isGranted: rows.boolean(row, 1),
                maySelect: rows.boolean(row, 2) ?? false,
                mayInsert: rows.boolean(row, 3) ?? false,
                obeysPolicies: rows.boolean(row, 4) ?? true
            )
        }
    }

    /// Gathers the rows of one policy, of which there is one for each role it applies to.
    private static func policyList(_ rows: Rows) -> [Policy] {
        var policies: [Policy] = []
        for row in 0..<rows.count {
            let name = rows[row, 0] ?? ""
            guard let command = Policy.Command(rawValue: rows[row, 1] ?? "") else { continue }
            var places = Set(rows.integer(row, 5).map { [Int($0) - 1] } ?? [])
            if let last = policies.last, last.name.utf8.elementsEqual(name.utf8) {
                places.formUnion(last.rolePlaces)
                policies.removeLast()
            }
            policies.append(
                Policy(
                    name: name,
                    command: command,
                    isPermissive: rows.boolean(row, 2) ?? false,
                    using: rows[row, 3],
                    check: rows[row, 4],
                    rolePlaces: places
                )
            )
        }
        return policies
    }

    private static let columnsQuery = """
        SELECT a.attname, format_type(a.atttypid, a.atttypmod),
            CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END,
            a.attidentity <> '' OR EXISTS (
                SELECT FROM pg_depend AS u JOIN pg_class AS s ON s.oid = u.refobjid
                WHERE u.classid = 'pg_attrdef'::regclass AND u.objid = d.oid
                    AND u.refclassid = 'pg_class'::regclass AND s.relkind = 'S')
        FROM pg_attribute AS a
        LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attrelid = \(table) AND a.attnum > 0 AND NOT a.attisdropped
        ORDER BY a.attnum
        """

    /// Takes the roles as `$1`, and as `$2` the kind of membership that acting as a role takes.
    private static let rolesQuery = """
        SELECT r.name, pg_has_role(session_user, g.oid, $2),
            p.has_schema AND has_column_privilege(g.oid, t.oid, 'id', 'SELECT'),
            p.has_schema AND has_column_privilege(g.oid, t.oid, 'topic', 'INSERT')
                AND has_column_privilege(g.oid, t.oid, 'extension', 'INSERT')
                AND NOT EXISTS (
                    SELECT FROM pg_attrdef AS d
                    JOIN pg_depend AS u ON u.classid = 'pg_attrdef'::regclass AND u.objid = d.oid
                        AND u.refclassid = 'pg_class'::regclass
                    JOIN pg_class AS s ON s.oid = u.refobjid
                    WHERE d.adrelid = t.oid AND CASE WHEN s.relkind = 'S'
                        THEN NOT has_sequence_privilege(g.oid, s.oid, 'USAGE, UPDATE') END),
            \(RuleSQL.obeysPolicies(role: "g", table: "t"))
        FROM unnest($1::text[]) WITH ORDINALITY AS r(name, place)
        CROSS JOIN pg_class AS t
        LEFT JOIN pg_roles AS g ON g.rolname::text = r.name
        CROSS JOIN LATERAL (
            SELECT has_schema_privilege(g.oid, t.relnamespace, 'USAGE') AS has_schema) AS p
        WHERE t.oid = \(table)
        ORDER BY r.place
        """

    /// Takes the roles as `$1`.
    ///
    /// A policy that applies to none of them has one row without a role.
    private static let policiesQuery = """
        SELECT p.polname, p.polcmd, p.polpermissive, pg_get_expr(p.polqual, p.polrelid),
            pg_get_expr(p.polwithcheck, p.polrelid), g.place
        FROM pg_policy AS p
        LEFT JOIN (
            SELECT r.place, g.oid
            FROM unnest($1::text[]) WITH ORDINALITY AS r(name, place)
            JOIN pg_roles AS g ON g.rolname::text = r.name) AS g
            ON \(RuleSQL.applies(policy: "p", toRole: "g.oid"))
        WHERE p.polrelid = \(table) AND p.polcmd IN ('*', 'r', 'a')
        ORDER BY p.polname DESC, g.place
        """

    /// Whether there are classes of readers, and a text for what rules may reach.
    ///
    /// The text differs when one of these does: functions that rules may call, which triggers' are
    /// not; views; policies, owners and rights of tables with row security; rights on schemas; what
    /// the roles, `$1`, are members of. Temporary things are others' business, and partitions come
    /// and go by themselves.
    private static let surroundingsQuery = """
        WITH RECURSIVE role(oid) AS (
            SELECT r.oid FROM pg_roles AS r WHERE r.rolname::text = ANY ($1::text[])
            UNION
            SELECT m.roleid FROM pg_auth_members AS m JOIN role AS r ON m.member = r.oid)
        SELECT EXISTS (
            SELECT FROM pg_proc AS f
            WHERE f.oid = to_regprocedure('\(RuleFunction.readerClass)')
                AND f.prorettype = 'text'::regtype AND NOT f.proretset),
        concat_ws(' ',
            (SELECT \(sum("f.oid, f.xmin")) FROM pg_proc AS f
                JOIN pg_namespace AS n ON n.oid = f.pronamespace
                WHERE f.oid >= 16384
                    AND f.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
                    AND n.nspname !~ '^pg_(toast_)?temp_'),
            (SELECT \(sum("p.oid, p.xmin")) FROM pg_policy AS p),
            (SELECT \(sum("v.oid, v.xmin")) FROM pg_rewrite AS v
                JOIN pg_class AS c ON c.oid = v.ev_class
                WHERE v.oid >= 16384 AND c.relpersistence <> 't'),
            (SELECT \(sum("c.oid, c.relowner, c.relforcerowsecurity, c.relacl")) FROM pg_class AS c
                WHERE c.relrowsecurity AND NOT c.relispartition AND c.relpersistence <> 't'),
            (SELECT \(sum("n.oid, n.nspowner, n.nspacl")) FROM pg_namespace AS n
                WHERE n.nspname !~ '^pg_(toast_)?temp_'),
            (SELECT \(sum("m.roleid, m.member, m.xmin")) FROM pg_auth_members AS m
                JOIN role AS r ON m.member = r.oid))
        """

    /// One text for many rows, whatever their order.
    private static func sum(_ values: String) -> String {
        "concat(count(*), ':', sum(hashtextextended(concat_ws(',', \(values)), 0)))"
    }

    private static let table = "to_regclass('realtime.messages')"
}

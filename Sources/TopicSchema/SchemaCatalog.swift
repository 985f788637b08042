internal import Postgres
internal import Topics
internal import Wire

/// What a database has of everything that topic files ask for.
struct SchemaCatalog {
    /// A function in schema `realtime`.
    struct Function {
        let name: String
        /// The name with its schema and parameters, quoted.
        let signature: String
        let source: String
        let answer: String
        let language: String
        let volatility: String
        let hasOddities: Bool
        let owner: String
        /// Who may call it beside its owner; nil stands for everybody.
        let callers: Set<String?>
        let note: SchemaNote?
    }

    /// A policy on `realtime.messages`.
    struct Policy {
        let name: String
        let command: String
        let isPermissive: Bool
        /// The roles; nil stands for everybody.
        let roles: Set<String?>
        let fingerprint: String
        let expression: String
        let note: SchemaNote?
    }

    /// The owner of schema `realtime`.
    let owner: String
    let functions: [Function]
    let policies: [Policy]
    let roles: [String: FoundRole]
    let tables: [TableName: FoundTable]
    let triggers: [FoundTriggers]
    let lookups: [FoundLookup]

    /// Reads everything under one snapshot, within the caller's transaction.
    ///
    /// - Returns: Nil where there is no schema `realtime`, or an old one.
    static func read(
        for contract: TopicContract,
        on connection: PostgresConnection
    ) throws(PostgresError) -> SchemaCatalog? {
        let facts = try connection.query(
            """
            SELECT (SELECT pg_catalog.pg_get_userbyid(nspowner) FROM pg_catalog.pg_namespace
                WHERE nspname = 'realtime'),
                pg_catalog.to_regclass('realtime.messages') IS NOT NULL
                    AND pg_catalog.to_regprocedure('realtime.topic()') IS NOT NULL
                    AND EXISTS (
                        SELECT FROM pg_catalog.pg_attribute
                        WHERE attrelid = pg_catalog.to_regclass('realtime.changes')
                            AND attname = 'concerns' AND NOT attisdropped
                    )
            """
        )
        guard let owner = facts[0, 0], facts.boolean(0, 1) == true else { return nil }
        let names = WantedFunction.all(of: contract).map(\.name)
        let roleNames = Set(contract.families.flatMap(\.members.roles)).sorted()
        let tables = contract.tables
        return SchemaCatalog(
            owner: owner,
            functions: functionList(try connection.query(functionsQuery, [ArrayText.of(names)])),
            policies: policyList(try connection.query(policiesQuery)),
            roles: FoundRole.byName(
                try connection.query(FoundRole.query, [ArrayText.of(roleNames)])
            ),
            tables: try FoundTable.read(tables, on: connection),
            triggers: FoundTriggers.list(try connection.query(FoundTriggers.query)),
            lookups: FoundLookup.list(try connection.query(FoundLookup.query))
        )
    }

    private static func functionList(_ rows: Rows) -> [Function] {
        (0..<rows.count).map { row in
            Function(
                name: rows[row, 0] ?? "",
                signature: rows[row, 1] ?? "",
                source: rows[row, 2] ?? "",
                answer: rows[row, 3] ?? "",
                language: rows[row, 4] ?? "",
                volatility: rows[row, 5] ?? "",
                hasOddities: rows.boolean(row, 6) ?? true,
                owner: rows[row, 7] ?? "",
                callers: names(rows.bytes(row, 8)),
                note: rows[row, 9].flatMap(SchemaNote.init(comment:))
            )
        }
    }

    private static func policyList(_ rows: Rows) -> [Policy] {
        (0..<rows.count).map { row in
            Policy(
                name: rows[row, 0] ?? "",
                command: rows[row, 1] ?? "",
                isPermissive: rows.boolean(row, 2) ?? false,
                roles: names(rows.bytes(row, 3)),
                fingerprint: rows[row, 4] ?? "",
                expression: rows[row, 5] ?? "",
                note: rows[row, 6].flatMap(SchemaNote.init(comment:))
            )
        }
    }

    /// Reads an array of names in JSON; an empty name stands for everybody.
    private static func names(_ bytes: [UInt8]?) -> Set<String?> {
        let list = bytes.flatMap { try? JSON(parsing: $0) }?.arrayValue ?? []
        return Set(list.map { $0.stringValue.flatMap { $0.isEmpty ? nil : $0 } })
    }

    /// Takes the names that files ask for as `$1`; those that have a note are read, too.
    private static let functionsQuery = """
        SELECT p.proname, p.oid::pg_catalog.regprocedure::text, p.prosrc,
            pg_catalog.format_type(p.prorettype, NULL), l.lanname, p.provolatile,
            p.prosecdef OR p.proisstrict OR p.proretset OR p.proconfig IS NOT NULL
                OR p.prokind <> 'f',
            pg_catalog.pg_get_userbyid(p.proowner),
            (
                SELECT coalesce(pg_catalog.jsonb_agg(coalesce(r.rolname, '')), '[]')
                FROM pg_catalog.aclexplode(
                        coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))
                    ) AS a
                    LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = a.grantee
                WHERE a.privilege_type = 'EXECUTE' AND a.grantee <> p.proowner
            )::text,
            pg_catalog.obj_description(p.oid, 'pg_proc')
        FROM pg_catalog.pg_proc AS p
            JOIN pg_catalog.pg_language AS l ON l.oid = p.prolang
        WHERE p.pronamespace = 'realtime'::pg_catalog.regnamespace
            AND (p.proname = ANY ($1::text[])
                OR pg_catalog.obj_description(p.oid, 'pg_proc') LIKE '{%"made by"%Waypost%')
        ORDER BY p.proname, p.oid
        """

    private static let policiesQuery = """
        SELECT p.polname, p.polcmd, p.polpermissive,
            (
                SELECT pg_catalog.jsonb_agg(coalesce(r.rolname, ''))
                FROM pg_catalog.unnest(p.polroles) AS one(oid)
                    LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = one.oid
            )::text,
            \(WantedPolicy.fingerprint(of: "p")),
            pg_catalog.concat_ws(' ', pg_catalog.pg_get_expr(p.polqual, p.polrelid),
                pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)),
            pg_catalog.obj_description(p.oid, 'pg_policy')
        FROM pg_catalog.pg_policy AS p
        WHERE p.polrelid = 'realtime.messages'::pg_catalog.regclass
        ORDER BY p.polname
        """
}

extension TopicContract {
    /// Every table that a file names: those that it carries, and those that its paths and rules
    /// lead through.
    var tables: Set<TableName> {
        var tables: Set<TableName> = []
        for family in families {
            for change in family.changes {
                tables.insert(change.table)
                for path in change.key { tables.formUnion(path.steps.map(\.table)) }
            }
            for dependency in family.members.dependencies {
                tables.insert(dependency.table)
                for path in dependency.key ?? [] { tables.formUnion(path.steps.map(\.table)) }
            }
        }
        return tables
    }
}

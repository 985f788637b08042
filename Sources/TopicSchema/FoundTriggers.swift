internal import Postgres
internal import Topics
internal import Wire

/// A trigger function by which a table writes to the outbox, and its triggers.
struct FoundTriggers {
    let table: TableName
    /// The function's name in schema `realtime`, not quoted.
    let name: String
    /// The function, with its schema and parentheses, quoted.
    let function: String
    /// The names of the triggers that fire.
    let firing: Set<String>
    /// The names of the triggers that are there but do not fire.
    let silent: Set<String>
    let source: String
    /// Tells one text of the function from another; nil where nobody noted it.
    let digest: String?
    /// Whether a topic or a membership is fed by it, not a publication alone.
    let feedsTopics: Bool

    /// Whether it is what a plan makes, and all of its triggers fire.
    func isCurrent(_ made: ChangeTriggerPlan.Made, in plan: ChangeTriggerPlan) -> Bool {
        table == plan.definition.table && name == made.function && digest == made.digest
            && firing == Set(made.triggers) && silent.isEmpty
            && plan.sql.utf8.contains(source.utf8)
    }

    static func list(_ rows: Rows) -> [FoundTriggers] {
        (0..<rows.count).compactMap { row in
            guard let schema = rows[row, 0], let name = rows[row, 1], let function = rows[row, 2]
            else { return nil }
            let note = rows[row, 5].flatMap { try? JSON(parsing: Array($0.utf8)) }
            let isOwn = note?["made by"]?.stringValue == "Waypost"
            return FoundTriggers(
                table: TableName(schema: schema, name),
                name: rows[row, 6] ?? "",
                function: function,
                firing: names(rows[row, 3]),
                silent: names(rows[row, 4]),
                source: rows[row, 7] ?? "",
                digest: isOwn ? note?["digest"]?.stringValue : nil,
                feedsTopics: isOwn
                    && (note?["topics"]?.boolValue == true || note?["concerns"] != nil)
            )
        }
    }

    private static func names(_ text: String?) -> Set<String> {
        Set((text ?? "").split(separator: " ").map(String.init))
    }

    static let query = """
        SELECT n.nspname, c.relname, f.oid::pg_catalog.regprocedure::text,
            pg_catalog.string_agg(t.tgname, ' ') FILTER (WHERE t.tgenabled IN ('O', 'A')),
            pg_catalog.string_agg(t.tgname, ' ') FILTER (WHERE t.tgenabled NOT IN ('O', 'A')),
            pg_catalog.obj_description(f.oid, 'pg_proc'), f.proname, f.prosrc
        FROM pg_catalog.pg_trigger AS t
            JOIN pg_catalog.pg_proc AS f ON f.oid = t.tgfoid
            JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
            JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE NOT t.tgisinternal
            AND f.pronamespace = 'realtime'::pg_catalog.regnamespace
            AND t.tgname ~ '^realtime_(changes|concerns)_(insert|update|delete|truncate)$'
        GROUP BY n.nspname, c.relname, f.oid
        ORDER BY n.nspname, c.relname, f.oid
        """
}

/// A function that follows a path for triggers.
struct FoundLookup {
    /// Its name in schema `realtime`, not quoted.
    let name: String
    /// The function with its schema and parameters, quoted.
    let signature: String
    let source: String

    static func list(_ rows: Rows) -> [FoundLookup] {
        (0..<rows.count).map { row in
            FoundLookup(
                name: rows[row, 0] ?? "",
                signature: rows[row, 1] ?? "",
                source: rows[row, 2] ?? ""
            )
        }
    }

    static let query = """
        SELECT p.proname, p.oid::pg_catalog.regprocedure::text, p.prosrc
        FROM pg_catalog.pg_proc AS p
        WHERE p.pronamespace = 'realtime'::pg_catalog.regnamespace AND p.prosecdef
            AND p.prokind = 'f' AND p.proretset AND p.proname ~ '^(route|concern)[0-9]+_'
        ORDER BY p.proname, p.oid
        """
}

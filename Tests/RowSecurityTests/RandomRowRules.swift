import TestSupport

/// Policies, privileges and switches of the toolbox's table, and changes of its rows, at random.
struct RandomRowRules {
    var generator: SeededGenerator

    /// SQL that takes every policy away and makes others.
    mutating func statements() -> [String] {
        let securing = pick(["ENABLE", "ENABLE", "ENABLE", "ENABLE", "ENABLE", "DISABLE"])
        var statements = [
            """
            DO $$ DECLARE p record; BEGIN
                FOR p IN SELECT polname FROM pg_policy WHERE polrelid = 'public.items'::regclass
                LOOP EXECUTE format('DROP POLICY %I ON public.items', p.polname); END LOOP;
            END $$
            """,
            "ALTER TABLE public.items \(securing) ROW LEVEL SECURITY",
            "ALTER TABLE public.items \(chance(3) ? "FORCE" : "NO FORCE") ROW LEVEL SECURITY",
            "REVOKE ALL ON public.items FROM PUBLIC, anon, authenticated, rows_group",
            "GRANT \(pick(Self.grants)) ON public.items TO anon, authenticated, rows_group",
        ]
        let names = ["a first", "b \"second\"", "c'third", "d_fourth", "é fifth"]
        for name in names.prefix(Int.random(in: 1...5, using: &generator)) {
            statements.append(policy(named: name))
        }
        return statements
    }

    /// A row's values as an INSERT gives them.
    mutating func values(id: Int) -> String {
        let columns = "id, owner, team, title, amount, tags, mood, is_open, code, flags, folded"
        let row = [
            "\(id)", pick(Self.owners), pick(["1", "2", "NULL"]), pick(Self.titles),
            pick(["12.50", "0", "-3", "NULL"]), pick(["'{a,b}'", "'{}'", "NULL"]),
            pick(["'sad'", "'glad'", "NULL"]), pick(["true", "false", "NULL"]),
            pick(["'ab'", "NULL"]), pick(["'{\"k\": 1}'", "NULL"]), pick(["'Straße'", "NULL"]),
        ].joined(separator: ", ")
        return "(\(columns)) VALUES (\(row))"
    }

    /// What an UPDATE sets.
    mutating func assignments() -> String {
        """
        owner = \(pick(Self.owners)), team = \(pick(["1", "2", "NULL"])), \
        title = \(pick(Self.titles)), is_open = \(pick(["true", "false", "NULL"]))
        """
    }

    private mutating func policy(named name: String) -> String {
        let quoted = name.replacing("\"", with: "\"\"")
        let kind = chance(4) ? "RESTRICTIVE" : "PERMISSIVE"
        let command = pick(["SELECT", "SELECT", "ALL", "ALL", "INSERT", "UPDATE", "DELETE"])
        let head =
            "CREATE POLICY \"\(quoted)\" ON public.items AS \(kind) FOR \(command) "
            + "TO \(pick(Self.roles))"
        return command == "INSERT"
            ? "\(head) WITH CHECK (\(condition(depth: 2)))"
            : "\(head) USING (\(condition(depth: 2)))"
    }

    private mutating func condition(depth: Int) -> String {
        guard depth > 0, !chance(3) else { return pick(Self.atoms) }
        let left = condition(depth: depth - 1)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: return "NOT (\(left))"
        case 1, 2: return "(\(left)) AND (\(condition(depth: depth - 1)))"
        default: return "(\(left)) OR (\(condition(depth: depth - 1)))"
        }
    }

    mutating func chance(_ oneIn: Int) -> Bool {
        Int.random(in: 0..<oneIn, using: &generator) == 0
    }

    private mutating func pick(_ texts: [String]) -> String {
        texts[Int.random(in: 0..<texts.count, using: &generator)]
    }

    private static let owners = ["'\(People.first)'", "'\(People.second)'", "NULL"]

    private static let titles = ["'one'", "'O''Neill \\ \"q\" 👩‍👩‍👧'", "''", "'12'", "NULL"]

    private static let grants = [
        "SELECT", "SELECT", "SELECT", "SELECT (id)", "SELECT (id, owner)", "SELECT (owner)",
        "INSERT",
    ]

    private static let roles = [
        "PUBLIC", "authenticated", "anon", "rows_group", "anon, authenticated", "service_role",
        "rows_heir", "authenticated, rows_group", "rows_owner",
    ]

    private static let atoms = [
        "true", "false", "NULL::boolean", "owner = auth.uid()", "owner = (SELECT auth.uid())",
        "items.owner = auth.uid()", "owner IS NULL", "team = 1", "team > 1", "team IS NOT NULL",
        "title = 'one'", "title LIKE 'O%'", "title ~ '^[0-9]+$'", "title::integer > 3",
        "amount > 1", "amount = 12.5", "'a' = ANY (tags)", "cardinality(tags) = 0",
        "mood > 'sad'", "level = 1", "is_open", "NOT is_open", "is_open IS UNKNOWN",
        "code = 'ab'", "length(code) = 2", "flags ->> 'k' = '1'", "flags IS NULL",
        "folded = 'STRASSE'", "folded = 'straße'",
        "(SELECT auth.uid()) = '\(People.first)'", "auth.uid() IS NOT NULL",
        "auth.role() = 'authenticated'", "(auth.jwt() ->> 'plan') = 'gold'",
        "current_setting('request.headers', true)::json ->> 'x-door' = 'open'",
        """
        EXISTS (SELECT FROM public.members m
            WHERE m.user_id = (SELECT auth.uid()) AND m.team = items.team)
        """,
        "EXISTS (SELECT FROM public.members m WHERE m.team = items.team)",
        "EXISTS (SELECT FROM public.members items WHERE items.team = 2)",
        "team IN (SELECT m.team FROM public.members m WHERE user_id = owner)",
        "(SELECT count(*) FROM public.members) > 1", "EXISTS (SELECT FROM public.locked)",
        "EXISTS (SELECT FROM public.items i WHERE i.team = items.team AND i.id <> items.id)",
        "public.sees_item(id)", "public.sees_item(items.id)",
        "public.raises('22023')", "public.raises('P0004')", "public.raises_for(id)",
        "CASE WHEN team = 1 THEN public.raises('42P01') ELSE true END",
        "public.is_mine(items)", "items IS NOT NULL", "(items.*)::text LIKE '%one%'",
        "EXISTS (SELECT FROM public.members m WHERE m.item = (items).id)",
        "current_user = 'authenticated'", "pg_has_role('rows_group', 'USAGE')",
        "public.remembered_id() = '\(People.first)'", "length(title) / 0 = 1",
    ]
}

import TestSupport

/// Policies, privileges and switches of `realtime.messages`, drawn at random.
struct RandomRules {
    var generator: SeededGenerator

    /// Whether conditions use helpers of somebody's own, and roles of several generations.
    var isForeign = false

    /// SQL that takes every policy away and makes others.
    mutating func statements() -> [String] {
        var statements = [
            """
            DO $$ DECLARE p record; BEGIN
                FOR p IN SELECT polname FROM pg_policy
                    WHERE polrelid = 'realtime.messages'::regclass
                LOOP EXECUTE format('DROP POLICY %I ON realtime.messages', p.polname); END LOOP;
            END $$
            """,
            "ALTER TABLE realtime.messages \(chance(15) ? "DISABLE" : "ENABLE") ROW LEVEL SECURITY",
            "REVOKE ALL ON realtime.messages FROM anon, authenticated, rules_group, rules_grand",
            "GRANT \(pick(Self.grants)) ON realtime.messages TO anon, authenticated, rules_group",
        ]
        if isForeign {
            statements.append("REVOKE ALL ON realtime.messages FROM rules_grandchild")
            statements.append("GRANT \(pick(Self.grants)) ON realtime.messages TO rules_grand")
        }
        let names = ["a first", "b \"second\"", "c'third", "d_fourth", "é fifth"]
        for name in names.prefix(Int.random(in: 1...5, using: &generator)) {
            statements.append(policy(named: name))
        }
        return statements
    }

    private mutating func policy(named name: String) -> String {
        let quoted = name.replacing("\"", with: "\"\"")
        let kind = chance(4) ? "RESTRICTIVE" : "PERMISSIVE"
        let roles = pick(isForeign ? Self.roles + OwnRules.roles : Self.roles)
        let head = "CREATE POLICY \"\(quoted)\" ON realtime.messages AS \(kind)"
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: return "\(head) FOR SELECT TO \(roles) USING (\(condition(depth: 2)))"
        case 1: return "\(head) FOR INSERT TO \(roles) WITH CHECK (\(condition(depth: 2)))"
        case 2: return "\(head) FOR ALL TO \(roles) USING (\(condition(depth: 2)))"
        default:
            let using = condition(depth: 2)
            let check = condition(depth: 2)
            return "\(head) FOR ALL TO \(roles) USING (\(using)) WITH CHECK (\(check))"
        }
    }

    private mutating func condition(depth: Int) -> String {
        guard depth > 0, !chance(3) else {
            return pick(isForeign && !chance(4) ? OwnRules.conditions : Self.atoms)
        }
        let left = condition(depth: depth - 1)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: return "NOT (\(left))"
        case 1, 2: return "(\(left)) AND (\(condition(depth: depth - 1)))"
        default: return "(\(left)) OR (\(condition(depth: depth - 1)))"
        }
    }

    private mutating func chance(_ oneIn: Int) -> Bool {
        Int.random(in: 0..<oneIn, using: &generator) == 0
    }

    private mutating func pick(_ texts: [String]) -> String {
        texts[Int.random(in: 0..<texts.count, using: &generator)]
    }

    private static let grants = [
        "SELECT, INSERT", "SELECT, INSERT", "SELECT, INSERT", "SELECT, INSERT (topic, extension)",
        "SELECT (id), INSERT", "SELECT (topic), INSERT", "SELECT, INSERT (topic)", "SELECT",
        "INSERT",
    ]

    private static let roles = [
        "PUBLIC", "authenticated", "anon", "rules_group", "anon, authenticated", "service_role",
        "rules_heir", "authenticated, rules_group",
    ]

    /// None has a raising call where the planner would estimate with it, or none but in one of two
    /// plans that it chooses from by the table's size (an EXISTS that compares the row's columns
    /// by `=` may be hashed whole): what is reached then depends on the plan, also for the probe.
    private static let atoms = [
        "true", "false", "NULL::boolean",
        "extension = 'broadcast'", "extension = 'presence'", "messages.extension IN ('presence')",
        "realtime.topic() = 'trip:1'", "realtime.topic() LIKE 'trip:%'", "topic = 'user:2'",
        "topic = realtime.topic()", "split_part(realtime.topic(), ':', 2)::bigint < 2",
        "extension::bigint = 1 OR true", "topic = 'trip:1' OR topic::bigint = 1",
        """
        split_part(topic, ':', 2)::bigint IN (
            SELECT id FROM public.things WHERE owner = (SELECT auth.uid()))
        """,
        "(SELECT auth.uid()) = '00000000-0000-4000-8000-000000000001'", "auth.uid() IS NOT NULL",
        "auth.role() = 'authenticated'", "(auth.jwt() ->> 'plan') = 'gold'",
        "current_setting('request.headers', true)::json ->> 'x-door' = 'open'",
        """
        EXISTS (SELECT FROM public.members m
            WHERE m.user_id = (SELECT auth.uid()) AND m.topic = realtime.topic())
        """,
        "EXISTS (SELECT FROM public.members m WHERE m.topic = messages.topic AND m.can_write)",
        """
        EXISTS (SELECT FROM public.members messages WHERE messages.topic = realtime.topic()
            AND extension <> 'broadcast')
        """,
        "(SELECT count(*) FROM public.members) > 1", "EXISTS (SELECT FROM public.locked)",
        "public.raises('22023')", "public.raises('P0004')", "public.raises_for('trip:2')",
        "CASE WHEN extension = 'broadcast' THEN public.raises('42P01') ELSE true END",
        "public.is_broadcast(messages)", "messages IS NOT NULL", "(messages.*)::text LIKE '%pres%'",
        "EXISTS (SELECT FROM public.things t WHERE t.topic = (messages).topic)",
        "private", "NOT private", "event IS NULL", "payload IS NOT NULL", "id IS NOT NULL",
        "inserted_at <= now() AT TIME ZONE 'utc'", "seq > 0", "xid IS NOT NULL",
        "current_user = 'authenticated'", "pg_has_role('rules_group', 'USAGE')",
        "public.remembered_id() = '00000000-0000-4000-8000-000000000001'",
        "realtime.topic() ~ '^trip:[0-9]+$'", "length(realtime.topic()) / 0 = 1",
    ]
}

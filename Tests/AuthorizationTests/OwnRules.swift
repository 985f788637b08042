/// Helpers, roles and conditions as other people's migrations have them.
enum OwnRules {
    /// Conditions for policies, over the helpers of ``sql``.
    ///
    /// None compares a column with a STABLE call that raises: the planner would estimate with it.
    static let conditions = [
        "toolkit.is_own(realtime.topic())", "toolkit.is_own((SELECT realtime.topic()))",
        "toolkit.may_enter(topic)", #"toolkit.may_enter("name" => messages.topic, strict => true)"#,
        "(SELECT toolkit.may_enter(messages.topic))", "NOT toolkit.may_enter(topic)",
        "toolkit.number_of(topic) IS NOT NULL", "toolkit.number_of(topic) > 1",
        "toolkit.number_or_null(topic) = 1", "coalesce(toolkit.number_or_null(topic) = 2, false)",
        "toolkit.kind_of(topic) = 'trip'::toolkit.kind",
        "split_part(topic, ':', 1)::toolkit.kind = 'user'",
        "topic IN (SELECT toolkit.own_topics())",
        "topic = ANY (ARRAY(SELECT toolkit.own_topics()))",
        "EXISTS (SELECT FROM toolkit.passes p WHERE p.topic = messages.topic)",
        "EXISTS (SELECT FROM toolkit.open_passes p WHERE p.topic = realtime.topic())",
        "toolkit.mode() = 'set by the function'",
        "coalesce(current_setting('toolkit.mode', true), '') = ''",
        "current_setting('toolkit.missing') = 'x'", "toolkit.sets('y') = 'y'",
        "toolkit.who() = 'postgres'", "toolkit.who() = current_user::text",
        "toolkit.locked_away()", "extension = 'presence' OR toolkit.locked_away()",
        #""Tool Kit"."May ""see""?"(topic, 'it''s')"#, "toolkit.asserts(topic)",
        "toolkit.raises_at('trip:x')", "toolkit.raises_at('lobby') AND private",
        "toolkit.rolls('user:2')", "clock_timestamp() > now() - interval '1 hour'",
        "random() >= 0 AND private", "private AND extension = 'broadcast'",
        "CASE WHEN private THEN extension <> 'presence' ELSE true END",
        "(auth.jwt() -> 'app_metadata' ->> 'tier') IS DISTINCT FROM 'gold'",
        "(SELECT auth.jwt() ->> 'aal') = 'aal2'", "pg_has_role('rules_grand', 'MEMBER')",
        "(topic, extension) IN (('trip:1', 'broadcast'), ('user:2', 'presence'))",
        "topic BETWEEN 'trip:1' AND 'trip:2' AND extension LIKE 'b%'",
        "topic SIMILAR TO '(trip|user):[0-9]+'", #"topic COLLATE "C" < 'trip:2'"#,
    ]

    /// Who a policy may be for, beside the roles of the toolbox.
    static let roles = ["rules_grand", "rules_break", "rules_grand, anon", "rules_cut_off"]

    /// Roles of several generations, a schema of helpers, and what these look at.
    static let sql = """
        DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rules_grand') THEN
                CREATE ROLE rules_grand NOLOGIN;
                CREATE ROLE rules_break NOLOGIN NOINHERIT;
                CREATE ROLE rules_grandchild NOLOGIN;
                CREATE ROLE rules_cut_off NOLOGIN;
                GRANT rules_grand TO rules_group, rules_break;
                GRANT rules_heir TO rules_grandchild;
                GRANT rules_break TO rules_cut_off;
                GRANT rules_grandchild, rules_cut_off TO waypost;
            END IF;
        END $$;
        GRANT USAGE ON SCHEMA realtime, auth TO rules_grandchild, rules_cut_off, rules_grand;
        GRANT SELECT, INSERT ON realtime.messages TO rules_grandchild, rules_cut_off;
        GRANT USAGE ON SEQUENCE realtime.outbox_seq TO rules_grandchild, rules_cut_off, rules_grand;

        CREATE SCHEMA toolkit;
        CREATE SCHEMA "Tool Kit";
        GRANT USAGE ON SCHEMA toolkit, "Tool Kit" TO PUBLIC;
        CREATE TYPE toolkit.kind AS ENUM ('trip', 'user');
        CREATE TABLE toolkit.passes (owner uuid, topic text, is_open boolean);
        INSERT INTO toolkit.passes VALUES
            ('00000000-0000-4000-8000-000000000001', 'trip:1', true),
            ('00000000-0000-4000-8000-000000000002', 'user:2', false),
            (NULL, 'lobby', NULL);
        ALTER TABLE toolkit.passes ENABLE ROW LEVEL SECURITY;
        GRANT SELECT ON toolkit.passes TO authenticated, rules_grand;
        CREATE POLICY "own passes" ON toolkit.passes
            USING (owner = (SELECT auth.uid()) OR topic = 'lobby');
        CREATE VIEW toolkit.open_passes AS SELECT * FROM toolkit.passes WHERE is_open;
        GRANT SELECT ON toolkit.open_passes TO PUBLIC;

        -- Raises where the claim is no UUID.
        CREATE FUNCTION toolkit.person() RETURNS uuid LANGUAGE sql STABLE AS $$
            SELECT (nullif(current_setting('request.jwt.claims', true), '')::json ->> 'sub')::uuid
        $$;
        CREATE FUNCTION toolkit.is_own(name text) RETURNS boolean LANGUAGE sql STABLE
        SECURITY DEFINER SET search_path = '' AS $$
            SELECT EXISTS (SELECT FROM toolkit.passes AS p
                WHERE p.owner = toolkit.person() AND p.topic = name)
        $$;
        CREATE FUNCTION toolkit.may_enter(name text, strict boolean DEFAULT false)
        RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
        DECLARE answer boolean;
        BEGIN
            SELECT bool_or(p.is_open) INTO answer FROM toolkit.passes AS p WHERE p.topic = name;
            IF answer IS NULL AND strict THEN RETURN toolkit.is_own(name); END IF;
            RETURN answer;
        END $$;
        CREATE FUNCTION toolkit.number_of(name text) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$
        BEGIN RETURN split_part(name, ':', 2)::bigint; END $$;
        CREATE FUNCTION toolkit.number_or_null(name text) RETURNS bigint LANGUAGE plpgsql STABLE
        AS $$
        BEGIN RETURN toolkit.number_of(name);
        EXCEPTION WHEN invalid_text_representation THEN RETURN NULL;
        END $$;
        CREATE FUNCTION toolkit.kind_of(name text) RETURNS toolkit.kind LANGUAGE sql STABLE STRICT
        AS $$ SELECT k FROM unnest(enum_range(NULL::toolkit.kind)) AS k
            WHERE name LIKE k::text || ':%' $$;
        CREATE FUNCTION toolkit.own_topics() RETURNS SETOF text LANGUAGE sql STABLE AS $$
            SELECT topic FROM toolkit.passes WHERE owner = toolkit.person() $$;
        CREATE FUNCTION toolkit.mode() RETURNS text LANGUAGE sql STABLE
        SET toolkit.mode = 'set by the function' AS $$ SELECT current_setting('toolkit.mode') $$;
        CREATE FUNCTION toolkit.sets(value text) RETURNS text LANGUAGE sql VOLATILE AS $$
            SELECT set_config('toolkit.mode', value, false) $$;
        CREATE FUNCTION toolkit.who() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER AS $$
            SELECT current_user::text $$;
        CREATE FUNCTION toolkit.locked_away() RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true';
        REVOKE EXECUTE ON FUNCTION toolkit.locked_away() FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION toolkit.locked_away() TO anon, rules_grand;
        CREATE FUNCTION "Tool Kit"."May ""see""?"(name text, note text) RETURNS boolean
        LANGUAGE plpgsql STABLE AS $$
        BEGIN
            RETURN note = 'it''s' AND coalesce(toolkit.number_or_null(name) % 2 = 1, false);
        END $$;
        CREATE FUNCTION toolkit.asserts(name text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
        BEGIN ASSERT name <> 'trip:2', 'not here'; RETURN name LIKE '%:%'; END $$;
        CREATE FUNCTION toolkit.raises_at(name text) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
        BEGIN
            IF realtime.topic() = name THEN RAISE EXCEPTION 'at %', name; END IF;
            RETURN name LIKE 'trip:%';
        END $$;
        -- What is tried within is rolled back within.
        CREATE FUNCTION toolkit.rolls(name text) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
        BEGIN
            BEGIN
                PERFORM set_config('toolkit.rolled', 'yes', true);
                PERFORM toolkit.raises_at(name);
            EXCEPTION WHEN raise_exception THEN
                RETURN coalesce(current_setting('toolkit.rolled', true), '') = '';
            END;
            RETURN false;
        END $$;
        """
}

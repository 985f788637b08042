import Outbox
import Postgres
import TestSupport

/// What the databases of these tests hold.
enum RulesDatabase {
    /// The schema of the gateway and nobody's policies.
    static let schema = DatabaseTemplate("authorization_schema") { dsn in
        try migrate(dsn)
    }

    /// The demonstration's people, trips and policies.
    static let demonstration = DatabaseTemplate("authorization_demonstration") { dsn in
        try DemonstrationScripts.runWithTopics(on: try migrate(dsn))
    }

    /// The same people and trips, with policies as people write them.
    static let byHand = DatabaseTemplate("authorization_by_hand") { dsn in
        let connection = try migrate(dsn)
        try DemonstrationScripts.run(on: connection)
        for (name, command, function) in [
            ("read", "SELECT TO authenticated USING", "user_has_trip_access"),
            ("write", "INSERT TO authenticated WITH CHECK", "user_has_trip_edit_access"),
        ] {
            try connection.execute(
                """
                CREATE POLICY trip_topic_\(name) ON realtime.messages FOR \(command) (
                    extension IN ('broadcast', 'presence')
                    AND public.rt_topic_prefix() = 'trip'
                    AND public.\(function)(
                        public.rt_user_id(),
                        public.try_cast_bigint(public.rt_topic_suffix())))
                """
            )
        }
    }

    /// Tables, functions and roles that generated policies use.
    static let toolbox = DatabaseTemplate("authorization_toolbox") { dsn in
        let connection = try migrate(dsn)
        try connection.execute(toolboxSQL)
        try connection.execute(OwnRules.sql)
    }

    @discardableResult
    private static func migrate(_ dsn: String) throws -> PostgresConnection {
        let connection = try PostgresConnection(
            ConnectionString(dsn, applicationName: "waypost-test")
        )
        try Migrator(connection: connection).apply { _ in }
        return connection
    }

    /// The roles a token may ask for in the tests that use the toolbox.
    static let toolboxRoles = [
        "anon", "authenticated", "service_role", "rules_heir", "rules_member",
    ]

    /// Those, and roles that inherit over several generations, or would but for one.
    static let heirs = toolboxRoles + ["rules_grandchild", "rules_cut_off"]

    private static let toolboxSQL = """
        DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rules_group') THEN
                CREATE ROLE rules_group NOLOGIN;
                CREATE ROLE rules_heir NOLOGIN INHERIT;
                CREATE ROLE rules_member NOLOGIN NOINHERIT;
                GRANT rules_group TO rules_heir, rules_member;
                GRANT rules_group, rules_heir, rules_member TO waypost;
            END IF;
        END $$;
        GRANT USAGE ON SCHEMA realtime, auth TO rules_group, rules_heir, rules_member;
        GRANT SELECT, INSERT ON realtime.messages TO rules_group, rules_heir, rules_member;
        GRANT USAGE ON SEQUENCE realtime.outbox_seq TO rules_group, rules_heir, rules_member;

        CREATE TABLE public.things (id bigint PRIMARY KEY, owner uuid, topic text);
        INSERT INTO public.things VALUES
            (1, '00000000-0000-4000-8000-000000000001', 'trip:1'),
            (2, '00000000-0000-4000-8000-000000000002', 'trip:2');
        CREATE TABLE public.members (user_id uuid, topic text, can_write boolean);
        INSERT INTO public.members VALUES
            ('00000000-0000-4000-8000-000000000001', 'trip:1', true),
            ('00000000-0000-4000-8000-000000000002', 'trip:1', false),
            ('00000000-0000-4000-8000-000000000002', 'user:2', true);
        ALTER TABLE public.members ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own ON public.members TO authenticated, rules_group
            USING (user_id = (SELECT auth.uid()));
        CREATE TABLE public.locked (id bigint);
        GRANT SELECT ON public.things, public.members TO PUBLIC;

        CREATE FUNCTION public.raises(state text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
        BEGIN RAISE EXCEPTION USING ERRCODE = state, MESSAGE = 'no'; END $$;
        CREATE FUNCTION public.raises_for(name text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
        BEGIN
            IF realtime.topic() = name THEN RAISE EXCEPTION 'no'; END IF;
            RETURN true;
        END $$;
        CREATE FUNCTION public.is_broadcast(m realtime.messages) RETURNS boolean
        LANGUAGE sql STABLE AS $$ SELECT m.extension = 'broadcast' AND m.payload IS NULL $$;
        CREATE FUNCTION public.remembered_id() RETURNS text LANGUAGE plpgsql AS $$
        BEGIN
            IF coalesce(current_setting('app.remembered', true), '') = '' THEN
                PERFORM set_config('app.remembered', coalesce(auth.uid()::text, 'nobody'), false);
            END IF;
            RETURN current_setting('app.remembered');
        END $$;
        """
}

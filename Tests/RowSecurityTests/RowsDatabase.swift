import Changes
import Outbox
import Postgres
import TestSupport
import Topics
import Wire

/// What the databases of these tests hold.
enum RowsDatabase {
    /// The demonstration's people, trips and policies.
    static let demonstration = DatabaseTemplate("rows_demonstration") { dsn in
        try DemonstrationScripts.run(on: try migrate(dsn))
    }

    /// A table of many types, and what generated policies use.
    static let toolbox = DatabaseTemplate("rows_toolbox") { dsn in
        try migrate(dsn).execute(toolboxSQL)
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
    static let roles = [
        "anon", "authenticated", "service_role", "rows_heir", "rows_member", "rows_owner",
    ]

    private static let toolboxSQL = """
        DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rows_group') THEN
                CREATE ROLE rows_group NOLOGIN;
                CREATE ROLE rows_heir NOLOGIN INHERIT;
                CREATE ROLE rows_member NOLOGIN NOINHERIT;
                CREATE ROLE rows_owner NOLOGIN;
                CREATE ROLE rows_foreign NOLOGIN;
                GRANT rows_group TO rows_heir, rows_member;
                GRANT rows_group, rows_heir, rows_member, rows_owner TO waypost;
            END IF;
        END $$;
        GRANT USAGE ON SCHEMA auth TO rows_group, rows_heir, rows_member, rows_owner;
        GRANT USAGE, CREATE ON SCHEMA public TO rows_owner;
        CREATE SCHEMA far;

        CREATE TYPE public.mood AS ENUM ('sad', 'fine', 'glad');
        CREATE DOMAIN public.level AS integer NOT NULL CHECK (VALUE > 0);
        CREATE DOMAIN public.word AS text CHECK (VALUE <> '');
        CREATE COLLATION public.folding (provider = icu, locale = 'und-u-ks-level2',
            deterministic = false);

        CREATE TABLE public.items (
            id bigint PRIMARY KEY, owner uuid, team integer, title text, secret text,
            amount numeric(12, 2), happened timestamptz, flags jsonb, tags text[], mood public.mood,
            level public.level NOT NULL DEFAULT 1, word public.word, code char(4),
            name varchar(20), folded text COLLATE public.folding, is_open boolean, body bytea,
            day date, span int4range, plain json);
        ALTER TABLE public.items OWNER TO rows_owner;
        INSERT INTO public.items (id, owner, team, title) VALUES
            (1, '00000000-0000-4000-8000-000000000001', 1, 'one'),
            (2, '00000000-0000-4000-8000-000000000002', 2, 'two'),
            (3, NULL, NULL, NULL);
        CREATE TABLE public.members (user_id uuid, team integer, item bigint);
        INSERT INTO public.members VALUES
            ('00000000-0000-4000-8000-000000000001', 1, 1),
            ('00000000-0000-4000-8000-000000000002', 1, 2),
            ('00000000-0000-4000-8000-000000000002', 2, 3);
        ALTER TABLE public.members ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own ON public.members TO authenticated, rows_group
            USING (user_id = (SELECT auth.uid()));
        CREATE TABLE public.locked (id bigint);
        GRANT SELECT ON public.members TO PUBLIC;

        CREATE FUNCTION public.raises(state text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
        BEGIN RAISE EXCEPTION USING ERRCODE = state, MESSAGE = 'no'; END $$;
        CREATE FUNCTION public.raises_for(number bigint) RETURNS boolean
        LANGUAGE plpgsql STABLE AS $$
        BEGIN
            IF number = 2 THEN RAISE EXCEPTION 'no'; END IF;
            RETURN true;
        END $$;
        CREATE FUNCTION public.is_mine(item public.items) RETURNS boolean
        LANGUAGE sql STABLE AS $$ SELECT item.owner = auth.uid() AND item.team IS NOT NULL $$;
        CREATE FUNCTION public.sees_item(number bigint) RETURNS boolean
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
            SELECT EXISTS (SELECT FROM public.items i
                WHERE i.id = number AND (i.owner = auth.uid() OR i.team = 1)) $$;
        CREATE FUNCTION public.remembered_id() RETURNS text LANGUAGE plpgsql AS $$
        BEGIN
            IF coalesce(current_setting('app.remembered', true), '') = '' THEN
                PERFORM set_config('app.remembered', coalesce(auth.uid()::text, 'nobody'), false);
            END IF;
            RETURN current_setting('app.remembered');
        END $$;
        CREATE FUNCTION public.sleeps_for(wanted text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
        BEGIN
            IF auth.uid()::text = wanted THEN PERFORM pg_sleep(30); END IF;
            RETURN true;
        END $$;
        """
}

extension Caller {
    /// Somebody of a role, with claims as a token has them.
    init(role: String = "authenticated", sub: String? = nil, more: String = "") {
        let subject = sub.map { ", \"sub\": \"\($0)\"" } ?? ""
        self.init(role: role, claims: "{\"role\": \"\(role)\"\(subject)\(more)}")
    }
}

/// The people of the tests.
enum People {
    static let first = "00000000-0000-4000-8000-000000000001"
    static let second = "00000000-0000-4000-8000-000000000002"
    static let third = "00000000-0000-4000-8000-000000000003"

    /// As many as are asked for, beginning with these.
    static func many(_ count: Int) -> [String] {
        (1...count).map { number in
            "00000000-0000-4000-8000-" + String(String(1_000_000_000_000 + number).dropFirst())
        }
    }
}

extension SchemaMigrations {
    /// Makes the roles, what is missing of schema `auth`, and an empty schema `realtime`.
    ///
    /// Roles belong to the whole cluster and often to somebody else: what exists stays as it is.
    /// Two databases of one cluster may be migrated at once, hence the exceptions caught.
    static let rolesSQL = #"""
        DO $roles$
        DECLARE
            wanted record;
        BEGIN
            FOR wanted IN
                SELECT * FROM (VALUES
                    ('anon', 'NOLOGIN NOINHERIT'),
                    ('authenticated', 'NOLOGIN NOINHERIT'),
                    ('service_role', 'NOLOGIN NOINHERIT BYPASSRLS'),
                    ('waypost', 'LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT')
                ) AS role (name, attributes)
            LOOP
                BEGIN
                    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted.name) THEN
                        EXECUTE format('CREATE ROLE %I %s', wanted.name, wanted.attributes);
                    END IF;
                EXCEPTION WHEN duplicate_object OR unique_violation THEN
                    NULL;
                END;
            END LOOP;
            FOR wanted IN
                SELECT member, held FROM (VALUES
                    ('waypost', 'anon'), ('waypost', 'authenticated'), ('waypost', 'service_role'),
                    (current_user::text, 'waypost')
                ) AS membership (member, held)
            LOOP
                BEGIN
                    IF NOT pg_has_role(wanted.member, wanted.held, 'MEMBER') THEN
                        EXECUTE format('GRANT %I TO %I', wanted.held, wanted.member);
                    END IF;
                EXCEPTION WHEN unique_violation THEN
                    NULL;
                END;
            END LOOP;
        END
        $roles$;

        DO $auth$
        BEGIN
            IF to_regnamespace('auth') IS NULL THEN
                CREATE SCHEMA auth;
                GRANT USAGE ON SCHEMA auth TO anon, authenticated, service_role;
            END IF;
            IF to_regprocedure('auth.uid()') IS NULL THEN
                CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $uid$
                    SELECT coalesce(
                        nullif(current_setting('request.jwt.claim.sub', true), ''),
                        nullif(current_setting('request.jwt.claims', true), '')
                            ::pg_catalog.jsonb ->> 'sub'
                    )::pg_catalog.uuid
                $uid$;
            END IF;
            IF to_regprocedure('auth.role()') IS NULL THEN
                CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS $role$
                    SELECT coalesce(
                        nullif(current_setting('request.jwt.claim.role', true), ''),
                        nullif(current_setting('request.jwt.claims', true), '')
                            ::pg_catalog.jsonb ->> 'role'
                    )
                $role$;
            END IF;
            IF to_regprocedure('auth.jwt()') IS NULL THEN
                CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS $jwt$
                    SELECT coalesce(
                        nullif(current_setting('request.jwt.claim', true), ''),
                        nullif(current_setting('request.jwt.claims', true), '')
                    )::pg_catalog.jsonb
                $jwt$;
            END IF;
        END
        $auth$;

        CREATE SCHEMA realtime AUTHORIZATION waypost;
        COMMENT ON SCHEMA realtime IS 'The outbox of the realtime gateway Waypost.';
        GRANT USAGE ON SCHEMA realtime TO anon, authenticated, service_role;

        SET LOCAL ROLE waypost;
        CREATE TABLE realtime.schema_migrations (
            version integer PRIMARY KEY,
            name text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now()
        );
        COMMENT ON TABLE realtime.schema_migrations IS 'Which steps of this schema were applied.';
        """#
}

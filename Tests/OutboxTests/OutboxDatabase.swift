import Outbox
import Postgres
import TestSupport

extension DatabaseTemplate {
    /// A migrated database with a table that broadcasts its changes through `realtime.changes`.
    ///
    /// The trigger is what the generated ones amount to.
    static let outbox = DatabaseTemplate("outbox") { dsn in
        let connection = try PostgresConnection(ConnectionString(dsn, applicationName: "template"))
        _ = try Migrator(connection: connection).apply { _ in }
        try connection.execute(
            """
            CREATE TABLE public.trips (id bigint PRIMARY KEY, version bigint NOT NULL DEFAULT 0);
            INSERT INTO public.trips (id) SELECT generate_series(1, 50);
            CREATE FUNCTION realtime.trips_changed() RETURNS trigger
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
            BEGIN
                INSERT INTO realtime.changes
                    (table_schema, table_name, operation, key, old, new, topics)
                SELECT 'public', 'trips', 'UPDATE', jsonb_build_object('id', n.id),
                    to_jsonb(o), to_jsonb(n), ARRAY['trip:' || n.id]
                FROM n JOIN o ON o.id = n.id;
                PERFORM realtime.ring();
                RETURN NULL;
            END $$;
            ALTER FUNCTION realtime.trips_changed() OWNER TO waypost;
            CREATE TRIGGER changed AFTER UPDATE ON public.trips
                REFERENCING OLD TABLE AS o NEW TABLE AS n
                FOR EACH STATEMENT EXECUTE FUNCTION realtime.trips_changed();
            """
        )
    }
}

extension TestDatabase {
    /// Sends a public broadcast as superuser.
    func send(_ number: Int, over connection: PostgresConnection) throws(PostgresError) {
        _ = try connection.query(
            "SELECT realtime.send(jsonb_build_object('n', $1::int), 'number', 'trip:1', false)",
            ["\(number)"]
        )
    }
}

extension SchemaMigrations {
    /// Makes both tables of the outbox with their first partitions.
    ///
    /// They share one sequence, so that a window of both has one order. `xid` is the transaction's
    /// own number: a window is a question about transactions. The index on `seq` is there for
    /// windows of more than one page.
    static let tablesSQL = #"""
        SET LOCAL ROLE waypost;
        CREATE SEQUENCE realtime.outbox_seq AS bigint CACHE 1;

        CREATE TABLE realtime.messages (
            topic text NOT NULL,
            extension text NOT NULL,
            payload jsonb,
            event text,
            private boolean DEFAULT false,
            updated_at timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'utc'),
            inserted_at timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'utc'),
            id uuid NOT NULL DEFAULT gen_random_uuid(),
            binary_payload bytea,
            seq bigint NOT NULL DEFAULT nextval('realtime.outbox_seq'),
            xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
            PRIMARY KEY (id, inserted_at),
            CONSTRAINT messages_one_payload CHECK (payload IS NULL OR binary_payload IS NULL)
        ) PARTITION BY RANGE (inserted_at);
        CREATE INDEX messages_xid ON realtime.messages (xid);
        CREATE INDEX messages_seq ON realtime.messages (seq);
        CREATE INDEX messages_replay ON realtime.messages (topic, seq)
            WHERE private AND extension = 'broadcast';
        COMMENT ON TABLE realtime.messages IS
            'What realtime.send, realtime.send_binary and realtime.broadcast_changes wrote. '
            'Row level security policies here decide who may join, read and write a topic.';

        CREATE TABLE realtime.changes (
            seq bigint NOT NULL DEFAULT nextval('realtime.outbox_seq'),
            xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
            inserted_at timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'utc'),
            id uuid NOT NULL DEFAULT gen_random_uuid(),
            table_schema text NOT NULL,
            table_name text NOT NULL,
            operation text NOT NULL,
            key jsonb,
            old jsonb,
            new jsonb,
            topics text[] NOT NULL DEFAULT '{}',
            PRIMARY KEY (seq, inserted_at),
            CONSTRAINT changes_operation
                CHECK (operation IN ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'))
        ) PARTITION BY RANGE (inserted_at);
        CREATE INDEX changes_xid ON realtime.changes (xid);
        COMMENT ON TABLE realtime.changes IS
            'One row per change of a watched row, written by generated triggers. '
            'No end-user role may read it: the gateway decides who sees which change.';

        DO $partitions$
        DECLARE
            today date := (now() AT TIME ZONE 'utc')::date;
            parent text;
            partition record;
        BEGIN
            FOREACH parent IN ARRAY ARRAY['messages', 'changes'] LOOP
                EXECUTE format('ALTER TABLE realtime.%I ENABLE ROW LEVEL SECURITY', parent);
                FOR partition IN
                    SELECT parent || to_char(today + n, '_YYYY_MM_DD') AS name,
                        format('FROM (%L) TO (%L)', today + n, today + n + 1) AS bounds
                    FROM generate_series(-1, 14) AS n
                    UNION ALL
                    SELECT parent || '_later', format('FROM (%L) TO (MAXVALUE)', today + 15)
                LOOP
                    EXECUTE format(
                        'CREATE TABLE realtime.%I PARTITION OF realtime.%I FOR VALUES %s',
                        partition.name, parent, partition.bounds);
                    EXECUTE format('ALTER TABLE realtime.%I ENABLE ROW LEVEL SECURITY',
                        partition.name);
                END LOOP;
            END LOOP;
        END
        $partitions$;

        GRANT SELECT ON realtime.messages TO anon, authenticated, service_role;
        GRANT INSERT (topic, extension, payload, binary_payload, event, private, id)
            ON realtime.messages TO anon, authenticated, service_role;
        GRANT USAGE ON SEQUENCE realtime.outbox_seq TO anon, authenticated, service_role;
        """#
}

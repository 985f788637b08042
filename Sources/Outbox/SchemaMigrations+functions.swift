extension SchemaMigrations {
    /// Makes the doorbell and what senders call.
    ///
    /// The insert comes before the try-lock, always: a reader that let go of the lock waits for
    /// every transaction numbered by then, and a transaction has its number since its insert.
    static let functionsSQL = #"""
        SET LOCAL ROLE waypost;

        CREATE FUNCTION realtime.topic() RETURNS text
        LANGUAGE sql STABLE AS $body$
            SELECT nullif(current_setting('realtime.topic', true), '')
        $body$;
        COMMENT ON FUNCTION realtime.topic() IS
            'The topic that is being joined or sent to, for use in policies on realtime.messages.';

        CREATE FUNCTION realtime.ring() RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $body$
        BEGIN
            IF current_setting('waypost.doorbell', true) IS DISTINCT FROM 'off'
                AND pg_try_advisory_xact_lock_shared(33602696433857396)
            THEN
                PERFORM pg_notify('waypost_doorbell', '');
            END IF;
        END
        $body$;
        COMMENT ON FUNCTION realtime.ring() IS
            'Wakes a sleeping gateway at commit. SET waypost.doorbell = off leaves it to the '
            'safety poll; PREPARE TRANSACTION needs that.';
        REVOKE EXECUTE ON FUNCTION realtime.ring() FROM PUBLIC;

        CREATE FUNCTION realtime.ring_after_insert() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $body$
        BEGIN
            PERFORM realtime.ring();
            RETURN NULL;
        END
        $body$;
        REVOKE EXECUTE ON FUNCTION realtime.ring_after_insert() FROM PUBLIC;
        CREATE TRIGGER ring AFTER INSERT ON realtime.messages
            FOR EACH STATEMENT EXECUTE FUNCTION realtime.ring_after_insert();

        CREATE FUNCTION realtime.store(
            payload jsonb, binary_payload bytea, event text, topic text, private boolean
        ) RETURNS void
        LANGUAGE plpgsql SET search_path = '' AS $body$
        DECLARE
            id pg_catalog.uuid := gen_random_uuid();
        BEGIN
            IF event IS NULL OR topic IS NULL OR private IS NULL
                OR (payload IS NULL AND binary_payload IS NULL)
            THEN
                RAISE EXCEPTION USING
                    ERRCODE = 'null_value_not_allowed',
                    MESSAGE = 'payload, event, topic and private must not be null';
            END IF;
            IF NOT payload ? 'id' THEN
                payload := jsonb_set(payload, '{id}', to_jsonb(id));
            END IF;
            PERFORM set_config('realtime.topic', topic, true);
            INSERT INTO realtime.messages
                (id, extension, topic, event, private, payload, binary_payload)
            VALUES (id, 'broadcast', topic, event, private, payload, binary_payload);
        END
        $body$;
        COMMENT ON FUNCTION realtime.store(jsonb, bytea, text, text, boolean) IS
            'Writes one broadcast with the rights of the caller. Call realtime.send instead.';

        CREATE FUNCTION realtime.send(
            payload jsonb, event text, topic text, private boolean DEFAULT true
        ) RETURNS void
        LANGUAGE plpgsql SET search_path = '' AS $body$
        BEGIN
            IF current_setting('realtime.on_error', true) IS DISTINCT FROM 'warn' THEN
                PERFORM realtime.store(payload, NULL, event, topic, private);
                RETURN;
            END IF;
            BEGIN
                PERFORM realtime.store(payload, NULL, event, topic, private);
            EXCEPTION WHEN OTHERS THEN
                RAISE WARNING 'WarnSendingBroadcastMessage: %', SQLERRM;
            END;
        END
        $body$;
        COMMENT ON FUNCTION realtime.send(jsonb, text, text, boolean) IS
            'Broadcasts a JSON object to a topic when the transaction commits. An error is raised; '
            'SET realtime.on_error = warn makes it a warning.';

        CREATE FUNCTION realtime.send_binary(
            payload bytea, event text, topic text, private boolean DEFAULT true
        ) RETURNS void
        LANGUAGE plpgsql SET search_path = '' AS $body$
        BEGIN
            IF current_setting('realtime.on_error', true) IS DISTINCT FROM 'warn' THEN
                PERFORM realtime.store(NULL, payload, event, topic, private);
                RETURN;
            END IF;
            BEGIN
                PERFORM realtime.store(NULL, payload, event, topic, private);
            EXCEPTION WHEN OTHERS THEN
                RAISE WARNING 'WarnSendingBroadcastMessage: %', SQLERRM;
            END;
        END
        $body$;
        COMMENT ON FUNCTION realtime.send_binary(bytea, text, text, boolean) IS
            'Broadcasts bytes to a topic when the transaction commits; errors as realtime.send.';

        CREATE FUNCTION realtime.broadcast_changes(
            topic_name text, event_name text, operation text, table_name text, table_schema text,
            new record, old record, level text DEFAULT 'ROW'
        ) RETURNS void
        LANGUAGE plpgsql SET search_path = '' AS $body$
        BEGIN
            IF level = 'STATEMENT' THEN
                RAISE EXCEPTION 'Failed to process the row: the trigger must be FOR EACH ROW';
            END IF;
            IF operation IS NULL OR operation NOT IN ('INSERT', 'UPDATE', 'DELETE') THEN
                RAISE EXCEPTION 'Failed to process the row: unexpected operation %', operation;
            END IF;
            PERFORM realtime.send(
                jsonb_build_object(
                    'operation', operation,
                    'schema', table_schema,
                    'table', table_name,
                    'record', CASE WHEN operation <> 'DELETE' THEN to_jsonb(new) END,
                    'old_record', CASE WHEN operation <> 'INSERT' THEN to_jsonb(old) END),
                event_name,
                topic_name);
        END
        $body$;
        COMMENT ON FUNCTION realtime.broadcast_changes(
            text, text, text, text, text, record, record, text
        ) IS 'Broadcasts the change of a row to a private topic; for triggers FOR EACH ROW.';
        """#
}

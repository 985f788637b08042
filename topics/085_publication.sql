-- The tables that postgres_changes may serve, and of each the columns that may leave the database.

do $$
declare
    entry record;
begin
    if not exists (select from pg_catalog.pg_publication where pubname = 'supabase_realtime') then
        create publication supabase_realtime;
    end if;
    if (select puballtables from pg_catalog.pg_publication where pubname = 'supabase_realtime') then
        return;
    end if;
    for entry in
        select target::regclass as target, columns
        from (values
            ('public.trips', ''),
            ('public.trip_collaborators', ''),
            ('public.flights', ''),
            ('public.accommodations', ''),
            ('public.transportation', ''),
            ('public.itinerary_items', ''),
            ('public.bookings', ''),
            ('public.trip_notes', ''),
            ('public.saved_options', ''),
            ('public.chat_sessions', ''),
            ('public.chat_messages', ''),
            (
                'public.chat_tool_calls',
                '(id, message_id, tool_name, status, error_message, created_at, completed_at)'
            ),
            (
                'public.memories',
                '(id, user_id, memory_type, content, metadata, created_at, updated_at)'
            ),
            (
                'public.session_memories',
                '(id, session_id, user_id, memory_type, content, metadata, created_at)'
            ),
            (
                'public.file_attachments',
                '(id, user_id, trip_id, filename, mime_type, file_size, upload_status, '
                'virus_scan_status, created_at, updated_at)'
            ),
            ('public.notifications', '')
        ) as published (target, columns)
    loop
        if not exists (
            select
            from pg_catalog.pg_publication_rel r
                join pg_catalog.pg_publication p on p.oid = r.prpubid
            where p.pubname = 'supabase_realtime' and r.prrelid = entry.target
        ) then
            execute format(
                'alter publication supabase_realtime add table %s %s',
                entry.target,
                entry.columns
            );
        end if;
    end loop;
end $$;

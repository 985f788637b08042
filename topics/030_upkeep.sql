-- What the tables keep up by themselves.

create or replace function public.update_updated_at_column() returns trigger
language plpgsql set search_path = '' as $$
begin
    new.updated_at := now();
    return new;
end $$;

-- An UPDATE that changes nothing leaves the timestamp alone, and so stays no change.
do $$
declare
    target regclass;
begin
    foreach target in array array[
        'public.trips', 'public.flights', 'public.accommodations', 'public.transportation',
        'public.itinerary_items', 'public.bookings', 'public.trip_notes', 'public.chat_sessions',
        'public.memories', 'public.file_attachments', 'public.api_keys'
    ]::regclass[] loop
        execute format(
            'create or replace trigger update_updated_at before update on %s for each row '
            'when (old.* is distinct from new.*) '
            'execute function public.update_updated_at_column()',
            target
        );
    end loop;
end $$;

-- A new message is activity of its session. Whoever may write the message need not own the session.
create or replace function public.update_chat_session_activity() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    update public.chat_sessions
    set last_message_at = greatest(last_message_at, new.created_at)
    where id = new.session_id;
    return null;
end $$;

create or replace trigger update_chat_session_activity
    after insert on public.chat_messages
    for each row execute function public.update_chat_session_activity();

-- For services that LISTEN by themselves. A NOTIFY serialises commits: these three tables pay it
-- because those services were there first; the topics do not need it.
create or replace function public.notify_cache_invalidation() returns trigger
language plpgsql set search_path = '' as $$
begin
    perform pg_notify(
        'cache_invalidation',
        jsonb_build_object(
            'event_type', 'cache_invalidation',
            'table_name', tg_table_name,
            'record_id', case when tg_op = 'DELETE' then old.id else new.id end,
            'operation', tg_op,
            'timestamp', now()
        )::text
    );
    return null;
end $$;

create or replace trigger notify_cache_invalidation
    after insert or update or delete on public.trips
    for each row execute function public.notify_cache_invalidation();
create or replace trigger notify_cache_invalidation
    after insert or update or delete on public.flights
    for each row execute function public.notify_cache_invalidation();
create or replace trigger notify_cache_invalidation
    after insert or update or delete on public.accommodations
    for each row execute function public.notify_cache_invalidation();

-- The daily job: ends the sessions that had no message for 24 hours, and says how many.
create or replace function public.expire_chat_sessions() returns bigint
language sql set search_path = '' as $$
    with ended as (
        update public.chat_sessions
        set is_active = false, ended_at = now()
        where is_active and coalesce(last_message_at, created_at) < now() - interval '24 hours'
        returning 1
    )
    select count(*) from ended
$$;

revoke execute on function public.expire_chat_sessions() from public;
grant execute on function public.expire_chat_sessions() to service_role;

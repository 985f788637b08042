-- Who may read and write the rows themselves. The topics' own rules follow in a file of their own:
-- a session's topic is wider than its rows.

grant usage on schema public to anon, authenticated, service_role;

do $$
declare
    target regclass;
begin
    foreach target in array array[
        'public.trips', 'public.trip_collaborators', 'public.flights', 'public.accommodations',
        'public.transportation', 'public.itinerary_items', 'public.bookings', 'public.trip_notes',
        'public.saved_options', 'public.chat_sessions', 'public.chat_messages',
        'public.chat_tool_calls', 'public.memories', 'public.session_memories',
        'public.file_attachments', 'public.notifications', 'public.api_keys'
    ]::regclass[] loop
        execute format('alter table %s enable row level security', target);
        execute format('revoke all on %s from anon, authenticated', target);
        execute format('grant select, insert, update, delete on %s to service_role', target);
        execute format('drop policy if exists service_everything on %s', target);
        execute format(
            'create policy service_everything on %s for all to service_role '
            'using (true) with check (true)',
            target
        );
    end loop;
end $$;

-- Trips: the owner and the collaborators. Nobody gives a trip away by an UPDATE.
grant select, insert, delete on public.trips to authenticated;
grant update (
    name, start_date, end_date, destination, budget, travelers, status, trip_type, flexibility,
    notes, search_metadata
) on public.trips to authenticated;

-- The owner is tested beside the function: an INSERT ... RETURNING is not yet visible to it.
drop policy if exists read_trip on public.trips;
create policy read_trip on public.trips for select to authenticated
    using (user_id = public.rt_user_id() or public.user_has_trip_access(public.rt_user_id(), id));
drop policy if exists add_trip on public.trips;
create policy add_trip on public.trips for insert to authenticated
    with check (user_id = public.rt_user_id());
drop policy if exists edit_trip on public.trips;
create policy edit_trip on public.trips for update to authenticated
    using (public.user_has_trip_edit_access(public.rt_user_id(), id));
drop policy if exists remove_trip on public.trips;
create policy remove_trip on public.trips for delete to authenticated
    using (user_id = public.rt_user_id());

-- Collaborators: seen by all of the trip, managed by its owner; everybody may leave.
grant select, insert, delete on public.trip_collaborators to authenticated;
grant update (role) on public.trip_collaborators to authenticated;

drop policy if exists read_collaborators on public.trip_collaborators;
create policy read_collaborators on public.trip_collaborators for select to authenticated
    using (public.user_has_trip_access(public.rt_user_id(), trip_id));
drop policy if exists add_collaborators on public.trip_collaborators;
create policy add_collaborators on public.trip_collaborators for insert to authenticated
    with check (public.user_is_trip_owner(public.rt_user_id(), trip_id));
drop policy if exists edit_collaborators on public.trip_collaborators;
create policy edit_collaborators on public.trip_collaborators for update to authenticated
    using (public.user_is_trip_owner(public.rt_user_id(), trip_id));
drop policy if exists remove_collaborators on public.trip_collaborators;
create policy remove_collaborators on public.trip_collaborators for delete to authenticated
    using (
        user_id = public.rt_user_id()
        or public.user_is_trip_owner(public.rt_user_id(), trip_id)
    );

-- What belongs to a trip is read by whoever may read the trip, and written by whoever may edit it.
do $$
declare
    target regclass;
begin
    foreach target in array array[
        'public.flights', 'public.accommodations', 'public.transportation',
        'public.itinerary_items', 'public.bookings', 'public.trip_notes', 'public.saved_options'
    ]::regclass[] loop
        execute format('grant select, insert, update, delete on %s to authenticated', target);
        execute format('drop policy if exists read_with_trip on %s', target);
        execute format(
            'create policy read_with_trip on %s for select to authenticated '
            'using (public.user_has_trip_access(public.rt_user_id(), trip_id))',
            target
        );
        execute format('drop policy if exists write_with_trip on %s', target);
        execute format(
            'create policy write_with_trip on %s for all to authenticated '
            'using (public.user_has_trip_edit_access(public.rt_user_id(), trip_id)) '
            'with check (public.user_has_trip_edit_access(public.rt_user_id(), trip_id))',
            target
        );
    end loop;
end $$;

-- Rows of one person are that person's alone.
do $$
declare
    target regclass;
begin
    foreach target in array array[
        'public.chat_sessions', 'public.memories', 'public.session_memories',
        'public.file_attachments', 'public.notifications', 'public.api_keys'
    ]::regclass[] loop
        execute format('drop policy if exists own_rows on %s', target);
        execute format(
            'create policy own_rows on %s for all to authenticated '
            'using (user_id = public.rt_user_id()) with check (user_id = public.rt_user_id())',
            target
        );
    end loop;
end $$;

grant select, insert, update, delete on public.chat_sessions, public.memories,
    public.session_memories, public.file_attachments to authenticated;
grant select, delete on public.notifications to authenticated;
grant update (read_at) on public.notifications to authenticated;
grant select (id, user_id, service, last_used_at, created_at, updated_at), delete
    on public.api_keys to authenticated;

-- Messages and tool calls follow their session: its owner reads, its owner writes.
grant select, insert on public.chat_messages to authenticated;
grant select (id, message_id, tool_name, status, error_message, created_at, completed_at)
    on public.chat_tool_calls to authenticated;

drop policy if exists own_messages on public.chat_messages;
create policy own_messages on public.chat_messages for all to authenticated
    using (exists (
        select from public.chat_sessions s
        where s.id = session_id and s.user_id = public.rt_user_id()
    ))
    with check (exists (
        select from public.chat_sessions s
        where s.id = session_id and s.user_id = public.rt_user_id()
    ));
drop policy if exists own_tool_calls on public.chat_tool_calls;
create policy own_tool_calls on public.chat_tool_calls for select to authenticated
    using (exists (
        select from public.chat_messages m join public.chat_sessions s on s.id = m.session_id
        where m.id = message_id and s.user_id = public.rt_user_id()
    ));

-- A trip that somebody may read cannot be attached to by somebody who may not.
drop policy if exists attach_to_readable_trip on public.chat_sessions;
create policy attach_to_readable_trip on public.chat_sessions as restrictive for all
    to authenticated
    using (true)
    with check (
        trip_id is null or public.user_has_trip_access(public.rt_user_id(), trip_id)
    );
drop policy if exists attach_to_readable_trip on public.file_attachments;
create policy attach_to_readable_trip on public.file_attachments as restrictive for all
    to authenticated
    using (true)
    with check (
        trip_id is null or public.user_has_trip_edit_access(public.rt_user_id(), trip_id)
    );

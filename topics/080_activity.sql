-- `trip:activity`, for people to read: who came, who went, what was touched. Sent by the database,
-- so that no writer can forget it; SECURITY DEFINER, because not every writer may send on the
-- topic. Types are named with their schema: an empty search path still finds temporary types first.

create or replace function public.send_trip_activity() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
    trip_id bigint;
    kind pg_catalog.text;
    message pg_catalog.text;
begin
    if tg_table_name = 'trips' then
        trip_id := new.id;
        kind := 'trip_updated';
        message := 'The trip was updated';
    elsif tg_op = 'INSERT' then
        trip_id := new.trip_id;
        kind := 'collaborator_invited';
        message := format('A collaborator was invited as %s', new.role);
    elsif tg_op = 'UPDATE' then
        trip_id := new.trip_id;
        kind := 'collaborator_role_updated';
        message := format('A collaborator is now %s', new.role);
    else
        trip_id := old.trip_id;
        kind := 'collaborator_removed';
        message := 'A collaborator was removed';
        -- With the trip itself gone there is nobody left to tell.
        if not exists (select from public.trips t where t.id = old.trip_id) then
            return null;
        end if;
    end if;
    perform realtime.send(
        jsonb_build_object('kind', kind, 'message', message, 'at', now()),
        'trip:activity',
        'trip:' || trip_id,
        true
    );
    return null;
end $$;

create or replace trigger send_trip_activity
    after update on public.trips
    for each row when (old.* is distinct from new.*)
    execute function public.send_trip_activity();
create or replace trigger send_trip_activity
    after insert or delete on public.trip_collaborators
    for each row execute function public.send_trip_activity();
create or replace trigger send_trip_activity_of_role
    after update on public.trip_collaborators
    for each row when (old.role is distinct from new.role)
    execute function public.send_trip_activity();

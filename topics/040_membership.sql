-- Who belongs to what. Policies call these, so none of them ever raises: text that is no key is
-- NULL, and NULL belongs to nobody. Types are named with their schema: an empty search path still
-- finds temporary types first.

create or replace function public.try_cast_uuid(value text) returns uuid
language plpgsql immutable strict set search_path = '' as $$
begin
    return value::pg_catalog.uuid;
exception when others then
    return null;
end $$;

create or replace function public.try_cast_bigint(value text) returns bigint
language plpgsql immutable strict set search_path = '' as $$
begin
    return value::bigint;
exception when others then
    return null;
end $$;

-- What stands before the first colon of the topic that is asked about.
create or replace function public.rt_topic_prefix() returns text
language sql stable as $$
    select pg_catalog.split_part(realtime.topic(), ':', 1)
$$;

-- What stands between the first colon and the second.
create or replace function public.rt_topic_suffix() returns text
language sql stable as $$
    select pg_catalog.split_part(realtime.topic(), ':', 2)
$$;

-- The person that the token names; NULL where its subject is no UUID, at which auth.uid() raises.
create or replace function public.rt_user_id() returns uuid
language sql stable as $$
    select public.try_cast_uuid(
        nullif(pg_catalog.current_setting('request.jwt.claims', true), '')::pg_catalog.jsonb
            operator(pg_catalog.->>) 'sub'
    )
$$;

-- These are PL/pgSQL because it keeps their plans: PostgreSQL plans a function in SQL anew at each
-- call where it cannot put its body into the caller's, as it cannot with SECURITY DEFINER.

create or replace function public.user_is_trip_owner(user_id uuid, trip_id bigint) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
    return exists (
        select from public.trips t
        where t.id = user_is_trip_owner.trip_id and t.user_id = user_is_trip_owner.user_id
    );
end $$;

create or replace function public.user_has_trip_access(user_id uuid, trip_id bigint) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
    return exists (
        select from public.trips t
        where t.id = user_has_trip_access.trip_id and t.user_id = user_has_trip_access.user_id
    ) or exists (
        select from public.trip_collaborators c
        where c.trip_id = user_has_trip_access.trip_id and c.user_id = user_has_trip_access.user_id
    );
end $$;

create or replace function public.user_has_trip_edit_access(user_id uuid, trip_id bigint)
returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
    return exists (
        select from public.trips t
        where t.id = user_has_trip_edit_access.trip_id
            and t.user_id = user_has_trip_edit_access.user_id
    ) or exists (
        select from public.trip_collaborators c
        where c.trip_id = user_has_trip_edit_access.trip_id
            and c.user_id = user_has_trip_edit_access.user_id
            and c.role in ('editor', 'admin')
    );
end $$;

-- Whether the caller belongs to the session that the topic names: its owner, or whoever has its
-- trip.
create or replace function public.rt_is_session_member() returns boolean
language plpgsql stable security definer set search_path = '' as $$
declare
    person uuid;
begin
    if public.rt_topic_prefix() is distinct from 'session' then
        return false;
    end if;
    person := public.rt_user_id();
    return exists (
        select from public.chat_sessions s
        where s.id = public.try_cast_uuid(public.rt_topic_suffix())
            and (s.user_id = person or public.user_has_trip_access(person, s.trip_id))
    );
end $$;

do $$
declare
    target regprocedure;
begin
    foreach target in array array[
        'public.user_is_trip_owner(uuid, bigint)', 'public.user_has_trip_access(uuid, bigint)',
        'public.user_has_trip_edit_access(uuid, bigint)', 'public.rt_is_session_member()'
    ]::regprocedure[] loop
        execute format('revoke execute on function %s from public', target);
        execute format(
            'grant execute on function %s to anon, authenticated, service_role',
            target
        );
    end loop;
end $$;

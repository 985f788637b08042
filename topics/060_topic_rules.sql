-- Who may join the topics, and who may send there: SELECT is reading, INSERT is sending, for each
-- kind of message (`extension`). No rule names anybody but those listed: everyone else is refused.

drop policy if exists user_topic_read on realtime.messages;
create policy user_topic_read on realtime.messages for select to authenticated
    using (
        extension in ('broadcast', 'presence')
        and public.rt_topic_prefix() = 'user'
        and public.try_cast_uuid(public.rt_topic_suffix()) = public.rt_user_id()
    );
drop policy if exists user_topic_write on realtime.messages;
create policy user_topic_write on realtime.messages for insert to authenticated
    with check (
        extension in ('broadcast', 'presence')
        and public.rt_topic_prefix() = 'user'
        and public.try_cast_uuid(public.rt_topic_suffix()) = public.rt_user_id()
    );

drop policy if exists trip_topic_read on realtime.messages;
create policy trip_topic_read on realtime.messages for select to authenticated
    using (
        extension in ('broadcast', 'presence')
        and public.rt_topic_prefix() = 'trip'
        and public.user_has_trip_access(
            public.rt_user_id(),
            public.try_cast_bigint(public.rt_topic_suffix())
        )
    );
drop policy if exists trip_topic_write on realtime.messages;
create policy trip_topic_write on realtime.messages for insert to authenticated
    with check (
        extension in ('broadcast', 'presence')
        and public.rt_topic_prefix() = 'trip'
        and public.user_has_trip_edit_access(
            public.rt_user_id(),
            public.try_cast_bigint(public.rt_topic_suffix())
        )
    );

drop policy if exists session_topic_read on realtime.messages;
create policy session_topic_read on realtime.messages for select to authenticated
    using (extension in ('broadcast', 'presence') and public.rt_is_session_member());
drop policy if exists session_topic_write on realtime.messages;
create policy session_topic_write on realtime.messages for insert to authenticated
    with check (extension in ('broadcast', 'presence') and public.rt_is_session_member());

-- The service itself may do everything, with or without the right to bypass row security.
drop policy if exists service_read on realtime.messages;
create policy service_read on realtime.messages for select to service_role using (true);
drop policy if exists service_write on realtime.messages;
create policy service_write on realtime.messages for insert to service_role with check (true);

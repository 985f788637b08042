-- The service itself may do everything on every topic, with or without the right to bypass row
-- security. Who else may join what stands in the topic files, `*.yaml`.

drop policy if exists service_read on realtime.messages;
create policy service_read on realtime.messages for select to service_role using (true);
drop policy if exists service_write on realtime.messages;
create policy service_write on realtime.messages for insert to service_role with check (true);

-- What stood here before there were topic files.
drop policy if exists user_topic_read on realtime.messages;
drop policy if exists user_topic_write on realtime.messages;
drop policy if exists trip_topic_read on realtime.messages;
drop policy if exists trip_topic_write on realtime.messages;
drop policy if exists session_topic_read on realtime.messages;
drop policy if exists session_topic_write on realtime.messages;

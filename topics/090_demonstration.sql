-- Three people and what they plan. Ana owns the trips 1 and 2; Ben edits trip 1; Cleo looks at trip
-- 2, knows nothing of trip 1, and has trip 3 to herself. Loaded once: later edits stay.

do $$
declare
    ana constant uuid := 'a0000000-0000-4000-8000-000000000001';
    ben constant uuid := 'b0000000-0000-4000-8000-000000000002';
    cleo constant uuid := 'c0000000-0000-4000-8000-000000000003';
    lisbon_talk constant uuid := '51000000-0000-4000-8000-000000000001';
    alps_talk constant uuid := '51000000-0000-4000-8000-000000000002';
    cleo_talk constant uuid := '51000000-0000-4000-8000-000000000003';
    asked bigint;
begin
    if exists (select from auth.users where id = ana) then
        return;
    end if;

    insert into auth.users (id, email, raw_user_meta_data) values
        (ana, 'ana@example.com', '{"name": "Ana"}'),
        (ben, 'ben@example.com', '{"name": "Ben"}'),
        (cleo, 'cleo@example.com', '{"name": "Cleo"}');

    insert into public.trips (
        id, user_id, name, start_date, end_date, destination, budget, travelers, status, trip_type
    ) values
        (1, ana, 'Lisbon in spring', '2027-04-10', '2027-04-17', 'Lisbon', 1800, 2, 'planning',
            'leisure'),
        (2, ana, 'Over the Alps', '2027-07-03', '2027-07-14', 'Innsbruck', 2400, 4, 'booked',
            'family'),
        (3, cleo, 'Kyoto alone', '2027-11-01', '2027-11-12', 'Kyoto', 3200, 1, 'planning', 'solo');
    perform setval(pg_get_serial_sequence('public.trips', 'id'), 3);

    insert into public.trip_collaborators (trip_id, user_id, role, added_by) values
        (1, ben, 'editor', ana),
        (2, cleo, 'viewer', ana);

    insert into public.flights (
        trip_id, airline, flight_number, origin, destination, departure_time, arrival_time, price
    ) values
        (1, 'TAP', 'TP 561', 'BER', 'LIS', '2027-04-10 08:10+02', '2027-04-10 11:00+01', 189.50);
    insert into public.accommodations (
        trip_id, name, check_in_date, check_out_date, price_per_night, rating, booking_status
    ) values
        (1, 'House on the hill', '2027-04-10', '2027-04-17', 96, 4.6, 'reserved'),
        (2, 'Hut above the lake', '2027-07-03', '2027-07-06', 58, 4.1, 'booked');
    insert into public.itinerary_items (trip_id, day_number, title, location) values
        (1, 1, 'Tram 28 from end to end', 'Martim Moniz'),
        (1, 2, 'Tiles, and then pastries', 'Belém'),
        (2, 1, 'Up to the hut', 'Innsbruck'),
        (3, 1, 'Philosopher''s path', 'Sakyō-ku');

    insert into public.chat_sessions (id, user_id, trip_id, title) values
        (lisbon_talk, ana, 1, 'What to see in Lisbon'),
        (alps_talk, ana, 2, 'Which pass'),
        (cleo_talk, cleo, null, 'Ideas');
    insert into public.chat_messages (session_id, role, content) values
        (lisbon_talk, 'user', 'Where do the trams go?')
    returning id into asked;
    insert into public.chat_tool_calls (message_id, tool_name, arguments, status) values
        (asked, 'search_activities', '{"city": "Lisbon"}', 'completed');
    insert into public.chat_messages (session_id, role, content) values
        (lisbon_talk, 'assistant', 'Line 28 climbs through all of the old town.'),
        (cleo_talk, 'user', 'Somewhere with good paper shops.');
    insert into public.notifications (user_id, kind, body) values
        (ben, 'invitation', 'Ana asked you to plan Lisbon with her.');
end $$;

"""The newest `realtime` from PyPI, unmodified: Supabase's Python client, which speaks serializer 1."""

import asyncio
import json

import pytest
import websockets
from realtime import AsyncRealtimeClient, RealtimeSubscribeStates
from realtime.types import RealtimeAcknowledgementStatus

WAIT = 15


def run(test):
    asyncio.run(asyncio.wait_for(test, 60))


PRIVATE = {"broadcast": {"ack": False, "self": False}, "presence": {"key": ""}, "private": True}


async def join(client, topic, listen=lambda channel: None, config=None):
    """Joins a private topic; answers the channel and how it went."""
    channel = client.channel(topic, {"config": {**PRIVATE, **(config or {})}})
    listen(channel)
    outcome = asyncio.get_running_loop().create_future()

    def on_state(state, error):
        if not outcome.done():
            outcome.set_result((state, error))

    await channel.subscribe(on_state)
    return channel, await asyncio.wait_for(outcome, WAIT)


async def joined(gateway, person, topic, listen=lambda channel: None, config=None):
    """Connects and joins as a person; answers the client, the channel and how it went."""
    client = AsyncRealtimeClient(gateway.realtime_url, gateway.token(person))
    await client.connect()
    channel, outcome = await join(client, topic, listen, config)
    return client, channel, outcome


def test_a_change_made_by_sql_arrives(gateway):
    async def test():
        changes = asyncio.Queue()
        client, _, (state, error) = await joined(
            gateway, "Ana", "trip:1",
            lambda channel: channel.on_broadcast("UPDATE", changes.put_nowait),
        )
        assert state == RealtimeSubscribeStates.SUBSCRIBED, error
        gateway.sql("update public.trips set budget = 1234.5 where id = 1")
        message = await asyncio.wait_for(changes.get(), WAIT)
        change = message["payload"]
        assert change["table"] == "trips" and change["operation"] == "UPDATE"
        assert change["record"]["budget"] == 1234.5
        assert change["old_record"]["budget"] != 1234.5
        await client.close()

    run(test())


def test_a_stranger_is_refused_with_the_reason(gateway):
    async def test():
        client, _, (state, error) = await joined(gateway, "Cleo", "trip:1")
        assert state == RealtimeSubscribeStates.CHANNEL_ERROR
        assert "You do not have permissions to read from this Channel topic: trip:1" in str(error)
        await client.close()

    run(test())


def test_a_broadcast_reaches_the_other_member_and_is_acknowledged(gateway):
    async def test():
        cursors = asyncio.Queue()
        ana, _, _ = await joined(
            gateway, "Ana", "trip:1",
            lambda channel: channel.on_broadcast("cursor", cursors.put_nowait),
        )
        ben, channel, (state, error) = await joined(
            gateway, "Ben", "trip:1", config={"broadcast": {"ack": True, "self": False}}
        )
        assert state == RealtimeSubscribeStates.SUBSCRIBED, error
        await channel.send_broadcast("cursor", {"x": 3, "y": 4})
        message = await asyncio.wait_for(cursors.get(), WAIT)
        assert message["payload"] == {"x": 3, "y": 4}

        content = {"type": "broadcast", "event": "cursor", "payload": {"x": 5}}
        answer = asyncio.get_running_loop().create_future()
        push = await channel.push("broadcast", content)
        push.receive(RealtimeAcknowledgementStatus.Ok, lambda _: answer.set_result(True))
        assert await asyncio.wait_for(answer, WAIT)
        await ana.close()
        await ben.close()

    run(test())


def test_frames_of_current_libraries_reach_it_as_text_and_bytes_do_not(gateway):
    """Libraries of serializer 2 send broadcasts as binary frames; here one is written by hand."""

    def frame(ref, name, encoding, payload):
        parts = [part.encode() for part in ("1", ref, "realtime:trip:1", name)]
        lengths = bytes(len(part) for part in parts)
        return b"\x03" + lengths + bytes([0, encoding]) + b"".join(parts) + payload

    async def test():
        cursors = asyncio.Queue()
        ana, channel, (state, error) = await joined(
            gateway, "Ana", "trip:1",
            lambda channel: channel.on_broadcast("cursor", cursors.put_nowait),
        )
        assert state == RealtimeSubscribeStates.SUBSCRIBED, error
        url = gateway.realtime_url + "/websocket"
        query = f"?apikey={gateway.token('Ben')}&vsn=2.0.0"
        async with websockets.connect(url + query) as ben:
            config = {"config": {"private": True, "broadcast": {"ack": True}}}
            await ben.send(json.dumps(["1", "1", "realtime:trip:1", "phx_join", config]))
            assert json.loads(await ben.recv())[4]["status"] == "ok"
            await ben.send(frame("2", "cursor", 0, b"\x00\xff"))
            await ben.send(frame("3", "cursor", 1, b'{"x": 3}'))
            for ref in ("2", "3"):
                reply = json.loads(await ben.recv())
                assert reply[1] == ref and reply[4] == {"status": "ok", "response": {}}
            message = await asyncio.wait_for(cursors.get(), WAIT)
            assert message["payload"] == {"x": 3} and cursors.empty()
            gateway.sql("select realtime.send_binary('\\x00ff', 'cursor', 'trip:1')")
            head = b"\x04" + bytes([15, 6, 45, 0]) + b"realtime:trip:1cursor"
            received = await asyncio.wait_for(ben.recv(), WAIT)
            assert received.startswith(head) and received.endswith(b"\x00\xff")
            await channel.send_broadcast("cursor", {"x": 4})
            received = json.loads(await asyncio.wait_for(ben.recv(), WAIT))
            assert received[:4] == [None, None, "realtime:trip:1", "broadcast"]
            assert received[4]["payload"] == {"x": 4}
            assert cursors.empty()
        await ana.close()

    run(test())


def test_what_was_sent_before_is_replayed(gateway):
    async def test():
        topic = f"user:{gateway.people['Ben']['id']}"
        for number in range(1, 6):
            gateway.sql(
                f"select realtime.send('{{\"n\": {number}}}', 'before', '{topic}', true)"
            )
        messages = asyncio.Queue()
        broadcast = {"ack": False, "self": False, "replay": {"since": 0, "limit": 3}}
        client, _, (state, error) = await joined(
            gateway, "Ben", topic,
            lambda channel: channel.on_broadcast("before", messages.put_nowait),
            {"broadcast": broadcast},
        )
        assert state == RealtimeSubscribeStates.SUBSCRIBED, error
        gateway.sql(f"select realtime.send('{{\"n\": 6}}', 'before', '{topic}', true)")
        found = [await asyncio.wait_for(messages.get(), WAIT) for _ in range(4)]
        assert [message["payload"]["n"] for message in found] == [3, 4, 5, 6]
        replayed = [message["meta"].get("replayed", False) for message in found]
        assert replayed == [True, True, True, False]
        assert len({message["meta"]["id"] for message in found}) == 4
        await client.close()

    run(test())


def test_a_replay_without_a_time_is_refused_with_the_reason(gateway):
    async def test():
        client, _, (state, error) = await joined(
            gateway, "Ana", "trip:1", config={"broadcast": {"replay": {"limit": 3}}}
        )
        assert state == RealtimeSubscribeStates.CHANNEL_ERROR
        assert "UnableToReplayMessages: Replay params are not valid" in str(error)
        await client.close()

    run(test())


def test_send_from_sql_reaches_a_persons_own_topic(gateway):
    async def test():
        notes = asyncio.Queue()
        person = gateway.people["Ben"]["id"]
        client, _, (state, error) = await joined(
            gateway, "Ben", f"user:{person}",
            lambda channel: channel.on_broadcast("greeting", notes.put_nowait),
        )
        assert state == RealtimeSubscribeStates.SUBSCRIBED, error
        gateway.sql(
            "select realtime.send('{\"hello\": \"Ben\"}', 'greeting', 'user:" + person + "', true)"
        )
        message = await asyncio.wait_for(notes.get(), WAIT)
        assert message["payload"]["hello"] == "Ben"
        await client.close()

    run(test())


def test_leaving_ends_the_channel_and_a_rejoin_works(gateway):
    async def test():
        client, channel, (state, error) = await joined(gateway, "Ana", "trip:2")
        assert state == RealtimeSubscribeStates.SUBSCRIBED, error
        await channel.unsubscribe()
        # This client takes the phx_close of its old channel for the new one's, so another join's
        # answer, which comes after it, is awaited first.
        await join(client, "trip:1")
        changes = asyncio.Queue()
        _, (state, error) = await join(
            client, "trip:2", lambda channel: channel.on_broadcast("UPDATE", changes.put_nowait)
        )
        assert state == RealtimeSubscribeStates.SUBSCRIBED, error
        gateway.sql("update public.trips set name = name || '.' where id = 2")
        assert await asyncio.wait_for(changes.get(), WAIT)
        await client.close()

    run(test())


def test_a_new_token_keeps_the_channel(gateway):
    async def test():
        changes = asyncio.Queue()
        client, _, (state, error) = await joined(
            gateway, "Ana", "trip:1",
            lambda channel: channel.on_broadcast("UPDATE", changes.put_nowait),
        )
        assert state == RealtimeSubscribeStates.SUBSCRIBED, error
        await client.set_auth(gateway.token("Ben"))
        gateway.sql("update public.trips set travelers = travelers + 1 where id = 1")
        assert await asyncio.wait_for(changes.get(), WAIT)
        await client.close()

    run(test())


def test_it_reconnects_and_joins_again_by_itself(gateway):
    async def test():
        changes = asyncio.Queue()
        states = asyncio.Queue()
        client = AsyncRealtimeClient(gateway.realtime_url, gateway.token("Ana"))
        await client.connect()
        channel = client.channel("trip:1", {"config": PRIVATE})
        channel.on_broadcast("UPDATE", changes.put_nowait)
        await channel.subscribe(lambda state, _: states.put_nowait(state))
        assert await asyncio.wait_for(states.get(), WAIT) == RealtimeSubscribeStates.SUBSCRIBED
        client._ws_connection.transport.abort()
        assert await asyncio.wait_for(states.get(), WAIT) == RealtimeSubscribeStates.CHANNEL_ERROR
        assert await asyncio.wait_for(states.get(), WAIT) == RealtimeSubscribeStates.SUBSCRIBED
        gateway.sql("update public.trips set travelers = travelers + 1 where id = 1")
        assert await asyncio.wait_for(changes.get(), WAIT)
        await client.close()

    run(test())


def test_a_wrong_token_cannot_connect(gateway):
    async def test():
        token = gateway.token("Ana")
        client = AsyncRealtimeClient(
            gateway.realtime_url, token[:-4] + "AAAA", max_retries=1, auto_reconnect=False
        )
        with pytest.raises(Exception):
            await client.connect()

    run(test())


def test_presence_is_seen_by_state_join_and_leave(gateway):
    async def test():
        seen = asyncio.Queue()

        def watch(channel):
            channel.on_presence_sync(lambda: seen.put_nowait(("sync",)))
            channel.on_presence_join(lambda key, old, new: seen.put_nowait(("join", key, new)))
            channel.on_presence_leave(lambda key, left, gone: seen.put_nowait(("leave", key, gone)))

        async def next_of(kind):
            while True:
                found = await asyncio.wait_for(seen.get(), WAIT)
                if found[0] == kind:
                    return found

        ana, watching, (state, error) = await joined(
            gateway, "Ana", "trip:1", watch, {"presence": {"key": "ana", "enabled": True}}
        )
        assert state == RealtimeSubscribeStates.SUBSCRIBED, error
        await next_of("sync")
        assert watching.presence_state() == {}

        ben, tracking, (state, error) = await joined(
            gateway, "Ben", "trip:1", config={"presence": {"key": "ben"}}
        )
        assert state == RealtimeSubscribeStates.SUBSCRIBED, error
        await tracking.track({"status": "here"})
        _, key, new = await next_of("join")
        assert key == "ben" and new[0]["status"] == "here" and new[0]["presence_ref"]

        await tracking.track({"status": "typing"})
        _, key, new = await next_of("join")
        assert key == "ben" and new[0]["status"] == "typing"
        _, key, gone = await next_of("leave")
        assert key == "ben" and gone[0]["status"] == "here"
        await next_of("sync")
        assert [meta["status"] for meta in watching.presence_state()["ben"]] == ["typing"]

        await tracking.untrack()
        _, key, gone = await next_of("leave")
        assert key == "ben" and gone[0]["status"] == "typing"
        await next_of("sync")
        assert watching.presence_state() == {}

        await tracking.track({"status": "back"})
        await next_of("join")
        await ben.close()
        _, key, gone = await next_of("leave")
        assert key == "ben" and gone[0]["status"] == "back"
        await ana.close()

    run(test())


def test_who_comes_late_sees_who_is_there(gateway):
    async def test():
        own = {"presence": {"key": "ana", "enabled": True}}
        ana, tracking, _ = await joined(gateway, "Ana", "trip:2", config=own)
        await tracking.track({"status": "first"})
        synced = asyncio.Queue()
        other, channel, (state, error) = await joined(
            gateway, "Ana", "trip:2",
            lambda channel: channel.on_presence_sync(lambda: synced.put_nowait(True)),
            {"presence": {"key": "second"}},
        )
        assert state == RealtimeSubscribeStates.SUBSCRIBED, error
        await asyncio.wait_for(synced.get(), WAIT)
        while "ana" not in channel.presence_state():
            await asyncio.wait_for(synced.get(), WAIT)
        assert channel.presence_state()["ana"][0]["status"] == "first"
        await ana.close()
        await other.close()

    run(test())


def test_a_lost_connection_that_is_back_in_time_is_not_noticed(gateway):
    async def test():
        seen = []
        synced = asyncio.Event()

        def watch(channel):
            channel.on_presence_sync(synced.set)
            channel.on_presence_join(lambda key, old, new: seen.append(("join", key)))
            channel.on_presence_leave(lambda key, left, gone: seen.append(("leave", key)))

        ana, watching, (state, error) = await joined(gateway, "Ana", "trip:1", watch)
        assert state == RealtimeSubscribeStates.SUBSCRIBED, error
        own = {"presence": {"key": "ben"}}
        ben, tracking, _ = await joined(gateway, "Ben", "trip:1", config=own)
        await tracking.track({"status": "here"})
        while "ben" not in watching.presence_state():
            synced.clear()
            await asyncio.wait_for(synced.wait(), WAIT)
        reference = watching.presence_state()["ben"][0]["presence_ref"]

        ben.auto_reconnect = False
        ben._ws_connection.transport.abort()
        # The gateway has to hear of it before the next connection tracks.
        await asyncio.sleep(1)
        again, tracking, (state, error) = await joined(gateway, "Ben", "trip:1", config=own)
        assert state == RealtimeSubscribeStates.SUBSCRIBED, error
        await tracking.track({"status": "here"})
        # What would be told comes before the gateway's next message to this connection.
        fence = asyncio.Event()
        watching.on_broadcast("fence", lambda _: fence.set())
        gateway.sql("select realtime.send('{}', 'fence', 'trip:1', true)")
        await asyncio.wait_for(fence.wait(), WAIT)
        assert seen == [("join", "ben")]
        assert watching.presence_state()["ben"][0]["presence_ref"] == reference

        await again.close()
        while "ben" in watching.presence_state():
            synced.clear()
            await asyncio.wait_for(synced.wait(), WAIT)
        assert seen == [("join", "ben"), ("leave", "ben")]
        await ana.close()

    run(test())


def test_changes_that_fit_a_filter_arrive(gateway):
    async def test():
        changes, systems = asyncio.Queue(), asyncio.Queue()

        def listen(channel):
            channel.on_system(systems.put_nowait)
            channel.on_postgres_changes(
                "INSERT", changes.put_nowait, table="trip_notes", schema="public",
                filter='trip_id=eq.1,content=not.like."%hidden%"',
            )
            channel.on_postgres_changes(
                "DELETE", changes.put_nowait, table="trip_notes", schema="public",
            )

        client, _, (state, error) = await joined(
            gateway, "Ana", "notes", listen, {"private": False}
        )
        assert state == RealtimeSubscribeStates.SUBSCRIBED, error
        while True:
            told = await asyncio.wait_for(systems.get(), WAIT)
            if told.extension == "postgres_changes":
                break
        assert told.message == "Subscribed to PostgreSQL"
        gateway.sql(
            "insert into public.trip_notes (trip_id, content) values"
            " (1, 'a'), (1, 'hidden'), (3, 'of Cleo'), (1, 'b')"
        )
        gateway.sql("delete from public.trip_notes where content in ('a', 'of Cleo', 'hidden')")
        data = [(await asyncio.wait_for(changes.get(), WAIT))["data"] for _ in range(4)]
        assert [(one["type"], one.get("record", {}).get("content")) for one in data] == [
            ("INSERT", "a"), ("INSERT", "b"), ("DELETE", None), ("DELETE", None),
        ]
        assert set(data[2]["old_record"]) == {"id"} and data[2]["errors"] is None
        assert {"name": "content", "type": "text"} in data[0]["columns"]
        gateway.sql("delete from public.trip_notes where content = 'b'")
        await client.close()

    run(test())

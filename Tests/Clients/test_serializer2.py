"""What current libraries do, by a client of serializer 2 of our own: see `serializer2.py`."""

import asyncio

import websockets
from serializer2 import WAIT, Connection
from test_realtime_client import run

PRIVATE = {"private": True, "broadcast": {"ack": True}}


def connection(gateway, person):
    return Connection(gateway.realtime_url, gateway.token(person))


async def next_of(queue):
    return await asyncio.wait_for(queue.get(), WAIT)


def test_json_and_bytes_are_acknowledged_and_reach_the_other_member(gateway):
    async def test():
        async with connection(gateway, "Ana") as ana, connection(gateway, "Ben") as ben:
            hearing = await ana.joined("trip:1", PRIVATE)
            saying = await ben.joined("trip:1", PRIVATE)
            ok = {"status": "ok", "response": {}}
            assert await ben.heartbeat() == ok
            sent = {"type": "broadcast", "event": "cursor", "payload": {"x": 1, "y": [None, "é"]}}
            assert await saying.broadcast("cursor", sent["payload"]) == ok
            assert await next_of(hearing.broadcasts) == sent
            assert await saying.broadcast("cursor", b"\x00\xff") == ok
            assert await next_of(hearing.broadcasts) == {**sent, "payload": b"\x00\xff"}
            assert await saying.broadcast_text("cursor", sent["payload"]) == ok
            assert await next_of(hearing.broadcasts) == sent
            assert saying.broadcasts.empty(), "nobody hears what they say themselves"

    run(test())


def test_without_ack_nothing_is_answered_and_with_self_it_comes_back(gateway):
    async def test():
        async with connection(gateway, "Ana") as ana:
            own = {"private": True, "broadcast": {"self": True}}
            channel = await ana.joined("trip:1", own)
            await channel.broadcast("cursor", {"x": 1}, wants_answer=False)
            assert (await next_of(channel.broadcasts))["payload"] == {"x": 1}
            assert await ana.heartbeat() == {"status": "ok", "response": {}}
            assert ana.answers == {}

    run(test())


def test_changes_and_messages_of_the_database_have_the_rows_id(gateway):
    async def test():
        async with connection(gateway, "Ana") as ana:
            channel = await ana.joined("trip:1", PRIVATE)
            gateway.sql("update public.trips set budget = budget + 1 where id = 1")
            change = await channel.broadcast_named("UPDATE")
            assert change["payload"]["table"] == "trips"
            assert change["meta"]["id"] == change["payload"]["id"]
            gateway.sql("select realtime.send_binary('\\x00ff', 'bytes', 'trip:1')")
            sent = await channel.broadcast_named("bytes")
            assert sent["payload"] == b"\x00\xff" and list(sent["meta"]) == ["id"]

    run(test())


def test_presence_is_a_state_and_then_diffs(gateway):
    async def test():
        def present(key):
            return {"private": True, "presence": {"key": key, "enabled": True}}

        async with connection(gateway, "Ana") as ana, connection(gateway, "Ben") as ben:
            watching = await ana.joined("trip:2", present("ana"))
            assert await watching.next_of("state") == {}
            assert (await watching.track({"at": "home"}))["status"] == "ok"
            diff = await watching.next_of("diff")
            assert diff["leaves"] == {} and list(diff["joins"]) == ["ana"]
            first = diff["joins"]["ana"]["metas"][0]
            assert first["at"] == "home" and first["phx_ref"]

            other = await ben.joined("trip:1", present("ben"))
            assert await other.next_of("state") == {}, "another topic is another state"
            second = await ana.joined("trip:1", present("ana"))
            await other.track({"at": "work"})
            await second.next_of("diff")
            assert [meta["at"] for meta in second.present["ben"]] == ["work"]

            await watching.track({"at": "sea"})
            diff = await watching.next_of("diff")
            new, old = diff["joins"]["ana"]["metas"][0], diff["leaves"]["ana"]["metas"][0]
            assert old == first and new["phx_ref_prev"] == old["phx_ref"] != new["phx_ref"]
            assert [meta["at"] for meta in watching.present["ana"]] == ["sea"]

            assert (await other.untrack())["status"] == "ok"
            diff = await second.next_of("diff")
            assert list(diff["leaves"]) == ["ben"] and "ben" not in second.present
            await other.track({"at": "work"})
            await second.next_of("diff")
            await ben.socket.close()
            diff = await second.next_of("diff")
            assert list(diff["leaves"]) == ["ben"] and "ben" not in second.present

    run(test())


def test_a_new_token_is_taken_without_a_word_and_a_bad_one_ends_the_channel(gateway):
    async def test():
        async with connection(gateway, "Ana") as ana:
            channel = await ana.joined("trip:1", PRIVATE, gateway.token("Ana"))
            await channel.refresh(gateway.token("Ben"))
            gateway.sql("update public.trips set budget = budget + 1 where id = 1")
            assert await channel.broadcast_named("UPDATE")
            assert channel.notices.empty() and ana.answers == {}

            await channel.refresh(gateway.token("Cleo"))
            denied = "You do not have permissions to read from this Channel topic: trip:1"
            assert await next_of(channel.notices) == {
                "extension": "system", "status": "error", "message": denied, "channel": "trip:1",
            }
            await asyncio.wait_for(channel.closed.wait(), WAIT)
            assert (await ana.heartbeat())["status"] == "ok", "the connection stays"

            again = await ana.joined("trip:1", PRIVATE, gateway.token("Ana"))
            await again.refresh("no token at all")
            notice = await next_of(again.notices)
            assert notice["message"] == "The token provided is not a valid JWT"
            await asyncio.wait_for(again.closed.wait(), WAIT)

    run(test())


def test_leaving_ends_the_channel_and_joining_again_is_a_new_one(gateway):
    async def test():
        async with connection(gateway, "Ana") as ana:
            channel = await ana.joined("trip:1", PRIVATE)
            assert await channel.leave() == {"status": "ok", "response": {}}
            await asyncio.wait_for(channel.closed.wait(), WAIT)
            reply = await channel.broadcast_text("cursor", {})
            assert reply == {"status": "error", "response": {"reason": "unmatched topic"}}
            again = await ana.joined("trip:1", PRIVATE)
            assert again.join_ref != channel.join_ref
            gateway.sql("update public.trips set budget = budget + 1 where id = 1")
            assert await again.broadcast_named("UPDATE")

    run(test())


def test_after_a_loss_it_connects_and_joins_again(gateway):
    async def test():
        async with connection(gateway, "Ana") as ana:
            trips = [await ana.joined(f"trip:{number}", PRIVATE) for number in (1, 2)]
            before = [trip.join_ref for trip in trips]
            ana.lose()
            await asyncio.wait_for(ana.rejoined.wait(), WAIT)
            assert all(trip.is_joined for trip in trips)
            assert [trip.join_ref for trip in trips] != before
            gateway.sql("update public.trips set budget = budget + 1 where id in (1, 2)")
            for trip in trips:
                assert await trip.broadcast_named("UPDATE")

    run(test())


def test_a_stranger_is_refused_and_a_wrong_token_does_not_connect(gateway):
    async def test():
        async with connection(gateway, "Cleo") as cleo:
            try:
                await cleo.joined("trip:1", PRIVATE)
                raise AssertionError("a stranger has joined")
            except AssertionError as error:
                assert "Unauthorized: You do not have permissions to read" in str(error)
        try:
            await websockets.connect(connection(gateway, "Ana").url.replace("apikey=", "apikey=x"))
            raise AssertionError("a wrong token connects")
        except websockets.InvalidStatus as error:
            assert error.response.status_code == 401

    run(test())

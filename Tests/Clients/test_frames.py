"""The protocol's example frames, byte for byte, in the order in which its description has them."""

import asyncio
import re

import pytest
import websockets
from test_realtime_client import WAIT, run

# What the examples leave open: identifiers, by a name that stands for one and the same each time.
OPEN = {
    "ID": r"[1-9][0-9]{0,9}",
    "UUID": r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
    "REF": r"[A-Za-z0-9_-]{8,32}",
    "TIME": r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z",
}

OK = '{"status":"ok","response":{}}'


@pytest.fixture(scope="module", autouse=True)
def policies(gateway):
    """Everybody may do everything in the topic of the examples; in another, see broadcasts."""
    ana = gateway.people["Ana"]["id"]
    # In one transaction, so that whoever notices one has noticed both.
    gateway.sql(
        "create policy examples on realtime.messages for all to authenticated "
        "using (realtime.topic() = 'room:7') with check (realtime.topic() = 'room:7'); "
        "create policy half on realtime.messages for select to authenticated using "
        f"(realtime.topic() = 'room:9' and (extension = 'broadcast' or auth.uid() = '{ana}'))"
    )

    # A new policy counts within seconds.
    async def test():
        async with of(gateway) as ana:
            for _ in range(WAIT * 10):
                await ana.says('["1","1","realtime:room:7","phx_join",{"config":{"private":true}}]')
                if '"ok"' in await asyncio.wait_for(ana.socket.recv(), WAIT):
                    return
                await asyncio.sleep(0.1)
        raise AssertionError("the policy is not noticed")

    run(test())
    yield
    gateway.sql(
        "drop policy examples on realtime.messages; drop policy half on realtime.messages"
    )


def matched(frame, expected):
    """Fails unless the frame is the expected one; answers what it has where that is open."""
    pattern, seen = "", set()
    for part in re.split(r"(<[A-Z]+[0-9]*>)", expected):
        name = part[1:-1]
        if not re.fullmatch(r"<[A-Z]+[0-9]*>", part):
            pattern += re.escape(part)
        elif name in seen:
            pattern += f"(?P={name})"
        else:
            seen.add(name)
            pattern += f"(?P<{name}>{OPEN[name.rstrip('0123456789')]})"
    match = re.fullmatch(pattern, frame)
    assert match, f"{frame}\nis not\n{expected}"
    return match.groupdict()


class Bare:
    """A WebSocket that is told what to send and says whether what came is what was expected."""

    def __init__(self, gateway, person, version):
        query = f"apikey={gateway.token(person)}&vsn={version}"
        self.url = f"{gateway.realtime_url}/websocket?{query}"

    async def __aenter__(self):
        self.socket = await websockets.connect(self.url)
        return self

    async def __aexit__(self, *_):
        await self.socket.close()

    async def says(self, frame):
        await self.socket.send(frame)

    async def hears(self, expected):
        """The next frame has to be this one; answers what it has where the example is open."""
        frame = await asyncio.wait_for(self.socket.recv(), WAIT)
        if isinstance(expected, bytes):
            assert frame == expected
            return None
        return matched(frame, expected)

    async def nothing_more(self):
        """Whatever would have come comes before the answer to a heartbeat."""
        await self.says('[null,"h","phoenix","heartbeat",{}]')
        await self.hears(f'[null,"h","phoenix","phx_reply",{OK}]')

    async def joined(self, config='{"config":{"private":true}}'):
        await self.says(f'["1","1","realtime:room:7","phx_join",{config}]')
        await self.hears(
            '["1","1","realtime:room:7","phx_reply",{"status":"ok","response":{"postgres_changes":[]}}]'
        )


def of(gateway, person="Ana", version="2.0.0"):
    return Bare(gateway, person, version)


def test_objects_of_the_first_serializer(gateway):
    async def test():
        async with of(gateway, version="1.0.0") as ana:
            await ana.says(
                '{"topic":"realtime:room:7","event":"phx_join","payload":{"config":{}},"ref":"1","join_ref":"1"}'
            )
            await ana.hears(
                '{"topic":"realtime:room:7","event":"phx_reply","payload":{"status":"ok","response":{"postgres_changes":[]}},"ref":"1"}'
            )
            await ana.says('{"topic":"phoenix","event":"heartbeat","payload":{},"ref":null}')
            await ana.hears(
                f'{{"topic":"phoenix","event":"phx_reply","payload":{OK},"ref":null}}'
            )
            await ana.says(
                '{"topic":"realtime:room:7","event":"phx_join","payload":{"config":{"presence":{"enabled":true}}},"ref":"2"}'
            )
            await ana.hears(
                '{"topic":"realtime:room:7","event":"phx_reply","payload":{"status":"ok","response":{"postgres_changes":[]}},"ref":"2"}'
            )
            await ana.hears(
                '{"topic":"realtime:room:7","event":"presence_state","payload":{},"ref":null}'
            )
            await ana.says(
                '{"topic":"realtime:room:7","event":"phx_leave","payload":{},"ref":"9"}'
            )
            await ana.hears(
                f'{{"topic":"realtime:room:7","event":"phx_reply","payload":{OK},"ref":"9"}}'
            )
            # Without a join reference at the join, there is none to close with.
            await ana.hears('{"topic":"realtime:room:7","event":"phx_close","payload":{},"ref":"2"}')

    run(test())


def test_arrays_of_the_second_serializer(gateway):
    async def test():
        async with of(gateway) as ana, of(gateway, "Ben") as ben:
            await ana.says('["3","3","realtime:room:7","phx_join",{"config":{}}]')
            await ana.hears(
                '["3","3","realtime:room:7","phx_reply",{"status":"ok","response":{"postgres_changes":[]}}]'
            )
            await ben.joined('{"config":{}}')
            await ben.says(
                '["1","2","realtime:room:7","broadcast",{"type":"broadcast","event":"cursor","payload":{"x":1}}]'
            )
            await ana.hears(
                '[null,null,"realtime:room:7","broadcast",{"type":"broadcast","event":"cursor","payload":{"x":1}}]'
            )
            await ana.says('[null,"12","phoenix","heartbeat",{}]')
            await ana.hears(f'[null,"12","phoenix","phx_reply",{OK}]')
            # Numbers are references too, and more elements than five are no harm.
            await ana.says('[3,13,"phoenix","heartbeat",{},"more"]')
            await ana.hears(f'[3,13,"phoenix","phx_reply",{OK}]')

    run(test())


def test_the_binary_frames_of_the_real_library(gateway):
    pushed = bytes.fromhex(
        "03 01 01 0f 02 00 01 36 37 72 65 61 6c 74 69 6d 65 3a 72 6f 6f 6d 3a 31"
        "68 69 7b 22 61 22 3a 31 7d"
    )
    fanned_out = bytes.fromhex(
        "04 0f 02 00 01 72 65 61 6c 74 69 6d 65 3a 72 6f 6f 6d 3a 31 68 69 7b 22 61 22 3a 31 7d"
    )

    async def test():
        async with of(gateway) as ana, of(gateway, "Ben") as ben:
            acknowledging = '{"config":{"broadcast":{"ack":true}}}'
            for member in (ana, ben):
                await member.says(f'["6","6","realtime:room:1","phx_join",{acknowledging}]')
                await member.hears(
                    '["6","6","realtime:room:1","phx_reply",{"status":"ok","response":{"postgres_changes":[]}}]'
                )
            await ana.says(pushed)
            await ana.hears(f'["6","7","realtime:room:1","phx_reply",{OK}]')
            await ben.hears(fanned_out)

    run(test())


def test_a_join_with_everything_and_its_reply(gateway):
    binding = '{"event":"UPDATE","schema":"public","table":"todos","filter":"owner=eq.4","select":["id","title"]'

    async def test():
        async with of(gateway) as ana:
            await ana.says(
                '["1","1","realtime:room:7","phx_join",{"config":{'
                '"broadcast":{"ack":true,"self":false,"replay":{"since":1767225600000,"limit":10},'
                '"replication_ready":false},"presence":{"key":"alice","enabled":true},'
                f'"postgres_changes":[{binding}}}],"private":true}},'
                f'"access_token":"{gateway.token("Ana")}"}}]'
            )
            await ana.hears(
                '["1","1","realtime:room:7","phx_reply",{"status":"ok","response":{"postgres_changes":['
                + binding + ',"id":<ID>}]}}]'
            )

    run(test())


def test_a_refused_join_an_unjoined_topic_and_the_end_of_a_channel(gateway):
    async def test():
        async with of(gateway) as ana:
            await ana.says('["1","1","realtime:room:8","phx_join",{"config":{"private":true}}]')
            await ana.hears(
                '["1","1","realtime:room:8","phx_reply",{"status":"error","response":{"reason":'
                '"Unauthorized: You do not have permissions to read from this Channel topic: room:8"}}]'
            )
            unmatched = '{"status":"error","response":{"reason":"unmatched topic"}}'
            await ana.says('["1","8","realtime:room:7","broadcast",{}]')
            await ana.hears(f'[null,"8","realtime:room:7","phx_reply",{unmatched}]')
            await ana.says('["1","8","room:7","phx_join",{"config":{}}]')
            await ana.hears(f'[null,"8","room:7","phx_reply",{unmatched}]')
            await ana.says('["1","1","realtime:","phx_join",{"config":{}}]')
            await ana.hears(
                '["1","1","realtime:","phx_reply",{"status":"error","response":'
                '{"reason":"TopicNameRequired: You must provide a topic name"}}]'
            )
            await ana.joined()
            await ana.says('["1","9","realtime:room:7","phx_leave",{}]')
            await ana.hears(f'["1","9","realtime:room:7","phx_reply",{OK}]')
            await ana.hears('["1","1","realtime:room:7","phx_close",{}]')
            await ana.says('[null,"10","realtime:room:7","phx_leave",{}]')
            await ana.hears(f'[null,"10","realtime:room:7","phx_reply",{OK}]')

    run(test())


def test_a_new_token_is_not_answered_and_a_bad_one_is_named(gateway):
    async def test():
        async with of(gateway) as ana:
            await ana.joined()
            await ana.says(
                '["1","11","realtime:room:7","access_token",'
                f'{{"access_token":"{gateway.token("Ben")}"}}]'
            )
            for nothing_new in ('"sb_publishable_x"', "null", f'"{gateway.token("Ben")}"'):
                await ana.says(
                    f'["1","11","realtime:room:7","access_token",{{"access_token":{nothing_new}}}]'
                )
            await ana.nothing_more()
            await ana.says('["1","11","realtime:room:7","access_token",{"access_token":"eyJ"}]')
            await ana.hears(
                '["1",null,"realtime:room:7","system",{"extension":"system","status":"error",'
                '"message":"The token provided is not a valid JWT","channel":"room:7"}]'
            )
            await ana.hears('["1","1","realtime:room:7","phx_close",{}]')

    run(test())


def test_a_right_to_read_that_is_lost_in_part_ends_the_channel_too(gateway):
    async def test():
        async with of(gateway) as ana:
            await ana.says(
                '["1","1","realtime:room:9","phx_join",{"config":{"private":true,"presence":{"enabled":true}}}]'
            )
            await ana.hears(
                '["1","1","realtime:room:9","phx_reply",{"status":"ok","response":{"postgres_changes":[]}}]'
            )
            await ana.hears('["1",null,"realtime:room:9","presence_state",{}]')
            await ana.says(
                '["1","11","realtime:room:9","access_token",'
                f'{{"access_token":"{gateway.token("Ben")}"}}]'
            )
            await ana.hears(
                '["1",null,"realtime:room:9","system",{"extension":"system","status":"error","message":'
                '"You no longer have permission to read from this Channel topic: room:9","channel":"room:9"}]'
            )
            await ana.hears('["1","1","realtime:room:9","phx_close",{}]')

    run(test())


def test_join_references_that_are_null_or_old_matter_to_leaving_only(gateway):
    """The library for Kotlin has two numbers for a join, and none for what follows it."""

    async def test():
        async with of(gateway) as ana:
            await ana.says(
                '["5","6","realtime:room:7","phx_join",{"config":{"private":true,"broadcast":{"ack":true,"self":true}}}]'
            )
            await ana.hears(
                '["5","6","realtime:room:7","phx_reply",{"status":"ok","response":{"postgres_changes":[]}}]'
            )
            for join_ref in ("null", '"99"', '"5"'):
                await ana.says(f'[{join_ref},"7","realtime:room:7","broadcast",{{"event":"x"}}]')
                frames = {await asyncio.wait_for(ana.socket.recv(), WAIT) for _ in range(2)}
                assert frames == {
                    f'["5","7","realtime:room:7","phx_reply",{OK}]',
                    '[null,null,"realtime:room:7","broadcast",{"event":"x"}]',
                }
                await ana.says(f'[{join_ref},"8","realtime:room:7","presence",{{}}]')
                await ana.hears(f'["5","8","realtime:room:7","phx_reply",{OK}]')
            await ana.says('["99","9","realtime:room:7","phx_leave",{}]')
            await ana.nothing_more()
            await ana.says('[null,"9","realtime:room:7","phx_leave",{}]')
            await ana.hears(f'["5","9","realtime:room:7","phx_reply",{OK}]')
            await ana.hears('["5","5","realtime:room:7","phx_close",{}]')

    run(test())


def test_topics_have_any_characters(gateway):
    async def test():
        async with of(gateway) as ana:
            for name in (' a "b" ', "é😀", "a/../b?c=d&e#f", "\\u0001\\n", "*", "realtime:", "a:b:c", "%25"):
                topic = f"realtime:{name}".replace('"', '\\"')
                await ana.says(f'["1","1","{topic}","phx_join",{{"config":{{}}}}]')
                reply = await asyncio.wait_for(ana.socket.recv(), WAIT)
                assert reply == (
                    f'["1","1","{topic}","phx_reply",{{"status":"ok","response":{{"postgres_changes":[]}}}}]'
                )

    run(test())


def test_what_was_asked_for_follows_the_reply(gateway):
    async def test():
        async with of(gateway) as ana:
            await ana.joined(
                '{"config":{"private":true,"broadcast":{"replication_ready":true},"presence":{"enabled":true}}}'
            )
            await ana.hears(
                '["1",null,"realtime:room:7","system",{"extension":"system","status":"ok",'
                '"message":"Replication connection established","channel":"room:7"}]'
            )
            await ana.hears('["1",null,"realtime:room:7","presence_state",{}]')

    run(test())


def test_malformed_and_unknown_messages_are_dropped_and_nothing_else(gateway):
    frames = [
        "", "{", "null", "[]", '["1","1","realtime:room:7","broadcast"]', '{"topic":"phoenix"}',
        '["1","1",7,"broadcast",{}]', '["1","1","realtime:room:7",null,{}]', b"", b"\x00\x00\x00\x00\x00",
        b"\x02\x01\x01ab", b"\x03", b"\x03\xff\xff\xff\xff\xff\x01", b"\xff" * 100,
        '["1","1","realtime:room:7","unknown",{}]', '["1","1","realtime:room:7","phx_reply",{}]',
    ]

    async def test():
        async with of(gateway) as ana:
            await ana.joined()
            for frame in frames:
                await ana.says(frame)
                await ana.nothing_more()
        async with of(gateway, version="1.0.0") as ana:
            for frame in [b"\x03\x01\x01\x0f\x02\x00\x01", *frames[:8]]:
                await ana.says(frame)
            await ana.says('{"topic":"phoenix","event":"heartbeat","payload":{},"ref":"h"}')
            await ana.hears(f'{{"topic":"phoenix","event":"phx_reply","payload":{OK},"ref":"h"}}')

    run(test())


def test_broadcasts_of_a_member_and_of_the_database(gateway):
    async def test():
        async with of(gateway) as ana, of(gateway, "Ben", "1.0.0") as ben:
            await ana.joined('{"config":{"private":true,"broadcast":{"ack":true,"self":false}}}')
            await ben.says(
                '{"topic":"realtime:room:7","event":"phx_join","payload":{"config":{"private":true}},"ref":"1"}'
            )
            await ben.socket.recv()
            payload = '{"type":"broadcast","event":"cursor","payload":{"x":10,"y":20}}'
            await ana.says(f'["1","12","realtime:room:7","broadcast",{payload}]')
            await ana.hears(f'["1","12","realtime:room:7","phx_reply",{OK}]')
            await ben.hears(
                f'{{"topic":"realtime:room:7","event":"broadcast","payload":{payload},"ref":null}}'
            )
            # Word for word, even without a type and with keys of one's own.
            await ana.says('["1","12","realtime:room:7","broadcast",{"event" : "cursor","own":[1.0]}]')
            await ana.hears(f'["1","12","realtime:room:7","phx_reply",{OK}]')
            await ben.hears(
                '{"topic":"realtime:room:7","event":"broadcast","payload":{"event" : "cursor","own":[1.0]},"ref":null}'
            )
            gateway.sql("""select realtime.send('{"total":9}', 'order', 'room:7', true)""")
            await ben.hears(
                '{"topic":"realtime:room:7","event":"broadcast","payload":{"type":"broadcast",'
                '"event":"order","payload":{"id": "<UUID>", "total": 9},"meta":{"id":"<UUID>"}},"ref":null}'
            )
            frame = await asyncio.wait_for(ana.socket.recv(), WAIT)
            head = bytes([4, 15, 5, 45, 1]) + b'realtime:room:7order{"id":"'
            assert frame.startswith(head) and frame.endswith(b'", "total": 9}')

    run(test())


def test_presence_from_the_state_to_an_update(gateway):
    async def test():
        def present(key):
            return f'{{"config":{{"private":true,"presence":{{"key":"{key}","enabled":true}}}}}}'

        async with of(gateway) as ana, of(gateway, "Ben") as ben:
            await ana.joined(present("alice"))
            await ana.hears('["1",null,"realtime:room:7","presence_state",{}]')
            await ana.says(
                '["1","13","realtime:room:7","presence",{"type":"presence","event":"track","payload":{"name":"Ann"}}]'
            )
            joins = '{"joins":{"alice":{"metas":[{"phx_ref":"<REF>","name":"Ann"}]}},"leaves":{}}'
            first = (await replied(ana, "13", joins))["REF"]

            await ben.joined(present("bob"))
            await ben.hears(
                '["1",null,"realtime:room:7","presence_state",{"alice":{"metas":[{"phx_ref":"'
                + first + '","name":"Ann"}]}}]'
            )
            # Upper case is as good, and so is a call without its type.
            await ben.says(
                '["1","13","realtime:room:7","presence",{"event":"TRACK","payload":{"name":"Bob"}}]'
            )
            joins = '{"joins":{"bob":{"metas":[{"phx_ref":"<REF>","name":"Bob"}]}},"leaves":{}}'
            assert (await replied(ben, "13", joins))["REF"] != first
            await ana.hears(f'[null,null,"realtime:room:7","presence_diff",{joins}]')

            await ana.says(
                '["1","14","realtime:room:7","presence",{"type":"presence","event":"track","payload":{"name":"Ann","typing":true}}]'
            )
            update = (
                '{"joins":{"alice":{"metas":[{"phx_ref":"<REF>","phx_ref_prev":"' + first
                + '","name":"Ann","typing":true}]}},"leaves":{"alice":{"metas":[{"phx_ref":"'
                + first + '","name":"Ann"}]}}}'
            )
            second = (await replied(ana, "14", update))["REF"]
            assert second != first
            await ben.hears(f'[null,null,"realtime:room:7","presence_diff",{update}]')

            await ana.says(
                '["1","14","realtime:room:7","presence",{"type":"presence","event":"untrack"}]'
            )
            leaves = '{"joins":{},"leaves":{"alice":{"metas":[{"phx_ref":"<REF>","phx_ref_prev":"<REF0>","name":"Ann","typing":true}]}}}'
            await replied(ana, "14", leaves)

            for call, answer in {
                '{"event":"track","payload":[1]}':
                    '{"status":"error","response":{"reason":"Presence track payload must be a map"}}',
                '{"event":"wave"}': '{"status":"error","response":{}}',
                "{}": OK,
                '{"event":"untrack","more":1}': OK,
            }.items():
                await ana.says(f'["1","15","realtime:room:7","presence",{call}]')
                await ana.hears(f'["1","15","realtime:room:7","phx_reply",{answer}]')

    async def replied(member, ref, diff):
        """The reply and the diff, in whichever order; answers what was open in the diff."""
        frames = sorted([
            await asyncio.wait_for(member.socket.recv(), WAIT) for _ in range(2)
        ])
        assert frames[0] == f'["1","{ref}","realtime:room:7","phx_reply",{OK}]'
        return matched(frames[1], f'[null,null,"realtime:room:7","presence_diff",{diff}]')

    run(test())

"""A bridge from PostgreSQL to WebSockets, as one would write it in an afternoon.

    python bridge.py PORT [DSN]

The path of the URL is the topic. What a connection sends goes to all connections of its topic, and
with a DSN (postgresql://…) so does what the database sends:
NOTIFY messages, '{"topic": "trip:42", "payload": …}'.
"""

import asyncio
import json
import signal
import sys

import asyncpg
from websockets.asyncio.server import broadcast, serve
from websockets.exceptions import ConnectionClosedError

connections = {}


async def connected(connection):
    topic = connection.request.path.partition("?")[0].removeprefix("/")
    members = connections.setdefault(topic, set())
    members.add(connection)
    try:
        async for message in connection:
            broadcast(members, message)
    except ConnectionClosedError:
        pass
    finally:
        members.discard(connection)
        if not members and connections.get(topic) is members:
            del connections[topic]


def notified(_database, _process, _channel, text):
    note = json.loads(text)
    broadcast(connections.get(note["topic"], ()), json.dumps(note["payload"]))


async def main(port, dsn=None):
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    if dsn:
        database = await asyncpg.connect(dsn)
        await database.add_listener("messages", notified)
        database.add_termination_listener(lambda _: ended.set())
    # Nothing is compressed, with no peer.
    async with serve(connected, "127.0.0.1", int(port), compression=None, backlog=4096):
        print(f"python: ready on ws://127.0.0.1:{port}", flush=True)
        await ended.wait()


asyncio.run(main(*sys.argv[1:]))

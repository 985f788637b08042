"""A client of serializer 2, written from the wire protocol's description and nothing of Waypost's.

It does what official libraries do: numbers its messages, numbers each join anew, sends broadcasts
as binary frames of kind 3, reads those of kind 4, keeps a presence state by diffs, and after a
loss joins again what it had joined.
"""

import asyncio
import itertools
import json
from dataclasses import dataclass, field

import websockets

PUSH, BROADCAST = 3, 4
BYTES, JSON = 0, 1
WAIT = 15


@dataclass
class Message:
    """A message as it came, whichever frame brought it."""

    join_ref: str | None
    ref: str | None
    topic: str
    name: str
    payload: object


def push_frame(join_ref, ref, topic, name, payload, encoding=JSON, metadata=""):
    """A broadcast from here: lengths, encoding, texts, payload."""
    texts = [text.encode() for text in (join_ref, ref, topic, name, metadata)]
    return b"".join([
        bytes([PUSH]), bytes(len(text) for text in texts), bytes([encoding]), *texts, payload,
    ])


def decoded(frame):
    """A message of a text frame, or of a binary one of kind 4."""
    if isinstance(frame, str):
        return Message(*json.loads(frame))
    kind, topic_length, name_length, metadata_length, encoding = frame[:5]
    assert kind == BROADCAST, f"nobody sends kind {kind}"
    rest = frame[5:]
    topic, rest = rest[:topic_length].decode(), rest[topic_length:]
    name, rest = rest[:name_length].decode(), rest[name_length:]
    metadata, rest = rest[:metadata_length], rest[metadata_length:]
    content = {"type": "broadcast", "event": name}
    content["payload"] = rest if encoding == BYTES else json.loads(rest)
    if metadata:
        content["meta"] = json.loads(metadata)
    return Message(None, None, topic, "broadcast", content)


@dataclass
class Channel:
    """One topic of a connection, with what has come for it."""

    connection: "Connection"
    topic: str
    config: dict
    token: str | None
    join_ref: str | None = None
    is_joined: bool = False
    broadcasts: asyncio.Queue = field(default_factory=asyncio.Queue)
    notices: asyncio.Queue = field(default_factory=asyncio.Queue)
    diffs: asyncio.Queue = field(default_factory=asyncio.Queue)
    present: dict | None = None
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    async def join(self):
        """Asks to join under a new reference; answers the reply's payload."""
        self.join_ref = self.connection.next_ref()
        self.present = None
        payload = {"config": self.config}
        if self.token:
            payload["access_token"] = self.token
        reply = await self.connection.ask(self, "phx_join", payload, ref=self.join_ref)
        self.is_joined = reply["status"] == "ok"
        return reply

    async def broadcast(self, name, payload, wants_answer=True):
        """Sends JSON, or bytes as they are."""
        encoding = BYTES if isinstance(payload, bytes) else JSON
        data = payload if encoding == BYTES else json.dumps(payload).encode()
        ref = self.connection.next_ref()
        frame = push_frame(self.join_ref, ref, self.topic, name, data, encoding)
        return await self.connection.send(frame, ref if wants_answer else None)

    async def broadcast_text(self, name, payload):
        content = {"type": "broadcast", "event": name, "payload": payload}
        return await self.connection.ask(self, "broadcast", content)

    async def track(self, payload):
        call = {"type": "presence", "event": "track", "payload": payload}
        return await self.connection.ask(self, "presence", call)

    async def untrack(self):
        return await self.connection.ask(self, "presence", {"type": "presence", "event": "untrack"})

    async def refresh(self, token):
        """Sends a new token, which nobody answers."""
        self.token = token
        await self.connection.say(self, "access_token", {"access_token": token})

    async def leave(self):
        self.is_joined = False
        return await self.connection.ask(self, "phx_leave", {})

    def heard(self, message):
        if message.join_ref is not None and message.join_ref != self.join_ref:
            return
        if message.name == "broadcast":
            self.broadcasts.put_nowait(message.payload)
        elif message.name == "system":
            self.notices.put_nowait(message.payload)
        elif message.name == "presence_state":
            self.present = {key: group["metas"] for key, group in message.payload.items()}
            self.diffs.put_nowait(("state", message.payload))
        elif message.name == "presence_diff":
            self.merge(message.payload)
            self.diffs.put_nowait(("diff", message.payload))
        elif message.name == "phx_close":
            self.is_joined = False
            self.closed.set()

    def merge(self, diff):
        if self.present is None:
            return
        for key, group in diff["joins"].items():
            new = {meta["phx_ref"] for meta in group["metas"]}
            kept = [meta for meta in self.present.get(key, []) if meta["phx_ref"] not in new]
            self.present[key] = kept + group["metas"]
        for key, group in diff["leaves"].items():
            gone = {meta["phx_ref"] for meta in group["metas"]}
            kept = [meta for meta in self.present.get(key, []) if meta["phx_ref"] not in gone]
            self.present[key] = kept
            if not kept:
                del self.present[key]

    async def broadcast_named(self, name):
        """The next broadcast of a name; others are passed over."""
        while True:
            content = await asyncio.wait_for(self.broadcasts.get(), WAIT)
            if content["event"] == name:
                return content

    async def next_of(self, kind):
        """The next state or diff, whatever came before it."""
        while True:
            found, payload = await asyncio.wait_for(self.diffs.get(), WAIT)
            if found == kind:
                return payload


class Connection:
    """One WebSocket and its channels; lost, it connects again and joins again."""

    def __init__(self, url, token):
        self.url = f"{url}/websocket?apikey={token}&vsn=2.0.0"
        self.refs = itertools.count(1)
        self.channels = {}
        self.answers = {}
        self.socket = None
        self.reading = None
        self.is_wanted = False
        self.rejoined = asyncio.Event()

    async def __aenter__(self):
        self.is_wanted = True
        self.socket = await websockets.connect(self.url)
        self.reading = asyncio.create_task(self.read())
        return self

    async def __aexit__(self, *_):
        self.is_wanted = False
        await self.socket.close()
        self.reading.cancel()

    def next_ref(self):
        return str(next(self.refs))

    async def joined(self, topic, config, token=None):
        """Joins a topic, by its name without `realtime:`; anything but ok fails."""
        channel = Channel(self, f"realtime:{topic}", config, token)
        self.channels[channel.topic] = channel
        reply = await channel.join()
        assert reply["status"] == "ok", reply
        return channel

    async def heartbeat(self):
        ref = self.next_ref()
        return await self.send(json.dumps([None, ref, "phoenix", "heartbeat", {}]), ref)

    async def say(self, channel, name, payload, ref=None):
        ref = ref or self.next_ref()
        await self.send(json.dumps([channel.join_ref, ref, channel.topic, name, payload]), None)

    async def ask(self, channel, name, payload, ref=None):
        ref = ref or self.next_ref()
        frame = json.dumps([channel.join_ref, ref, channel.topic, name, payload])
        return await self.send(frame, ref)

    async def send(self, frame, ref):
        """Sends a frame, and waits for the reply where there is a reference for it."""
        if ref is None:
            return await self.socket.send(frame)
        self.answers[ref] = asyncio.get_running_loop().create_future()
        await self.socket.send(frame)
        return await asyncio.wait_for(self.answers[ref], WAIT)

    async def read(self):
        while self.is_wanted:
            try:
                async for frame in self.socket:
                    self.heard(decoded(frame))
            except websockets.ConnectionClosedError:
                pass
            if self.is_wanted:
                self.socket = await websockets.connect(self.url)
                # The replies to the joins have to be read meanwhile.
                self.again = asyncio.create_task(self.join_again())

    async def join_again(self):
        for channel in self.channels.values():
            await channel.join()
        self.rejoined.set()

    def heard(self, message):
        if message.name == "phx_reply" and message.ref in self.answers:
            self.answers.pop(message.ref).set_result(message.payload)
        elif message.topic in self.channels:
            self.channels[message.topic].heard(message)

    def lose(self):
        """Ends TCP without a word."""
        self.socket.transport.abort()

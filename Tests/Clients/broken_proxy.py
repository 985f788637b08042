"""A server broken on purpose: a proxy for WebSockets that does one wrong thing to what comes back.

Only frames with a load test's mark are touched, those of sessions or those of writers, and from the
fifth of their stream on, so that both sides know each other well by then. Everything else goes
through as it is.
"""

import asyncio
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field

MARK = re.compile(rb"~lt\.(\d+)\.(\d+)\.(\d+)\.\d+~")
FIRST_NUMBER = 5
# Streams below it are writers'.
FIRST_SESSION_STREAM = 1024


@dataclass(eq=False)
class Connection:
    """One that goes through: what is written to whom it belongs, and the topics it heard of."""

    writer: asyncio.StreamWriter
    topics: set = field(default_factory=set)


@dataclass
class Frame:
    """A frame from the server with the mark in it, if any."""

    data: bytes
    stream: int | None
    topic: int | None
    number: int

    @staticmethod
    def of(data):
        mark = MARK.search(data)
        if not mark:
            return Frame(data, None, None, 0)
        return Frame(data, *map(int, mark.groups()))


class Fault:
    """Does nothing wrong; others override what becomes of a frame that may be touched."""

    def __init__(self, of_writers=False):
        self.of_writers = of_writers
        self.count = 0

    def may_touch(self, frame):
        if frame.number < FIRST_NUMBER:
            return False
        return (frame.stream < FIRST_SESSION_STREAM) == self.of_writers

    def pass_on(self, frame, connection, connections):
        """Answers what is written to whom: pairs of a connection and bytes."""
        yield connection, frame.data


class Drops(Fault):
    """Loses one message."""

    def pass_on(self, frame, connection, connections):
        if self.count == 0:
            self.count = 1
        else:
            yield connection, frame.data


class DropsTheRest(Fault):
    """Loses one message of a stream, and with it all that follow on that connection."""

    lost = None

    def pass_on(self, frame, connection, connections):
        self.lost = self.lost or (connection, frame.stream, frame.topic)
        if self.lost == (connection, frame.stream, frame.topic):
            self.count += 1
        else:
            yield connection, frame.data


class Doubles(Fault):
    """Sends one message twice."""

    def pass_on(self, frame, connection, connections):
        yield connection, frame.data
        if self.count == 0:
            self.count = 1
            yield connection, frame.data


class Swaps(Fault):
    """Sends one message behind the one that follows it."""

    held = None

    def pass_on(self, frame, connection, connections):
        if self.held is None:
            self.held = (connection, frame)
            return
        yield connection, frame.data
        first_connection, first = self.held
        if (
            self.count == 0
            and first_connection is connection
            and (first.stream, first.topic) == (frame.stream, frame.topic)
        ):
            self.count = 1
            yield connection, first.data


class Misroutes(Fault):
    """Sends one message to a connection that has nothing to do with its topic, too."""

    def pass_on(self, frame, connection, connections):
        yield connection, frame.data
        if self.count == 0:
            for other in connections:
                if other.topics and frame.topic not in other.topics:
                    self.count = 1
                    yield other, frame.data
                    return


class Alters(Fault):
    """Breaks the mark of one message."""

    def pass_on(self, frame, connection, connections):
        if self.count == 0:
            self.count = 1
            yield connection, frame.data.replace(b"~lt.", b"~lt,", 1)
        else:
            yield connection, frame.data


async def next_frame(reader):
    """Reads one frame of a server, which masks none."""
    head = await reader.readexactly(2)
    length = head[1] & 127
    if length > 125:
        more = await reader.readexactly(2 if length == 126 else 8)
        head, length = head + more, int.from_bytes(more, "big")
    return Frame.of(head + await reader.readexactly(length))


async def pass_all(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()


class Proxy:
    """Listens on a free port and goes to `port`."""

    def __init__(self, port, fault):
        self.target, self.fault = port, fault
        self.connections = []
        self.url = None

    async def listen(self):
        server = await asyncio.start_server(self.accepted, "127.0.0.1", 0, backlog=1024)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        return server

    async def accepted(self, reader, writer):
        try:
            from_server, to_server = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.close()
            return
        upwards = asyncio.create_task(pass_all(reader, to_server))
        downwards = asyncio.create_task(self.pass_frames(from_server, writer))
        both = [upwards, downwards]
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        for task in both:
            task.cancel()
        await asyncio.gather(*both, return_exceptions=True)
        writer.close()
        to_server.close()

    async def pass_frames(self, reader, writer):
        answer = await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        if b" 101 " not in answer.partition(b"\r\n")[0]:
            return await pass_all(reader, writer)
        connection = Connection(writer)
        self.connections.append(connection)
        try:
            while True:
                frame = await next_frame(reader)
                if frame.topic is not None:
                    connection.topics.add(frame.topic)
                if self.fault.may_touch(frame):
                    written = list(self.fault.pass_on(frame, connection, self.connections))
                else:
                    written = [(connection, frame.data)]
                for other, data in written:
                    other.writer.write(data)
                await writer.drain()
        finally:
            self.connections.remove(connection)


@contextmanager
def broken_proxy(port, fault):
    """Runs a proxy to a port of this machine in a thread of its own."""
    proxy = Proxy(port, fault)
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(proxy.listen())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield proxy
    finally:

        async def end():
            server.close()
            tasks = asyncio.all_tasks() - {asyncio.current_task()}
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
        loop.close()

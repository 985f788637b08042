"""The servers that `loadtest peers` measures beside Waypost, each spoken to by hand."""

import asyncio
import json
import signal
import socket
import subprocess
from contextlib import asynccontextmanager, contextmanager
from urllib.parse import urlencode

import pytest
from conftest import CHECKOUT
from loadtest import LOADTEST
from websockets.asyncio.client import connect

MESSAGES = [f"message {number} " + "x" * 128 for number in range(200)]
GREETING = b'CONNECT {"verbose":false,"pedantic":false}\r\nSUB %s 1\r\nPING\r\n'


@contextmanager
def started(name, *arguments):
    """Runs a peer's script, which becomes the server, and ends it."""
    script = str(CHECKOUT / "loadtest/peers" / name)
    subprocess.run([script, "install"], check=True, timeout=300)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen([script, "start", str(port), *arguments])
    try:
        yield process, f"ws://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


@asynccontextmanager
async def connected(url, process):
    """A connection, as soon as the server takes one."""
    while True:
        assert process.poll() is None, "the server has ended"
        try:
            connection = await connect(url, compression=None, max_queue=None)
            break
        except OSError:
            await asyncio.sleep(0.1)
    async with connection:
        yield connection


async def heard(connection, count):
    return [await connection.recv() for _ in range(count)]


async def nothing_more(connection):
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(connection.recv(), 0.3)


@pytest.mark.parametrize(
    "peer", [["floor"], ["floor", "--coalesce"], ["nchan"], ["python"]], ids=" ".join
)
def test_what_is_sent_goes_to_all_of_the_topic_in_order_and_to_nobody_else(peer):
    async def test(process, url):
        async with (
            connected(f"{url}/trip:1", process) as ana,
            connected(f"{url}/trip:1", process) as ben,
            connected(f"{url}/trip:2", process) as other,
        ):
            for message in MESSAGES:
                await ana.send(message)
            assert await heard(ana, len(MESSAGES)) == MESSAGES
            assert await heard(ben, len(MESSAGES)) == MESSAGES
            await nothing_more(ben)
            await nothing_more(other)

    with started(*peer) as (process, url):
        asyncio.run(asyncio.wait_for(test(process, url), 60))


def test_nats_delivers_all_of_a_subject_in_order_and_nothing_else():
    async def test(process, url):
        async with (
            connected(url, process) as ana,
            connected(url, process) as ben,
            connected(url, process) as other,
        ):
            for connection, topic in [(ana, b"trip:1"), (ben, b"trip:1"), (other, b"trip:2")]:
                assert (await connection.recv()).startswith(b"INFO ")
                await connection.send(GREETING % topic)
                assert await connection.recv() == b"PONG\r\n"
            for message in MESSAGES:
                await ana.send(f"PUB trip:1 {len(message)}\r\n{message}\r\n".encode())
            expected = "".join(f"MSG trip:1 1 {len(m)}\r\n{m}\r\n" for m in MESSAGES).encode()
            for connection in (ana, ben):
                received = b""
                # It joins what is ready into one message.
                while len(received) < len(expected):
                    received += await connection.recv()
                assert received == expected
            await nothing_more(other)

    with started("nats") as (process, url):
        asyncio.run(asyncio.wait_for(test(process, url), 60))


def test_the_bridge_passes_on_what_the_database_notifies(gateway):
    async def test(process, url):
        async with (
            connected(f"{url}/trip:1", process) as ana,
            connected(f"{url}/trip:2", process) as other,
        ):
            note = '{"topic": "trip:1", "payload": {"name": "Porto"}}'
            await asyncio.to_thread(gateway.sql, f"notify messages, '{note}'")
            assert await ana.recv() == '{"name": "Porto"}'
            await nothing_more(other)

    words = dict(part.replace("'", "").split("=", 1) for part in gateway.dsn.split())
    dsn = f"postgresql:///{words.pop('dbname')}?{urlencode(words)}"
    with started("python", dsn) as (process, url):
        asyncio.run(asyncio.wait_for(test(process, url), 60))


def test_servers_are_measured_by_turns_and_stand_side_by_side(tmp_path):
    figures = tmp_path / "peers.json"
    process = run_peers(
        "--peers", "floor,waypost", "--subscribers", "20", "--deliveries", "1000",
        "--in-flight", "4", "--rounds", "1", "--seconds", "2", "--json", str(figures),
    )
    assert process.returncode == 0, process.stderr
    rows = json.loads(figures.read_text())["rows"]
    assert [row["name"] for row in rows] == ["floor", "waypost"] * 2
    for row in rows:
        [turn] = row["turns"]
        assert turn["deliveriesPerSecond"] > 0
        assert turn["serverCores"] > 0
        assert turn["generatorCores"] > 0
        assert turn["troubles"] == {}
    assert process.stdout.count("\n| 20 | floor | ") == 2
    assert process.stdout.count("\n| 20 | waypost | ") == 2
    assert "**saturated, 4 messages in flight**" in process.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--peers", "floor,nobody"], "there are floor, floor-coalescing, waypost, nchan"),
        (["--peers", ""], "there is nothing to do"),
        (["--subscribers", "100,many"], "--subscribers many"),
        (["--server-core", "0", "--generator-core", "0"], "need a core each"),
        (["--server-core", "4096"], "this machine has the cores 0 to"),
    ],
)
def test_what_cannot_be_measured_is_refused_with_what_to_do(arguments, words):
    process = run_peers(*arguments)
    assert process.returncode == 2
    assert words in process.stderr


def test_a_taken_port_is_named():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = run_peers("--peers", "floor", "--port", str(port), "--rounds", "1")
    assert process.returncode == 2
    assert f"port {port} is taken" in process.stderr


def run_peers(*arguments):
    return subprocess.run(
        [LOADTEST, "peers", *arguments],
        capture_output=True, text=True, timeout=300, cwd=CHECKOUT,
    )

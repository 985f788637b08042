"""Tokens of an issuer with keys of its own: signed by PyJWT, published over HTTP, and rotated."""

import asyncio
import http.server
import json
import threading
import time

import jwt
import pytest
from conftest import running_gateway
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import get_default_algorithms
from realtime import AsyncRealtimeClient, RealtimeSubscribeStates
from test_realtime_client import WAIT, join, run


class Issuer:
    """Signs tokens and serves the public keys that it has at the moment."""

    def __init__(self):
        self.keys = {}
        self.request_count = 0
        issuer = self

        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                issuer.request_count += 1
                body = json.dumps({"keys": issuer.public_keys()}).encode()
                self.send_response(200)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.listener = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        threading.Thread(target=self.listener.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.listener.server_port}/.well-known/jwks.json"

    def add(self, kid, algorithm):
        make = {
            "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
            "RS256": lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048),
            "EdDSA": ed25519.Ed25519PrivateKey.generate,
        }
        key = Key(kid, algorithm, make[algorithm]())
        self.keys[kid] = key
        return key

    def public_keys(self):
        return [key.public() for key in list(self.keys.values())]


class Key:
    def __init__(self, kid, algorithm, private):
        self.kid, self.algorithm, self.private = kid, algorithm, private

    def public(self):
        algorithm = get_default_algorithms()[self.algorithm]
        key = json.loads(algorithm.to_jwk(self.private.public_key()))
        return {**key, "kid": self.kid, "alg": self.algorithm, "use": "sig"}

    def token(self, person, lasting=3600, **claims):
        payload = {
            "role": "authenticated", "sub": person["id"], "aud": "authenticated",
            "iat": int(time.time()), "exp": int(time.time()) + lasting, **claims,
        }
        return jwt.encode(payload, self.private, self.algorithm, headers={"kid": self.kid})


@pytest.fixture(scope="module")
def issuer():
    issuer = Issuer()
    issuer.add("first", "ES256")
    yield issuer
    issuer.listener.shutdown()


OPAQUE = "sb_publishable_0123456789abcdef_01234567"


@pytest.fixture(scope="module")
def issued(issuer):
    settings = {
        "token_jwks_url": issuer.url, "token_jwks_refetch_seconds": 1,
        "token_audience": "authenticated", "token_opaque_keys": f"{OPAQUE}=anon",
    }
    with running_gateway(**settings) as gateway:
        yield gateway


def client(gateway, token):
    return AsyncRealtimeClient(
        gateway.realtime_url, token, max_retries=1, auto_reconnect=False
    )


async def connects(gateway, token):
    try:
        connection = client(gateway, token)
        await connection.connect()
        await connection.close()
        return True
    except Exception:
        return False


async def eventually(condition):
    for _ in range(100):
        if await condition():
            return
        await asyncio.sleep(0.1)
    raise AssertionError("it has not come true")


def test_keys_are_rotated_under_a_client_that_stays(issuer, issued):
    async def test():
        ana = issued.people["Ana"]
        first = issuer.keys["first"]
        changes = asyncio.Queue()
        # A gateway opens its port before it has fetched its first set.
        await eventually(lambda: connects(issued, first.token(ana)))
        connection = client(issued, first.token(ana))
        await connection.connect()
        _, (state, error) = await join(
            connection, "trip:1", lambda channel: channel.on_broadcast("UPDATE", changes.put_nowait)
        )
        assert state == RealtimeSubscribeStates.SUBSCRIBED, error

        unpublished = Key("second", "ES256", ec.generate_private_key(ec.SECP256R1()))
        assert not await connects(issued, unpublished.token(ana))
        second = issuer.add("second", "ES256")
        assert not await connects(issued, unpublished.token(ana)), "the name is not enough"
        await eventually(lambda: connects(issued, second.token(ana)))

        await connection.set_auth(second.token(ana))
        del issuer.keys["first"]
        issuer.add("third", "EdDSA")
        await eventually(lambda: connects(issued, issuer.keys["third"].token(ana)))
        assert not await connects(issued, first.token(ana)), "its key was taken back"
        issued.sql("update public.trips set budget = 4321.5 where id = 1")
        message = await asyncio.wait_for(changes.get(), WAIT)
        assert message["payload"]["record"]["budget"] == 4321.5
        await connection.close()

    run(test())


def test_every_algorithm_joins_and_the_wrong_audience_does_not(issuer, issued):
    async def test():
        ana = issued.people["Ana"]
        for algorithm in ["RS256", "ES256", "EdDSA"]:
            key = issuer.add(f"of {algorithm}", algorithm)
            await eventually(lambda: connects(issued, key.token(ana)))
            assert not await connects(issued, key.token(ana, aud="somebody else"))
            assert not await connects(issued, key.token(ana, lasting=-1))
            connection = client(issued, key.token(ana))
            await connection.connect()
            _, (state, error) = await join(connection, "trip:1")
            assert state == RealtimeSubscribeStates.SUBSCRIBED, error
            await connection.close()

    run(test())


def test_an_opaque_key_connects_and_a_token_joins(issuer, issued):
    async def test():
        connection = client(issued, OPAQUE)
        await connection.connect()
        _, (state, error) = await join(connection, "trip:1")
        assert state == RealtimeSubscribeStates.CHANNEL_ERROR
        assert "You do not have permissions to read from this Channel topic: trip:1" in str(error)
        await connection.close()

        connection = client(issued, OPAQUE)
        await connection.connect()
        key = issuer.add("for a join", "ES256")
        await eventually(lambda: connects(issued, key.token(issued.people["Ana"])))
        await connection.set_auth(key.token(issued.people["Ana"]))
        _, (state, error) = await join(connection, "trip:1")
        assert state == RealtimeSubscribeStates.SUBSCRIBED, error
        await connection.close()

    run(test())

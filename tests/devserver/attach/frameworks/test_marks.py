"""Whose a row is by what only one framework writes; rows that anybody writes are nobody's."""

from __future__ import annotations

import asyncio
import json

import pytest
import redis

from session_inspector.devserver.attach.layouts import recognise_layout
from session_inspector.devserver.attach.rows.opening import open_reader
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.decoders.base import Material
from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.main import run
from tests.devserver.attach.frameworks.test_node_and_go import GIN, KOA
from tests.servers import RedisServer

NOW = 1_760_000_000.0
KOA_GENERIC = {"cookie": {"httpOnly": True, "path": "/", "maxAge": 86400000}, "user": "alice"}
OWN = {
    "connect-redis": json.dumps(KOA_GENERIC).encode(),
    "flask-session": b'{"_permanent": true, "user": "alice"}',
    "authjs": b'{"sessionToken": "t", "userId": "7", "expires": "2099-01-01T00:00:00.000Z"}',
    "better-auth": b'{"session": {"token": "t", "userId": "7", "expiresAt": "2099-01-01T00:00:00Z"}'
    b', "user": {"id": "7"}}',
    "starsessions": b'{"__metadata__": {"created": 1, "lifetime": 60}, "user": "alice"}',
    "php": b'user|s:5:"alice";',
    "koa-session": KOA,
    "gorilla": GIN,
}
ANYBODYS = {
    "a number": b"42",
    "a list": b'["a","b"]',
    "a text": b"plain text value",
    "a cached object": b'{"name": "zoe", "id": 3}',
    "an object with a cookie that is none": b'{"cookie": {"consent": true}}',
    "an object with one of koa's two members": b'{"user": "alice", "_expire": 1760000600000}',
    "a token's user": b'{"userId": "7"}',
    "a gob of another type": bytes.fromhex("0700040661626364")[:6],
    "bytes": b"\x80\x81\x82" * 20,
}


@pytest.fixture
def keys(redis_server: RedisServer) -> redis.Redis:
    found = redis.Redis.from_url(redis_server.url)
    found.flushall()
    return found


def recognise(url: str, prefix: str) -> str:
    async def ask() -> str:
        clock = ManualClock(NOW)
        reader = await open_reader(f"{url}?prefix={prefix}", clock)
        try:
            found = await recognise_layout(reader, Material(cookies={}, now=NOW))
        finally:
            await reader.close()
        return found.name if found is not None else ""

    return asyncio.run(ask())


@pytest.mark.parametrize("layout", OWN)
def test_own_rows_are_recognised_under_any_prefix(
    layout: str, redis_server: RedisServer, keys: redis.Redis
) -> None:
    keys.set("acme:web:0f8fad5b", OWN[layout], ex=600)
    assert recognise(redis_server.url, "acme:web:") == layout


@pytest.mark.parametrize("name", ANYBODYS)
def test_what_anybody_writes_is_nobodys_under_a_prefix(
    name: str, redis_server: RedisServer, keys: redis.Redis
) -> None:
    keys.set("acme:web:1", ANYBODYS[name])
    assert recognise(redis_server.url, "acme:web:") == ""


@pytest.mark.parametrize("name", ANYBODYS)
@pytest.mark.parametrize(
    "command", [("sessions", "list"), ("sessions", "list", "--json"), ("stores", "check")]
)
def test_they_are_named_as_unknown_and_never_shown_as_sessions(
    name: str,
    command: tuple[str, ...],
    redis_server: RedisServer,
    keys: redis.Redis,
    capsys: pytest.CaptureFixture[str],
) -> None:
    keys.set("acme:web:1", ANYBODYS[name])
    url = f"{redis_server.url}?prefix=acme:web:"
    line = (*command, url) if command[0] == "stores" else (*command, "--store", url)
    assert run(parse(list(line))) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "acme:web:* (1, string)" in err
    assert "plain text" not in err

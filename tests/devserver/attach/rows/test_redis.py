"""Rows of other frameworks in Redis. What their own TTL does: `test_foreign_store.py`."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import redis

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import fingerprint
from tests.contracts.raw_rows import NOW, SESS, App, ManyRowsContract, shelf_of
from tests.servers import RedisServer


class Keys:
    """connect-redis's `sess:*`."""

    layout = "connect-redis"

    def __init__(self, url: str) -> None:
        self.url = url
        self.client = redis.Redis.from_url(url)
        self.client.flushall()

    async def put(self, key: str, ends: float) -> None:
        """Write as connect-redis 9 does; Redis measures a TTL with its own clock."""
        text = json.dumps(SESS, ensure_ascii=False)
        self.client.set(f"sess:{key}", text, px=max(1, round((ends - NOW) * 1000)))

    async def stored(self, key: str) -> object:
        found = self.client.get(f"sess:{key}")
        return None if found is None else json.loads(str(found, "utf-8"))  # type: ignore[arg-type]  # bytes: no decoding was asked for

    async def ends(self, key: str) -> float | None:
        left = self.client.pttl(f"sess:{key}")
        assert isinstance(left, int)
        return NOW + left / 1000 if left >= 0 else None

    async def delete(self, key: str) -> None:
        self.client.delete(f"sess:{key}")


class TestConnectRedis(ManyRowsContract):
    @pytest.fixture
    def app(self, redis_server: RedisServer) -> Iterator[App]:
        keys = Keys(redis_server.url)
        yield keys
        keys.client.close()


class Hashes(Keys):
    """Spring Session's `spring:session:sessions:*`, with JSON values."""

    layout = "spring-session"

    async def put(self, key: str, ends: float) -> None:
        name = f"spring:session:sessions:{key}"
        fields: dict[bytes | bytearray | memoryview | str | int | float, str] = {
            "creationTime": str(int(NOW * 1000)),
            "lastAccessedTime": str(int(NOW * 1000)),
            "maxInactiveInterval": str(max(1, int(ends - NOW))),
            "sessionAttr:user": json.dumps({"sub": "zoë"}),
        }
        self.client.hset(name, mapping={**fields})
        self.client.pexpire(name, max(1, round((ends - NOW) * 1000)))
        self.client.set("spring:session:sessions:expires:x", "")  # no session

    async def stored(self, key: str) -> object:
        return self.client.hgetall(f"spring:session:sessions:{key}") or None

    async def delete(self, key: str) -> None:
        self.client.delete(f"spring:session:sessions:{key}")


class TestSpringSession(ManyRowsContract):
    @pytest.fixture
    def app(self, redis_server: RedisServer) -> Iterator[App]:
        keys = Hashes(redis_server.url)
        yield keys
        keys.client.close()


async def test_a_key_that_is_not_utf_8_is_taken_and_put_back_in_its_own_bytes(
    redis_server: RedisServer,
) -> None:
    keys = Keys(redis_server.url)
    name = b"sess:\xffid"
    keys.client.set(name, json.dumps(SESS), ex=60)
    events: list[Event] = []
    async with shelf_of(keys, ManualClock(NOW), events) as shelf:
        await shelf.revoke(fingerprint("\\xffid"), cause="c1")
        assert keys.client.dbsize() == 0
        await shelf.undo_revoke(cause="c2")
        assert keys.client.keys() == [name]
        await shelf.expire(fingerprint("\\xffid"), "absolute", cause="c3")
    assert keys.client.dbsize() == 0
    keys.client.close()

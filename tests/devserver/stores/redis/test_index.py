"""The lab's index has a name that no app's scan meets; who has an earlier one is helped."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import redis as driver

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.stores.redis.index import counts_for, row_pattern
from session_inspector.devserver.stores.redis.store import RedisStore
from session_inspector.devserver.stores.urls import open_own_store, open_store
from tests.contracts.store import NOW, A, B, everything, record
from tests.servers import RedisServer

INDEX = "session-inspector:index:session:"


@pytest.fixture
def raw(redis_server: RedisServer) -> Iterator[driver.Redis]:
    client = driver.Redis(port=redis_server.port, decode_responses=True)
    client.flushall()
    yield client
    client.close()


async def test_only_who_owns_the_rows_makes_an_index(
    redis_server: RedisServer, raw: driver.Redis
) -> None:
    for open_ in (open_store, open_own_store):
        store = await open_(redis_server.url, ManualClock(NOW), may_create=True)
        await store.create(A, record())
        assert (raw.exists(INDEX) == 1) == (open_ is open_own_store)
        assert raw.keys("session:*") == [f"session:{A}"]
        await store.close()


async def test_an_index_of_an_earlier_version_is_moved_by_the_lab(
    redis_server: RedisServer, raw: driver.Redis
) -> None:
    raw.set(f"session:{A}", "{}", ex=90_000)
    raw.zadd("session:index", {A: NOW + 60, B: "inf"})
    reader = await open_store(redis_server.url, ManualClock(NOW), may_create=False)
    assert [key for key, _ in (await everything(reader)).rows] == [A]
    await reader.close()
    assert raw.type("session:index") == "zset"
    store = await RedisStore.open_own(redis_server.url, ManualClock(NOW), may_create=False)
    found = await store.read(A)
    await store.close()
    assert found is not None
    assert found.expires == NOW + 60
    assert raw.exists("session:index") == 0
    assert raw.zrange(INDEX, 0, -1) == [A, B]


async def test_entries_of_both_indexes_are_kept_with_the_later_end(
    redis_server: RedisServer, raw: driver.Redis
) -> None:
    raw.zadd("session:index", {A: NOW + 60, B: NOW + 10})
    raw.zadd(INDEX, {A: NOW + 5, B: NOW + 20})
    await (await RedisStore.open_own(redis_server.url, ManualClock(NOW), may_create=False)).close()
    assert raw.zrange(INDEX, 0, -1, withscores=True) == [(B, NOW + 20), (A, NOW + 60)]


@pytest.mark.parametrize("scores", [{"a": 3}, {"a": 1_760_000_000_000}, {"a": NOW, "b": 1}])
async def test_a_sorted_set_that_is_not_ours_stays(
    redis_server: RedisServer, raw: driver.Redis, scores: dict[str, float]
) -> None:
    raw.zadd("session:index", scores)
    raw.set(f"session:{A}", "{}", ex=100)
    store = await RedisStore.open_own(redis_server.url, ManualClock(NOW), may_create=True)
    assert [key for key, _ in (await everything(store)).rows] == [A]
    assert await store.count() == 1
    await store.close()
    assert raw.zcard("session:index") == len(scores)


async def test_keys_of_other_types_are_no_sessions_of_the_lab(
    redis_server: RedisServer, raw: driver.Redis
) -> None:
    store = await RedisStore.open_own(redis_server.url, ManualClock(NOW), may_create=True)
    raw.hset(f"session:{A}", "a", "1")
    assert await store.read(A) is None
    assert not await store.update(A, record())
    assert (await everything(store)).rows == []
    assert raw.type(f"session:{A}") == "hash"
    await store.close()


async def test_a_prefix_is_taken_as_it_is_written(
    redis_server: RedisServer, raw: driver.Redis
) -> None:
    raw.set("app[1]:x", "{}", ex=100)
    raw.set("app1:y", "{}", ex=100)
    url = f"{redis_server.url}?prefix=app%5B1%5D:"
    store = await open_store(url, ManualClock(NOW), may_create=False)
    assert [key for key, _ in (await everything(store)).rows] == ["x"]
    await store.close()
    assert row_pattern("a*b") == r"a\*b*"


def test_an_entry_counts_while_the_key_ends_a_day_after_it() -> None:
    assert counts_for(NOW, NOW + 86_400.9)
    assert counts_for(NOW, NOW + 86_400)
    assert not counts_for(NOW, NOW + 86_403)
    assert not counts_for(NOW, None)
    assert counts_for(float("inf"), None)

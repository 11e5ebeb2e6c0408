"""Redis keeps the contract, in the layout of the SDK's documented example."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import redis as driver

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import InputError, StoreUnavailable
from session_inspector.devserver.stores.base import Pruned, Store
from session_inspector.devserver.stores.redis.index import SLACK
from session_inspector.devserver.stores.redis.store import RedisStore
from tests.contracts.outage import assert_outlives
from tests.contracts.store import NOW, A, B, everything, record, session
from tests.contracts.touch import TouchContract
from tests.servers import RedisServer, free_port


@pytest.fixture
def raw(redis_server: RedisServer) -> driver.Redis:
    client = driver.Redis(port=redis_server.port, decode_responses=True)
    client.flushall()
    return client


class TestRedisStore(TouchContract):
    @pytest.fixture
    async def store(
        self, clock: ManualClock, redis_server: RedisServer, raw: driver.Redis
    ) -> AsyncIterator[Store]:
        store = await RedisStore.open_own(redis_server.url, clock, may_create=True)
        yield store
        await store.close()
        raw.close()

    async def test_scripts_that_were_flushed_are_sent_again(
        self, store: Store, raw: driver.Redis
    ) -> None:
        await store.create(A, record())
        raw.script_flush()
        assert await store.read(A) == record()


async def test_traces_and_rows_without_ttl_are_orphans(
    redis_server: RedisServer, raw: driver.Redis
) -> None:
    store = await RedisStore.open_own(redis_server.url, ManualClock(NOW), may_create=True)
    await store.create(A, record())
    raw.delete(f"session:{A}")  # evicted: its index entry stays
    raw.set(f"session:{B}", "{}")
    assert await store.prune(orphans=True, dry_run=True) == Pruned(orphans=2)
    assert await store.prune(orphans=True) == Pruned(orphans=2)
    assert raw.keys("*") == []
    await store.close()
    raw.close()


async def test_the_row_is_the_documented_one(redis_server: RedisServer, raw: driver.Redis) -> None:
    store = await RedisStore.open_own(redis_server.url, ManualClock(NOW), may_create=True)
    await store.create(A, record(session("alice")))
    ttl = raw.ttl(f"session:{A}")
    assert str(raw.get(f"session:{A}")).startswith('{"user":{"sub":"alice"}')
    assert isinstance(ttl, int)
    assert SLACK < ttl <= SLACK + 60
    await store.close()
    raw.close()


async def test_somebody_else_s_row_is_read_listed_and_updated(
    redis_server: RedisServer, raw: driver.Redis
) -> None:
    raw.set(f"session:{A}", '{"user":{"sub":"x"}}', ex=100)
    raw.set("session:broken", "not json")
    raw.set("unrelated", "1")
    store = await RedisStore.open_own(redis_server.url, ManualClock(NOW), may_create=False)
    found = await store.read(A)
    assert found is not None
    assert found.data == {"user": {"sub": "x"}}
    assert found.expires is not None
    assert 95 <= found.expires - NOW <= 100
    assert {key for key, _ in (await everything(store)).rows} == {A, "broken"}
    assert await store.update(A, record())
    assert await store.read(A) == record()
    await store.close()
    raw.close()


async def test_another_prefix_can_be_named(redis_server: RedisServer, raw: driver.Redis) -> None:
    store = await RedisStore.open_own(
        f"{redis_server.url}?prefix=app:", ManualClock(NOW), may_create=True
    )
    await store.create(A, record())
    assert raw.exists(f"app:{A}") == 1
    await store.close()
    raw.close()


async def test_a_server_that_was_started_anew_between_two_calls_is_asked_at_once(
    tmp_path: Path,
) -> None:
    server = RedisServer(tmp_path)
    store = await RedisStore.open_own(server.url, ManualClock(NOW), may_create=False)
    try:
        await store.create(A, record())
        server.kill()
        server.start()
        assert await store.read(A) is None
        await store.create(A, record())
        assert await store.read(A) == record()
    finally:
        await store.close()
        server.kill()


async def test_a_store_that_dies_is_unavailable_and_comes_back(tmp_path: Path) -> None:
    server = RedisServer(tmp_path)
    store = await RedisStore.open_own(server.url, ManualClock(NOW), may_create=True)
    await assert_outlives(store, server, says="Redis")


async def test_nobody_there_is_unavailable_and_a_bad_url_bad_input() -> None:
    with pytest.raises(StoreUnavailable):
        await RedisStore.open_own(
            f"redis://127.0.0.1:{free_port()}", ManualClock(), may_create=True
        )
    with pytest.raises(InputError, match="no Redis database"):
        await RedisStore.open_own("redis://localhost/one", ManualClock(), may_create=True)

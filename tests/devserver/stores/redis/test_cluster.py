"""A three-node cluster keeps the contract; Sentinel and TLS lead to the same store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import redis as driver

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import InputError, StoreUnavailable
from session_inspector.devserver.stores.base import Store
from session_inspector.devserver.stores.redis.cluster import RedisClusterStore
from session_inspector.devserver.stores.redis.store import RedisStore
from tests.certificates import make_certificate
from tests.contracts.store import NOW, A, B, record
from tests.contracts.touch import TouchContract
from tests.engines import RedisCluster, RedisNode, RedisSentinel
from tests.servers import free_port
from tests.waiting import PATIENCE


class TestRedisClusterStore(TouchContract):
    @pytest.fixture
    async def store(self, clock: ManualClock, redis_cluster: RedisCluster) -> AsyncIterator[Store]:
        for node in redis_cluster.nodes:
            with driver.Redis(port=node.port) as client:
                client.flushall()
        store = await RedisClusterStore.open_own(redis_cluster.url, clock, may_create=True)
        yield store
        await store.close()


class TestBehindSentinel(TouchContract):
    @pytest.fixture
    async def store(
        self, clock: ManualClock, redis_sentinel: RedisSentinel
    ) -> AsyncIterator[Store]:
        with driver.Redis(port=redis_sentinel.master.port) as client:
            client.flushall()
        store = await RedisStore.open_own(redis_sentinel.url, clock, may_create=True)
        yield store
        await store.close()


async def test_tls_is_spoken_and_checked(tmp_path: Path) -> None:
    paths = make_certificate(tmp_path)
    options = (
        "--tls-cert-file",
        str(paths.certificate),
        "--tls-key-file",
        str(paths.key),
        "--tls-ca-cert-file",
        str(paths.ca),
        "--tls-auth-clients",
        "no",
    )
    server = RedisNode(tmp_path, *options, scheme="rediss")
    try:
        url = f"{server.url}?ssl_ca_certs={paths.ca}"
        store = await RedisStore.open_own(url, ManualClock(NOW), may_create=True)
        await store.create(A, record())
        assert await store.read(A) == record()
        await store.close()
        with pytest.raises(StoreUnavailable, match=r"(?i)certificate"):
            await RedisStore.open_own(server.url, ManualClock(NOW), may_create=True)
    finally:
        server.kill()


async def test_keyspace_notifications_are_heard_when_they_are_on(tmp_path: Path) -> None:
    server = RedisNode(tmp_path, "--notify-keyspace-events", "KA")
    try:
        store = await RedisStore.open_own(server.url, ManualClock(NOW), may_create=True)
        feed = await store.feed()
        assert feed.how == "keyspace notifications"
        with driver.Redis(port=server.port) as other:
            other.set(f"session:{B}", "{}", ex=60)
        assert await asyncio.wait_for(feed.wait(), PATIENCE) == frozenset({B})
        await feed.close()
        await store.close()
    finally:
        server.kill()


async def test_notifications_are_never_switched_on(tmp_path: Path) -> None:
    server = RedisNode(tmp_path)
    try:
        store = await RedisStore.open_own(server.url, ManualClock(NOW), may_create=True)
        assert (await store.feed()).how == "polling twice a second"
        with driver.Redis(port=server.port, decode_responses=True) as other:
            assert other.config_get("notify-keyspace-events") == {"notify-keyspace-events": ""}
        await store.close()
    finally:
        server.kill()


async def test_bad_urls_and_absent_nodes() -> None:
    with pytest.raises(InputError, match="no Redis node"):
        await RedisClusterStore.open_own("redis+cluster://host:x", ManualClock(), may_create=True)
    with pytest.raises(InputError, match="names its service"):
        await RedisStore.open_own("redis+sentinel://localhost:1/", ManualClock(), may_create=True)
    url = f"redis+cluster://127.0.0.1:{free_port()}"
    with pytest.raises(StoreUnavailable, match="Redis"):
        await RedisClusterStore.open_own(url, ManualClock(), may_create=True)

"""Redis: one rolling read (get+touch) against starsessions' store, and redis-py by hand."""

from __future__ import annotations

import asyncio
from pathlib import Path

import redis.asyncio as aio

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.stores.base import Record, SessionId
from session_inspector.devserver.stores.redis.store import RedisStore
from session_inspector.devserver.stores.rows import from_text, to_text
from tests.benchmarks.table import Line, per_second, version_of
from tests.contracts.store import NOW, session
from tests.engines import RedisNode

IN_FLIGHT = 64
ROUNDS = 40
KEYS = [SessionId(f"{number:032x}") for number in range(IN_FLIGHT)]
RECORD = Record(data=session("u" * 900), expires=NOW + 60)


async def measure(folder: Path) -> list[Line]:
    """Return the comparison, and how many round trips ours makes."""
    server = RedisNode(folder)
    try:
        ours, trips = await _ours(server)
        peer = await _starsessions(server)
        plain = await _by_hand(server)
    finally:
        server.kill()
    return [
        Line(
            name="Redis: get+touch, 64 in flight",
            ours=f"{ours:,.0f}/s",
            peer=f"{version_of('starsessions')}" + (f": {peer:,.0f}/s" if peer else ""),
            ratio=ours / peer if peer else None,
            limit=3,
        ),
        Line(
            name="… against GET and SET by hand",
            ours=f"{ours:,.0f}/s",
            peer=f"{version_of('redis')}: {plain:,.0f}/s",
            ratio=ours / plain,
            limit=None,
        ),
        Line(
            name="Redis: commands a get+touch",
            ours=f"{trips:g}",
            peer="one round trip",
            ratio=trips,
            limit=1,
            rule="at most",
        ),
    ]


async def _ours(server: RedisNode) -> tuple[float, float]:
    store = await RedisStore.open_own(server.url, ManualClock(NOW), may_create=True)
    assert isinstance(store, RedisStore)
    for key in KEYS:
        await store.create(key, RECORD)

    async def work() -> int:
        for _ in range(ROUNDS):
            await asyncio.gather(*(store.touch(key, inactivity=60, absolute=1e6) for key in KEYS))
        return ROUNDS * IN_FLIGHT

    rate = await per_second(work)
    before = (await store._client.info("commandstats"))["cmdstat_evalsha"]["calls"]
    await work()
    after = (await store._client.info("commandstats"))["cmdstat_evalsha"]["calls"]
    await store.close()
    return rate, (after - before) / (ROUNDS * IN_FLIGHT)


async def _by_hand(server: RedisNode) -> float:
    """Return rolling reads a second as one writes them with redis-py."""
    client = aio.Redis(port=server.port)
    data = to_text(RECORD.data)
    for key in KEYS:
        await client.set(key, data, ex=60)

    async def touch(key: str) -> None:
        found = from_text(await client.get(key) or b"")
        await client.set(key, to_text(found or {}), ex=60)

    async def work() -> int:
        for _ in range(ROUNDS // 4):
            await asyncio.gather(*(touch(key) for key in KEYS))
        return ROUNDS // 4 * IN_FLIGHT

    rate = await per_second(work)
    await client.aclose()
    return rate


async def _starsessions(server: RedisNode) -> float | None:
    """Return rolling reads a second as its middleware does them: read, then write."""
    try:
        from starsessions.stores.redis import RedisStore as Peer  # measured, not needed
    except ImportError:
        return None
    store = Peer(server.url)
    data = to_text(RECORD.data).encode()
    for key in KEYS:
        await store.write(key, data, lifetime=60, ttl=60)

    async def touch(key: str) -> None:
        found = await store.read(key, 60)
        await store.write(key, found, lifetime=60, ttl=60)

    async def work() -> int:
        for _ in range(ROUNDS // 4):
            await asyncio.gather(*(touch(key) for key in KEYS))
        return ROUNDS // 4 * IN_FLIGHT

    rate = await per_second(work)
    await store._connection.aclose()
    return rate

"""Redis: one rolling read (get+touch) against starsessions' store, and redis-py by hand."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

import redis.asyncio as aio

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.stores.base import Record, SessionId
from session_inspector.devserver.stores.redis.store import RedisStore
from session_inspector.devserver.stores.rows import from_text, to_text
from tests.benchmarks.rounds import Work, gathered, ratio_line, take_turns
from tests.benchmarks.table import Line, version_of
from tests.contracts.store import NOW, session
from tests.engines import RedisNode

IN_FLIGHT = 64
TIMES = 12
ROUNDS = 11
KEYS = [SessionId(f"{number:032x}") for number in range(IN_FLIGHT)]
RECORD = Record(data=session("u" * 900), expires=NOW + 60)


async def measure(folder: Path) -> list[Line]:
    """Return the comparison, and how many round trips ours makes."""
    server = RedisNode(folder)
    try:
        async with AsyncExitStack() as stack:
            store = await _open(server, stack)
            works = {"ours": _touch_all(store)}
            for name, make in (("by hand", _by_hand), ("starsessions", _starsessions)):
                work = await make(server, stack)
                if work is not None:
                    works[name] = work
            taken = await take_turns(works, ROUNDS)
            trips = await _count_trips(store, works["ours"])
    finally:
        server.kill()
    named = f"{version_of('starsessions')}, read and write"
    return [
        ratio_line(
            "Redis: get+touch, 64 in flight",
            taken["ours"],
            (named, taken.get("starsessions")),
            limit=3,
        ),
        ratio_line(
            "… against GET and SET by hand",
            taken["ours"],
            (version_of("redis"), taken.get("by hand")),
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


async def _open(server: RedisNode, stack: AsyncExitStack) -> RedisStore:
    store = await RedisStore.open_own(server.url, ManualClock(NOW), may_create=True)
    assert isinstance(store, RedisStore)
    stack.push_async_callback(store.close)
    for key in KEYS:
        await store.create(key, RECORD)
    return store


def _touch_all(store: RedisStore) -> Work:
    return gathered(lambda key: store.touch(key, inactivity=60, absolute=1e6), KEYS, TIMES)


async def _count_trips(store: RedisStore, work: Work) -> float:
    """Return the commands that a touch sends."""
    before = (await store._client.info("commandstats"))["cmdstat_evalsha"]["calls"]
    count = await work()
    after = (await store._client.info("commandstats"))["cmdstat_evalsha"]["calls"]
    return float(after - before) / count


async def _by_hand(server: RedisNode, stack: AsyncExitStack) -> Work:
    """Return rolling reads as one writes them with redis-py."""
    client = aio.Redis(port=server.port)
    stack.push_async_callback(client.aclose)
    data = to_text(RECORD.data)
    for key in KEYS:
        await client.set(key, data, ex=60)

    async def touch(key: str) -> None:
        found = from_text(await client.get(key) or b"")
        await client.set(key, to_text(found or {}), ex=60)

    return gathered(touch, KEYS, TIMES // 4)


async def _starsessions(server: RedisNode, stack: AsyncExitStack) -> Work | None:
    """Return rolling reads as its middleware does them: read, then write."""
    try:
        from starsessions.stores.redis import RedisStore as Peer  # measured, not needed
    except ImportError:
        return None
    store = Peer(server.url)
    stack.push_async_callback(store._connection.aclose)
    data = to_text(RECORD.data).encode()
    for key in KEYS:
        await store.write(key, data, lifetime=60, ttl=60)

    async def touch(key: str) -> None:
        found = await store.read(key, 60)
        await store.write(key, found, lifetime=60, ttl=60)

    return gathered(touch, KEYS, TIMES // 4)

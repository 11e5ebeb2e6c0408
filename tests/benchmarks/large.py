"""Ten million sessions: a page and a search, beside what the bare driver needs for the same.

Engines that are stood in for have 200,000: stand_ins.py.

`SESSION_INSPECTOR_ROWS` takes fewer. Each store is made, measured and dropped by itself; a machine
with less disk or memory free than it takes gets as many rows as fit, and the table says how many.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from pathlib import Path

import asyncpg
import redis.asyncio as aio

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.stores.postgres.store import PostgresStore
from session_inspector.devserver.stores.redis.client import text_of, to_bytes
from session_inspector.devserver.stores.redis.plain import PlainRedisStore
from session_inspector.devserver.stores.sqlite.store import SqliteStore
from tests.benchmarks.million import fill_postgres, fill_redis, fill_sqlite
from tests.benchmarks.stand_ins import measure_dynamodb, measure_mongodb
from tests.benchmarks.table import Line
from tests.benchmarks.windows import MIDDLE, NOBODY, PAGE, ByHand, compare
from tests.contracts.store import NOW
from tests.engines import PostgresServer, RedisNode

ROWS = int(os.environ.get("SESSION_INSPECTOR_ROWS", "10000000"))
DISK = 900
"""Bytes of the disk that a row takes, at most."""
MEMORY = 700
"""Bytes of memory that a row takes in Redis, at most."""


async def measure(folder: Path) -> list[Line]:
    """Return the lines of each engine."""
    lines = await measure_sqlite(folder / "large.db")
    lines += await measure_redis(folder / "redis")
    lines += await measure_postgres(folder / "postgres")
    lines += await measure_mongodb(folder / "mongodb")
    lines += await measure_dynamodb(folder / "dynamodb")
    return lines


async def measure_sqlite(path: Path) -> list[Line]:
    """Measure beside the standard library's driver."""
    count = min(ROWS, shutil.disk_usage(path.parent).free // (2 * DISK))
    fill_sqlite(path, count)
    store = await SqliteStore.open(f"sqlite://{path}", ManualClock(NOW), may_create=False)
    bare = sqlite3.connect(path)
    columns = "SELECT id, data, expires_at FROM sessions"

    async def page() -> object:
        statement = f"{columns} WHERE id >= ? ORDER BY id LIMIT {PAGE}"
        return bare.execute(statement, (MIDDLE,)).fetchall()

    async def search() -> object:
        statement = f"{columns} WHERE instr(lower(data), ?) > 0"
        return bare.execute(statement, (NOBODY,)).fetchall()

    try:
        return await compare("SQLite", count, store, MIDDLE, ByHand(page=page, search=search))
    finally:
        bare.close()
        await store.close()
        await asyncio.to_thread(path.unlink)


async def measure_redis(folder: Path) -> list[Line]:
    """Measure beside redis-py, which scans and reads by hand."""
    count = min(ROWS, read_free_memory() // (2 * MEMORY))
    await asyncio.to_thread(folder.mkdir)
    server = RedisNode(folder)
    client = aio.Redis(port=server.port)

    async def page() -> object:
        _, keys = await client.scan(0, match="session:*", count=PAGE, _type="STRING")
        async with client.pipeline(transaction=False) as pipe:
            pipe.mget(keys)
            for key in keys:
                pipe.pexpiretime(text_of(key))
            return await pipe.execute()

    async def search() -> object:
        position = 0
        found: list[bytes | str] = []
        while True:
            position, keys = await client.scan(
                position, match="session:*", count=1000, _type="STRING"
            )
            values = await client.mget(keys) if keys else []
            found += [
                value for value in values if value and NOBODY.encode() in to_bytes(value).lower()
            ]
            if not position:
                return found

    try:
        await fill_redis(server, count, has_index=False)
        store = await PlainRedisStore.open(server.url, ManualClock(NOW), may_create=False)
        lines = await compare("Redis", count, store, None, ByHand(page=page, search=search))
        await store.close()
        return lines
    finally:
        await client.aclose()
        server.kill()


async def measure_postgres(folder: Path) -> list[Line]:
    """Measure beside asyncpg."""
    count = min(ROWS, shutil.disk_usage(folder.parent).free // (2 * DISK))
    await asyncio.to_thread(folder.mkdir)
    server = PostgresServer(folder)
    columns = "SELECT id, data, expires_at FROM sessions"
    try:
        store = await PostgresStore.open(server.url, ManualClock(NOW), may_create=True)
        await fill_postgres(server, count)
        bare = await asyncpg.connect(server.url)

        async def page() -> object:
            return await bare.fetch(f"{columns} WHERE id >= $1 ORDER BY id LIMIT {PAGE}", MIDDLE)

        async def search() -> object:
            statement = f"{columns} WHERE strpos(lower(data::text), $1) > 0"
            return await bare.fetch(statement, NOBODY, timeout=600)

        lines = await compare("PostgreSQL", count, store, MIDDLE, ByHand(page=page, search=search))
        await bare.close()
        await store.close()
        return lines
    finally:
        server.kill()


def read_free_memory() -> int:
    """Return the bytes of memory that are free for a server."""
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable"):
            return int(line.split()[1]) * 1024
    return 0

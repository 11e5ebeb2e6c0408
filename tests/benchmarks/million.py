"""A million sessions: the first page, and the whole list in memory that does not grow."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import orjson
import redis.asyncio as aio

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.stores.base import Store
from session_inspector.devserver.stores.postgres.store import PostgresStore
from session_inspector.devserver.stores.redis.store import RedisStore
from session_inspector.devserver.stores.rows import to_text
from session_inspector.devserver.stores.sqlite.statements import SCHEMA
from session_inspector.devserver.stores.sqlite.store import SqliteStore
from session_inspector.devserver.stores.timestamps import Timestamps
from tests.benchmarks.rounds import Work, compare, lower_quartile, take_turns
from tests.benchmarks.table import Line
from tests.contracts.store import NOW, session
from tests.engines import PostgresServer, RedisNode

MILLION = 1_000_000
ROUNDS = 21
STREAMED = 400_000
"""Sessions of them that are read one page after the other: 20 bytes kept of each would show."""
PAGE = "SELECT id, data, expires_at FROM sessions ORDER BY id"
TEXT = to_text(session("user-of-some-length@example.com", "sid-of-some-length"))


async def measure(folder: Path) -> list[Line]:
    """Return the lines of each engine."""
    lines: list[Line] = []
    clock = ManualClock(NOW)
    path = folder / "million.db"
    fill_sqlite(path)
    bare = sqlite3.connect(path)

    async def page() -> int:
        return _parse(bare.execute(f"{PAGE} LIMIT 100").fetchall())

    lines += await _measured(
        "SQLite", await SqliteStore.open(f"sqlite://{path}", clock, may_create=False), page
    )
    bare.close()
    (folder / "redis").mkdir()
    server = RedisNode(folder / "redis")
    try:
        await fill_redis(server)
        store = await RedisStore.open_own(server.url, clock, may_create=False)
        lines += await _measured("Redis", store, partial(_redis_page, aio.Redis(port=server.port)))
    finally:
        server.kill()
    (folder / "postgres").mkdir()
    database = PostgresServer(folder / "postgres")
    try:
        store = await PostgresStore.open(database.url, clock, may_create=True)
        await fill_postgres(database)
        connection = await asyncpg.connect(database.url)

        async def postgres_page() -> int:
            return _parse(await connection.fetch(f"{PAGE} LIMIT 100"))

        lines += await _measured("PostgreSQL", store, postgres_page)
        await connection.close()
    finally:
        database.kill()
    return lines


def _parse(rows: Sequence[Sequence[Any]]) -> int:
    """Read the sessions of rows, as a list needs them."""
    for row in rows:
        orjson.loads(row[1])
    return 1


async def _redis_page(client: aio.Redis) -> int:
    _, keys = await client.scan(0, match="session:*", count=100, _type="STRING")
    return _parse([(key, text) for key, text in zip(keys, await client.mget(keys), strict=True)])


async def _measured(name: str, store: Store, by_hand: Work) -> list[Line]:
    async def ours() -> int:
        await store.page(None, 100)
        return 1

    taken = await take_turns({"ours": ours, "by hand": by_hand}, ROUNDS)
    ratio = compare(taken["ours"], taken["by hand"])
    await _stream(store, 50_000)
    before = _resident()
    seen = await _stream(store, STREAMED)
    grown = max(0.0, _resident() - before)
    await store.close()
    return [
        Line(
            name=f"{name}: first page of {MILLION:,}",
            ours=f"{lower_quartile(taken['ours']) * 1000:.2f} ms",
            peer=f"by hand, parsed: {lower_quartile(taken['by hand']) * 1000:.2f} ms",
            ratio=ratio.value,
            spread=ratio.spread,
            limit=1.5,
            rule="at most",
            bound="each row becomes a record with its end, checked for numbers that were rounded",
        ),
        Line(
            name=f"{name}: {seen:,} streamed, memory grown",
            ours=f"{grown:.1f} MB",
            peer="the limit: 8 MB",
            ratio=grown / 8,
            limit=1,
            rule="at most",
        ),
    ]


def _resident() -> float:
    """Return the megabytes this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


async def _stream(store: Store, most: int) -> int:
    seen = 0
    cursor = None
    while seen < most:
        page = await store.page(cursor, 1000)
        seen += len(page.rows)
        cursor = page.cursor
        if cursor is None:
            break
    return seen


def rows_of(count: int) -> Iterator[tuple[str, str, float]]:
    """Yield (id, data, end) of so many sessions."""
    for number in range(count):
        yield f"{number * 2654435761 % 2**32:08x}{number:024x}", TEXT, NOW + number % 86_400


def fill_sqlite(path: Path, count: int = MILLION) -> None:
    """Make a file of so many sessions."""
    moments = Timestamps()
    with sqlite3.connect(path) as db:
        for line in SCHEMA:
            db.execute(line.format(table="sessions"))
        rows = ((key, text, moments.encode(ends)) for key, text, ends in rows_of(count))
        db.executemany("INSERT INTO sessions VALUES (?,?,?)", rows)
    db.close()


async def fill_redis(server: RedisNode, count: int = MILLION, *, has_index: bool = True) -> None:
    """Write so many sessions; `has_index`: as the lab does, with the index of their ends."""
    client = aio.Redis(port=server.port)
    scores: dict[str, float] = {}
    texts: dict[str, str] = {}
    for key, text, ends in rows_of(count):
        scores[key] = ends
        texts[f"session:{key}"] = text
        if len(scores) == 10_000:
            await client.mset({**texts})
            if has_index:
                await client.zadd("session:index", {**scores})
            scores.clear()
            texts.clear()
    await client.aclose()


async def fill_postgres(server: PostgresServer, count: int = MILLION) -> None:
    """Write so many sessions into the table that is there."""
    connection = await asyncpg.connect(server.url)
    await connection.execute(
        "INSERT INTO sessions SELECT md5(n::text), $1::text::jsonb,"
        " timestamp '2025-10-09' + n % 86400 * interval '1 second'"
        f" FROM generate_series(1, {count}) n",
        TEXT,
    )
    await connection.execute("VACUUM ANALYZE sessions")
    await connection.close()

"""SQLite: touches at 64 in flight against plain aiosqlite, batches against bare sqlite3."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from pathlib import Path

import aiosqlite

from session_inspector.devserver.core.clock import ManualClock, stopwatch
from session_inspector.devserver.stores.base import Record, SessionId
from session_inspector.devserver.stores.rows import to_text
from session_inspector.devserver.stores.sqlite.store import SqliteStore
from tests.benchmarks.table import Line, per_second, version_of
from tests.contracts.store import NOW, session

IN_FLIGHT = 64
ROUNDS = 40
KEYS = [SessionId(f"{number:032x}") for number in range(IN_FLIGHT)]
RECORD = Record(data=session("u" * 900), expires=NOW + 60)


async def measure(folder: Path) -> list[Line]:
    """Return both comparisons."""
    store = await SqliteStore.open(f"sqlite://{folder}/ours.db", ManualClock(NOW), may_create=True)
    for key in KEYS:
        await store.create(key, RECORD)

    assert isinstance(store, SqliteStore)

    async def ours() -> int:
        for _ in range(ROUNDS):
            await asyncio.gather(*(store.touch(key, inactivity=60, absolute=1e6) for key in KEYS))
        return ROUNDS * IN_FLIGHT

    touches = await per_second(ours)
    own = await _plain(folder / "own.db", is_shared=False)
    shared = await _plain(folder / "shared.db", is_shared=True)
    batch, bare = await _batches(store, folder / "bare.db")
    await store.close()
    return [
        *_touched(touches, own, shared),
        Line(
            name="SQLite: 512 writes in a batch",
            ours=f"{batch:.1f} ms",
            peer=f"sqlite3 {sqlite3.sqlite_version}: {bare:.1f} ms",
            ratio=batch / bare,
            limit=1.5,
            rule="at most",
        ),
    ]


def _touched(touches: float, own: float, shared: float) -> list[Line]:
    return [
        Line(
            name="SQLite: touch (read and roll), 64 in flight",
            ours=f"{touches:,.0f}/s",
            peer=f"{version_of('aiosqlite')}: {own:,.0f}/s",
            ratio=touches / own,
            limit=4,
        ),
        Line(
            name="… against callers that share a transaction",
            ours=f"{touches:,.0f}/s",
            peer=f"{version_of('aiosqlite')}: {shared:,.0f}/s",
            ratio=touches / shared,
            limit=2,
        ),
    ]


async def _plain(path: Path, *, is_shared: bool) -> float:
    """Return touches a second as one writes them with aiosqlite, on one connection.

    A transaction of its own for each touch needs a lock; without one, callers commit (and would
    roll back) each other's work.
    """
    lock = contextlib.nullcontext() if is_shared else asyncio.Lock()
    async with aiosqlite.connect(path) as db:
        await db.execute("PRAGMA journal_mode=WAL")
        await db.execute("PRAGMA synchronous=NORMAL")
        await db.execute("CREATE TABLE sessions (id TEXT PRIMARY KEY, data TEXT, expires_at REAL)")
        rows = [(key, to_text(RECORD.data), NOW + 60) for key in KEYS]
        await db.executemany("INSERT INTO sessions VALUES (?,?,?)", rows)
        await db.commit()

        async def touch(key: SessionId) -> None:
            async with lock:
                async with db.execute("SELECT data FROM sessions WHERE id=?", (key,)) as cursor:
                    found = await cursor.fetchone()
                await db.execute(
                    "UPDATE sessions SET data=?, expires_at=? WHERE id=?",
                    (found[0] if found else "", NOW + 60, key),
                )
                await db.commit()

        async def work() -> int:
            for _ in range(ROUNDS // 4):
                await asyncio.gather(*(touch(key) for key in KEYS))
            return ROUNDS // 4 * IN_FLIGHT

        return await per_second(work)


async def _batches(store: object, path: Path) -> tuple[float, float]:
    """Return milliseconds of 512 writes in one transaction: ours, and bare sqlite3."""
    assert isinstance(store, SqliteStore)
    keys = [SessionId(f"b{number:031x}") for number in range(512)]
    ours = bare = float("inf")
    db = sqlite3.connect(path)
    for line in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL"):
        db.execute(line)
    db.execute("CREATE TABLE sessions (id TEXT PRIMARY KEY, data TEXT, expires_at REAL)")
    db.execute("CREATE INDEX ends ON sessions (expires_at)")
    for _ in range(7):
        start = stopwatch()
        await store.create_many([(key, RECORD) for key in keys])
        ours = min(ours, (stopwatch() - start) * 1000)
        start = stopwatch()
        for key in keys:
            row = (key, to_text(RECORD.data), NOW + 60)
            db.execute("INSERT OR REPLACE INTO sessions VALUES (?,?,?)", row)
        db.commit()
        bare = min(bare, (stopwatch() - start) * 1000)
    db.close()
    return ours, bare

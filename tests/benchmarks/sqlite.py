"""SQLite: touches at 64 in flight against plain aiosqlite, batches against bare sqlite3."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import aiosqlite

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.stores.base import Record, SessionId
from session_inspector.devserver.stores.rows import to_text
from session_inspector.devserver.stores.sqlite.store import SqliteStore
from tests.benchmarks.rounds import (
    Work,
    compare,
    gathered,
    lower_quartile,
    ratio_line,
    take_turns,
)
from tests.benchmarks.table import Line, version_of
from tests.contracts.store import NOW, session

IN_FLIGHT = 64
TIMES = 12
ROUNDS = 11
KEYS = [SessionId(f"{number:032x}") for number in range(IN_FLIGHT)]
RECORD = Record(data=session("u" * 900), expires=NOW + 60)


async def measure(folder: Path) -> list[Line]:
    """Return both comparisons."""
    store = await SqliteStore.open(f"sqlite://{folder}/ours.db", ManualClock(NOW), may_create=True)
    for key in KEYS:
        await store.create(key, RECORD)

    assert isinstance(store, SqliteStore)

    roll = partial(store.touch, inactivity=60, absolute=1e6)
    async with AsyncExitStack() as stack:
        works = {
            "ours": gathered(roll, KEYS, TIMES),
            "own": await _plain(folder / "own.db", stack, is_shared=False),
            "shared": await _plain(folder / "shared.db", stack, is_shared=True),
        }
        taken = await take_turns(works, ROUNDS)
    batch = await _batches(store, folder / "bare.db")
    await store.close()
    peer = version_of("aiosqlite")
    return [
        ratio_line(
            "SQLite: touch (read and roll), 64 in flight",
            taken["ours"],
            (peer, taken.get("own")),
            limit=4,
        ),
        ratio_line(
            "… against callers that share a transaction",
            taken["ours"],
            (peer, taken.get("shared")),
            limit=2,
        ),
        batch,
    ]


async def _plain(path: Path, stack: AsyncExitStack, *, is_shared: bool) -> Work:
    """Return touches as one writes them with aiosqlite, on one connection.

    A transaction of its own for each touch needs a lock; without one, callers commit (and would
    roll back) each other's work.
    """
    lock = contextlib.nullcontext() if is_shared else asyncio.Lock()
    db = await stack.enter_async_context(aiosqlite.connect(path))
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

    return gathered(touch, KEYS, TIMES // 4)


async def _batches(store: SqliteStore, path: Path) -> Line:
    """Compare 512 writes in one transaction: ours, and bare sqlite3."""
    keys = [SessionId(f"b{number:031x}") for number in range(512)]
    db = sqlite3.connect(path)
    for line in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL"):
        db.execute(line)
    db.execute("CREATE TABLE sessions (id TEXT PRIMARY KEY, data TEXT, expires_at REAL)")
    db.execute("CREATE INDEX ends ON sessions (expires_at)")

    async def ours() -> int:
        await store.create_many([(key, RECORD) for key in keys])
        return 1

    async def bare() -> int:
        for key in keys:
            row = (key, to_text(RECORD.data), NOW + 60)
            db.execute("INSERT OR REPLACE INTO sessions VALUES (?,?,?)", row)
        db.commit()
        return 1

    taken = await take_turns({"ours": ours, "bare": bare}, ROUNDS)
    db.close()
    ratio = compare(taken["ours"], taken["bare"])
    return Line(
        name="SQLite: 512 writes in a batch",
        ours=f"{lower_quartile(taken['ours']) * 1000:.1f} ms",
        peer=f"sqlite3 {sqlite3.sqlite_version}: {lower_quartile(taken['bare']) * 1000:.1f} ms",
        ratio=ratio.value,
        spread=ratio.spread,
        limit=1.5,
        rule="at most",
    )

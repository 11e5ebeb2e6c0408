"""PostgreSQL: a rolling read at 64 in flight, against asyncpg as one writes it by hand."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

import asyncpg

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.stores.base import Record, SessionId
from session_inspector.devserver.stores.postgres.store import CONNECTIONS, PostgresStore
from session_inspector.devserver.stores.rows import from_text, to_text
from tests.benchmarks.table import Line, per_second, version_of
from tests.contracts.store import NOW, session
from tests.engines import PostgresServer

IN_FLIGHT = 64
ROUNDS = 12
KEYS = [SessionId(f"{number:032x}") for number in range(IN_FLIGHT)]
RECORD = Record(data=session("u" * 900), expires=NOW + 60)


async def measure(folder: Path) -> list[Line]:
    """Return the comparison: one statement, against reading and writing back."""
    server = PostgresServer(folder)
    try:
        store = await PostgresStore.open(server.url, ManualClock(NOW), may_create=True)
        for key in KEYS:
            await store.create(key, RECORD)

        assert isinstance(store, PostgresStore)
        roll = partial(store.touch, inactivity=60, absolute=1e6)
        ours = await per_second(lambda: _all(roll))
        peer = await _asyncpg(server.url)
        await store.close()
    finally:
        server.kill()
    return [
        Line(
            name="PostgreSQL: touch, 64 in flight",
            ours=f"{ours:,.0f}/s",
            peer=f"{version_of('asyncpg')} by hand: {peer:,.0f}/s",
            ratio=ours / peer,
            limit=None,
        )
    ]


async def _asyncpg(url: str) -> float:
    pool = await asyncpg.create_pool(url, min_size=0, max_size=CONNECTIONS)

    async def roll(key: SessionId) -> None:
        row = await pool.fetchrow("SELECT data, expires_at FROM sessions WHERE id=$1", key)
        text = to_text(from_text(row["data"]) or {})
        sql = "UPDATE sessions SET data=$2, expires_at=$3 WHERE id=$1"
        await pool.execute(sql, key, text, row["expires_at"])

    rate = await per_second(lambda: _all(roll))
    await pool.close()
    return rate


async def _all(roll: object) -> int:
    assert callable(roll)
    for _ in range(ROUNDS):
        await asyncio.gather(*(roll(key) for key in KEYS))
    return ROUNDS * IN_FLIGHT

"""PostgreSQL: a rolling read at 64 in flight, against asyncpg by hand: two statements, and one."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import asyncpg

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.stores.base import Record, SessionId
from session_inspector.devserver.stores.postgres.store import CONNECTIONS, PostgresStore
from session_inspector.devserver.stores.rows import from_text, to_text
from tests.benchmarks.rounds import Work, gathered, ratio_line, take_turns
from tests.benchmarks.table import Line, version_of
from tests.contracts.store import NOW, session
from tests.engines import PostgresServer

IN_FLIGHT = 64
TIMES = 6
ROUNDS = 11
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
        async with asyncpg.create_pool(server.url, min_size=0, max_size=CONNECTIONS) as pool:
            works = {"ours": gathered(roll, KEYS, TIMES), **_by_hand(pool)}
            taken = await take_turns(works, ROUNDS)
        await store.close()
    finally:
        server.kill()
    by_hand = f"{version_of('asyncpg')} by hand"
    return [
        ratio_line("PostgreSQL: touch, 64 in flight", taken["ours"], (by_hand, taken.get("two"))),
        ratio_line("… against one statement", taken["ours"], (by_hand, taken.get("one"))),
    ]


def _by_hand(pool: asyncpg.Pool) -> dict[str, Work]:
    async def roll(key: SessionId) -> None:
        row = await pool.fetchrow("SELECT data, expires_at FROM sessions WHERE id=$1", key)
        text = to_text(from_text(row["data"]) or {})
        sql = "UPDATE sessions SET data=$2, expires_at=$3 WHERE id=$1"
        await pool.execute(sql, key, text, row["expires_at"])

    async def roll_at_once(key: SessionId) -> None:
        sql = "UPDATE sessions SET expires_at=expires_at WHERE id=$1 RETURNING data"
        from_text(await pool.fetchval(sql, key))

    return {"two": gathered(roll, KEYS, TIMES), "one": gathered(roll_at_once, KEYS, TIMES)}

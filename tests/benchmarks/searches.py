"""A sort and a filter of many sessions, beside a bare sort and a bare scan by SQLite."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median

from session_inspector.devserver.core.clock import stopwatch
from session_inspector.inspector.model.facts.listing import Listing
from session_inspector.inspector.model.views.table.table import SearchTable
from tests.benchmarks.crowd import folded, who
from tests.benchmarks.rounds import compare
from tests.benchmarks.table import Line
from tests.inspector.sample import NOW

SESSIONS = int(os.environ.get("SESSION_INSPECTOR_CROWD", "200000"))
ROUNDS = 7
RARE = "0000123"


async def measure(folder: Path) -> list[Line]:
    """Return what the model needs, and what the engine alone does."""
    table = SearchTable()
    state = folded(SESSIONS, SESSIONS, table)

    def find(query: str) -> object:
        return table.find(state, NOW, Listing(query, "user"), lambda: True)

    with closing(_make_bare()) as db:

        def ask(condition: str) -> object:
            question = f"SELECT number FROM bare WHERE {condition} ORDER BY who, number DESC"
            return db.execute(f"SELECT count(number), max(number) FROM ({question})").fetchone()

        kept = "SELECT group_concat(number) FROM (SELECT number FROM bare ORDER BY who, number)"
        return [
            _compare("sort", lambda: find(""), lambda: db.execute(kept).fetchone(), limit=4),
            # a word is looked for in four texts, the reason and the life; the bare scan has one
            _compare("filter", lambda: find(RARE), lambda: ask(f"instr(who, '{RARE}')"), limit=8),
        ]


def _make_bare() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE bare (number INTEGER PRIMARY KEY, who TEXT)")
    rows = ((number, who(number)) for number in range(SESSIONS))
    db.executemany("INSERT INTO bare VALUES (?, ?)", rows)
    return db


def _compare(
    name: str, ours: Callable[[], object], bare: Callable[[], object], *, limit: float
) -> Line:
    """Time both in turn, so that what else the machine does hits both."""
    taken: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        taken.append((_time(ours), _time(bare)))
    ratio = compare([mine for mine, _ in taken], [theirs for _, theirs in taken])
    return Line(
        name=f"{name} of {SESSIONS:,} sessions",
        ours=f"{median(mine for mine, _ in taken) * 1000:,.0f} ms",
        peer=f"SQLite alone: {median(theirs for _, theirs in taken) * 1000:,.0f} ms",
        ratio=ratio.value,
        spread=ratio.spread,
        limit=limit,
        rule="at most",
    )


def _time(what: Callable[[], object]) -> float:
    start = stopwatch()
    what()
    return stopwatch() - start

"""A page and a search of one store through our list, beside the same by hand, in turns."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from session_inspector.devserver.core.clock import stopwatch
from session_inspector.devserver.stores.base import KeyedRecord, Store
from session_inspector.devserver.stores.querying.filters import parse_filter
from session_inspector.devserver.stores.querying.opening import open_source
from session_inspector.devserver.stores.querying.sources import Search
from session_inspector.inspector.cli.sessions.command import find_facts
from tests.benchmarks.rounds import ratio_line
from tests.benchmarks.table import Line
from tests.contracts.store import NOW

ROUNDS = 5
PAGE = 100
NOBODY = "nobody-of-this-name"
MIDDLE = "8"
"""Ids are hexadecimal: half of them are behind it."""
PARSED = "100 rows are parsed and become records; by hand they stay text"
BOUNDED = (
    "20,000 rows a statement (Redis: 1,000 keys) and one at a time, so that the database is free in"
    " between; by hand it is one statement, which PostgreSQL gives to parallel workers"
)
Work = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """What the bare driver does for the same."""

    page: Work
    search: Work


async def compare(
    name: str, count: int, store: Store, middle: str | None, by_hand: ByHand
) -> list[Line]:
    """Return a page and a search of a store beside those by hand, in turns."""

    opened = await open_source(store, parse_filter(""), NOW)

    async def our_page() -> object:
        search = Search(opened, lambda row: True, middle)
        await search.fill(PAGE)
        return search.rows

    async def first_page() -> object:
        return await look(store, "", None)

    async def our_search() -> object:
        return await look(store, f"user:{NOBODY}", None)

    first = [await seconds(first_page) for _ in range(ROUNDS)]
    return [
        Line(
            name=f"{name}: the first page of {count:,}, its list opened",
            ours=describe(first),
            peer="the limit: 100 ms",
            ratio=min(first) / 0.1,
            limit=1,
            rule="at most",
        ),
        await beside(f"{name}: a page behind the middle", our_page, by_hand.page, ROUNDS, PARSED),
        await beside(
            f"{name}: a search that finds nothing", our_search, by_hand.search, 2, BOUNDED
        ),
    ]


async def beside(name: str, ours: Work, by_hand: Work, rounds: int, bound: str) -> Line:
    """Return a line of two ways to do the same, measured in turns."""
    mine: list[float] = []
    theirs: list[float] = []
    for _ in range(rounds):
        theirs.append(await seconds(by_hand))
        mine.append(await seconds(ours))
    by_name = ("by hand", theirs)
    return ratio_line(name, mine, by_name, spell=describe, limit=1.5, rule="at most", bound=bound)


async def look(store: Store, words: str, position: str | None) -> int:
    """Read one page; return how many rows fit."""
    wanted = parse_filter(words)

    def keep(row: KeyedRecord) -> bool:
        return wanted.keeps(find_facts(row[1], NOW, is_sized=False))

    search = Search(await open_source(store, wanted, NOW), keep, position)
    await search.fill(PAGE)
    return len(search.rows)


async def seconds(work: Work) -> float:
    start = stopwatch()
    await work()
    return stopwatch() - start


def describe(found: Sequence[float]) -> str:
    """Return the fastest and the slowest round."""
    return f"{min(found) * 1000:,.1f} to {max(found) * 1000:,.1f} ms"

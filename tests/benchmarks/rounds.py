"""Rounds that are taken in turns: a ratio holds on any machine, and its spread says how well.

Whatever else the machine does hits all in the same minute, and only adds to what they cost: so the
lower quartiles of the rounds are compared. The spread is the middle half of the ratios that five
parts of the rounds give, each by itself: a single short round that was interrupted says nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import quantiles
from typing import TypeVar

from session_inspector.devserver.core.clock import stopwatch
from tests.benchmarks.table import Line, Spread

Key = TypeVar("Key")
PARTS = 5
Work = Callable[[], Awaitable[int]]
"""Does something, and returns how many times."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times of the second cost the first one is."""

    value: float
    spread: Spread


def lower_quartile(costs: Sequence[float]) -> float:
    """Return the cost that a quarter of the rounds did not reach; of one round its own."""
    if len(costs) == 1:
        return costs[0]
    return quantiles(costs, method="inclusive")[0]


def compare(costs: Sequence[float], others: Sequence[float]) -> Ratio:
    """Compare the costs of two, whose rounds were taken in turns."""
    value = lower_quartile(costs) / lower_quartile(others)
    size = -(-len(costs) // PARTS)
    ratios = [
        lower_quartile(costs[at : at + size]) / lower_quartile(others[at : at + size])
        for at in range(0, len(costs), size)
    ]
    low = high = value
    if len(ratios) > 1:
        low, _, high = quantiles(ratios, method="inclusive")
    return Ratio(value, (min(low, value), max(high, value)))


async def take_turns(works: Mapping[str, Work], rounds: int) -> dict[str, list[float]]:
    """Return the seconds a time of each, round by round; the first round warms up."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds + 1):
        for name, work in works.items():
            start = stopwatch()
            count = await work()
            if number:
                taken[name].append((stopwatch() - start) / count)
    return taken


def gathered(do: Callable[[Key], Awaitable[object]], keys: Sequence[Key], times: int) -> Work:
    """Return work that does something for all keys at once, so many times."""

    async def work() -> int:
        for _ in range(times):
            await asyncio.gather(*(do(key) for key in keys))
        return times * len(keys)

    return work


def rate_line(
    name: str,
    taken: Mapping[str, Sequence[float]],
    peer: str,
    of: str,
    *,
    limit: float | None = None,
) -> Line:
    """Return how many times as much `ours` does a second as another of `taken`."""
    mine = taken["ours"]
    ours = f"{1 / lower_quartile(mine):,.0f}/s"
    theirs = taken.get(of)
    if theirs is None:
        return Line(name=name, ours=ours, peer=peer, ratio=None, limit=limit)
    ratio = compare(theirs, mine)
    return Line(
        name=name,
        ours=ours,
        peer=f"{peer}: {1 / lower_quartile(theirs):,.0f}/s",
        ratio=ratio.value,
        spread=ratio.spread,
        limit=limit,
    )

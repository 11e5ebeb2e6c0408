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
from typing import Literal, TypeVar

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


def spell_rate(costs: Sequence[float]) -> str:
    """Return costs in seconds as how many there are a second."""
    return f"{1 / lower_quartile(costs):,.0f}/s"


def spell_cost(costs: Sequence[float]) -> str:
    """Return costs in seconds as milliseconds."""
    return f"{lower_quartile(costs) * 1000:,.0f} ms"


def ratio_line(
    name: str,
    ours: Sequence[float],
    peer: tuple[str, Sequence[float] | None],
    *,
    spell: Callable[[Sequence[float]], str] = spell_rate,
    limit: float | None = None,
    rule: Literal["at least", "at most"] = "at least",
    bound: str = "",
) -> Line:
    """Return our costs beside those of a peer; without any, it could not be had.

    With `at least` the ratio is how many times of ours the peer's are; with `at most` it is how
    many times of the peer's ours are.
    """
    who, theirs = peer
    if theirs is None:
        return Line(name=name, ours=spell(ours), peer=who, ratio=None, limit=limit, rule=rule)
    ratio = compare(theirs, ours)
    if rule == "at most":
        ratio = compare(ours, theirs)
    return Line(
        name=name,
        ours=spell(ours),
        peer=f"{who}: {spell(theirs)}",
        ratio=ratio.value,
        spread=ratio.spread,
        limit=limit,
        rule=rule,
        bound=bound,
    )

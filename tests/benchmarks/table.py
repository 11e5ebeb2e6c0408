"""What a benchmark says: measured figures side by side, a ratio, and the limit it was set."""

from __future__ import annotations

import platform
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

from devserver.core.clock import stopwatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One comparison."""

    name: str
    ours: str
    peer: str
    """The peer and its figure; `not installed` when it cannot be had."""
    ratio: float | None
    limit: float
    rule: Literal["at least", "at most"] = "at least"
    bound: str = ""
    """What bounds it, where the limit is missed."""

    @property
    def verdict(self) -> str:
        """met, missed or not measured."""
        if self.ratio is None:
            return "not measured"
        is_met = self.ratio >= self.limit if self.rule == "at least" else self.ratio <= self.limit
        return "met" if is_met else "MISSED"


def show(lines: Sequence[Line]) -> None:
    """Print the table, the machine first."""
    print(f"\n{platform.platform()}, {platform.machine()}, Python {sys.version.split()[0]}")
    print(f"{'what':44} {'ours':>18} {'peer':>32} {'ratio':>8}  limit")
    for line in lines:
        ratio = "–" if line.ratio is None else f"{line.ratio:.2f}"
        limit = f"{line.rule} {line.limit:g}: {line.verdict}"
        print(f"{line.name:44} {line.ours:>18} {line.peer:>32} {ratio:>8}  {limit}")
        if line.bound and line.verdict == "MISSED":
            print(f"{'':44} {line.bound}")


def version_of(package: str) -> str:
    """Return a package's name and version, `NAME, not installed` when it is not there."""
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"{package}, not installed"


async def per_second(work: Callable[[], Awaitable[int]], rounds: int = 3) -> float:
    """Return the best rate of several rounds; `work` returns how many it did."""
    best = 0.0
    for _ in range(rounds):
        start = stopwatch()
        done = await work()
        best = max(best, done / (stopwatch() - start))
    return best


async def milliseconds(work: Callable[[], Awaitable[object]], rounds: int = 5) -> float:
    """Return the best time of several rounds."""
    best = float("inf")
    for _ in range(rounds):
        start = stopwatch()
        await work()
        best = min(best, (stopwatch() - start) * 1000)
    return best

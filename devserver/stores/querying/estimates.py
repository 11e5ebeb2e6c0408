"""How many rows a large store has, without counting them: with the error, or by whose word."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

LIKELY = 1.96
"""Standard errors within which 95 of 100 samples are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowEstimate:
    """A number of rows."""

    count: int
    error: float | None
    """Of the count, as a part of it: 95 of 100 samples are within; None: not known."""
    how: str
    """Who says so, in a few words."""

    def describe(self) -> str:
        """Return `about 1,234,000 ± 3 %`."""
        return describe_about(self.count, self.error)


EstimateRows: TypeAlias = Callable[[], Awaitable[RowEstimate | None]]


@runtime_checkable
class EstimatedStore(Protocol):
    """A store that knows about how many rows it has."""

    estimate_rows: EstimateRows


def describe_about(count: int, error: float | None) -> str:
    """Return a count that is not exact, with three digits that count."""
    if count <= 0:
        return "about 0"
    step = 10 ** max(0, len(str(count)) - 3)
    text = f"about {round(count / step) * step:,}"
    if error is None:
        return text
    return f"{text} ± {max(1, math.ceil(error * 100))} %"


def estimate_by_windows(counts: Sequence[int], windows: float) -> RowEstimate | None:
    """Return how many rows lie in all windows of a range, by those in some of them.

    `counts`: rows in each of some windows, drawn at random; `windows`: how many there are.
    """
    if len(counts) < 2:
        return None
    mean = sum(counts) / len(counts)
    variance = sum((count - mean) ** 2 for count in counts) / (len(counts) - 1)
    error = 0.0
    if mean > 0:
        error = LIKELY * math.sqrt(variance / len(counts)) / mean
    how = f"by {len(counts)} samples of its row numbers"
    return RowEstimate(count=round(mean * windows), error=error, how=how)


def share_error(found: int, sampled: int) -> float:
    """Return the error of a share of a sample, as a part of it; of none, of one row."""
    if sampled == 0 or found == sampled:
        return 0.0
    share = max(1, found) / sampled
    return LIKELY * math.sqrt((1 - share) / (share * sampled))

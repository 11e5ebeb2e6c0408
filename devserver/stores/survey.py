"""What a store holds, counted in one pass; reads only, page by page."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.base import Record, Store
from session_inspector.devserver.stores.paging import iterate_rows
from session_inspector.devserver.stores.rows import to_text
from session_inspector.devserver.stores.session_data import read_object

PAGE = 1000
PERCENTILES = (50, 95, 99, 100)
RowState: TypeAlias = Literal["live", "expired", "without_ttl", "unusable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Counts of rows."""

    total: int = 0
    live: int = 0
    """An app's own class gives them, as far as that is seen."""
    expired: int = 0
    """Past their end, not deleted yet."""
    without_ttl: int = 0
    """Live too, for ever."""
    unreadable: int = 0
    """Their data are no JSON object."""
    unusable: int = 0
    """An app's own class cannot use them, as far as that is seen: `Record.note` says why."""
    oldest: Seconds | None = None
    """internal.createdAt of the oldest session."""
    sizes: dict[int, int] = field(default_factory=dict)
    """Percentile to bytes of JSON, of those that are."""


async def survey(store: Store, now: Seconds) -> Survey:
    """Count a store's rows; memory grows by four bytes a row. Raises: StoreUnavailable."""
    states: Counter[RowState] = Counter()
    sizes = array("L")
    unreadable = 0
    unusable = 0
    oldest: Seconds | None = None
    async for _, record in iterate_rows(store, PAGE):
        states[classify(record, now)] += 1
        if record.data or not record.note:
            sizes.append(_measure_size(record))
        unreadable += not record.data
        unusable += bool(record.note)
        oldest = _earlier(oldest, _read_created(record))
    return Survey(
        total=states.total(),
        live=states["live"],
        expired=states["expired"],
        without_ttl=states["without_ttl"],
        unreadable=unreadable,
        unusable=unusable,
        oldest=oldest,
        sizes=percentiles(sizes),
    )


def classify(record: Record, now: Seconds) -> RowState:
    """Return what a record counts as, of what excludes each other."""
    if record.is_live(now) and not record.is_usable:
        return "unusable"
    if record.expires is None:
        return "without_ttl"
    if record.is_live(now):
        return "live"
    return "expired"


def percentiles(sizes: Sequence[int]) -> dict[int, int]:
    """Return the nearest-rank percentiles, empty for no sizes."""
    if not sizes:
        return {}
    ranked = sorted(sizes)
    return {percent: _pick_rank(ranked, percent) for percent in PERCENTILES}


def _pick_rank(ranked: Sequence[int], percent: int) -> int:
    rank = -(-len(ranked) * percent // 100)  # rounded up
    last = len(ranked) - 1
    return ranked[min(last, max(0, rank - 1))]


def _measure_size(record: Record) -> int:
    return len(to_text(record.data).encode("utf-8", "surrogatepass"))


def _read_created(record: Record) -> Seconds | None:
    return to_number(read_object(record.data, "internal").get("createdAt"))


def _earlier(one: Seconds | None, other: Seconds | None) -> Seconds | None:
    known = [at for at in (one, other) if at is not None]
    return min(known, default=None)

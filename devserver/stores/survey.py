"""What a store holds: counted in one pass, or by a sample with its error; it only reads."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.base import Record, Store
from session_inspector.devserver.stores.paging import iterate_rows
from session_inspector.devserver.stores.querying.estimates import (
    EstimatedStore,
    RowEstimate,
    share_error,
)
from session_inspector.devserver.stores.rows import to_text
from session_inspector.devserver.stores.session_data import read_object

PAGE = 1000
COUNTED = 100_000
"""Rows that are counted one by one."""
SAMPLE = 20_000
"""Rows that are read of a larger store."""
COUNTS = ("live", "expired", "without_ttl", "unreadable", "unusable")
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
    sampled: int = 0
    """Rows that were read for all this; 0: each."""
    counted_by: str = ""
    """Who says how many rows there are; empty: each was counted."""
    margins: dict[str, int] = field(default_factory=dict)
    """Count to the rows by which it may be off (95 of 100 samples); none: it is exact."""


def ignore(read: int) -> None:
    """Take how many rows were read, for nobody."""


async def survey(
    store: Store,
    now: Seconds,
    *,
    is_exact: bool = False,
    note: Callable[[int], None] = ignore,
) -> Survey:
    """Count a store's rows; of a large one those of a sample, unless all are asked for.

    `note` hears now and then how many rows were read. Memory grows by four bytes a row that is
    read. Raises: StoreUnavailable.
    """
    estimate: RowEstimate | None = None
    if isinstance(store, EstimatedStore) and not is_exact:
        estimate = await store.estimate_rows()
    if estimate is None or estimate.count <= COUNTED:
        return await _count(store, now, None, note)
    return _scale(await _count(store, now, SAMPLE, note), estimate)


async def _count(
    store: Store, now: Seconds, most: int | None, note: Callable[[int], None]
) -> Survey:
    """Count all rows, or the first ones: ids are random, and so are the rows that come first."""
    states: Counter[RowState] = Counter()
    sizes = array("L")
    unreadable = 0
    unusable = 0
    read = 0
    oldest: Seconds | None = None
    async for _, record in iterate_rows(store, PAGE):
        states[classify(record, now)] += 1
        if record.data or not record.note:
            sizes.append(_measure_size(record))
        unreadable += not record.data
        unusable += bool(record.note)
        oldest = _earlier(oldest, _read_created(record))
        read += 1
        if read % PAGE == 0:
            note(read)
        if read == most:
            break
    return Survey(
        total=read,
        live=states["live"],
        expired=states["expired"],
        without_ttl=states["without_ttl"],
        unreadable=unreadable,
        unusable=unusable,
        oldest=oldest,
        sizes=percentiles(sizes),
    )


def _scale(found: Survey, estimate: RowEstimate) -> Survey:
    """Return the counts of a sample as those of all rows, each with its margin."""
    scaled: dict[str, int] = {}
    margins: dict[str, int] = {}
    for name in COUNTS:
        count: int = getattr(found, name)
        scaled[name] = round(count / found.total * estimate.count)
        one = estimate.count / found.total
        error = math.hypot(share_error(count, found.total), estimate.error or 0.0)
        margins[name] = math.ceil(max(scaled[name], one) * error)
    return replace(
        found,
        total=estimate.count,
        sampled=found.total,
        counted_by=estimate.how,
        margins=margins,
        live=scaled["live"],
        expired=scaled["expired"],
        without_ttl=scaled["without_ttl"],
        unreadable=scaled["unreadable"],
        unusable=scaled["unusable"],
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

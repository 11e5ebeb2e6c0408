"""What a store holds, counted in one pass; reads only, page by page."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.stores.base import Store
from session_inspector.devserver.stores.rows import to_text

PAGE = 1000
PERCENTILES = (50, 95, 99, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Counts of rows; a row is in one of the first three, and may be unreadable as well."""

    live: int = 0
    expired: int = 0
    """Past their end, not deleted yet."""
    without_ttl: int = 0
    unreadable: int = 0
    """Their data are no JSON object."""
    oldest: Seconds | None = None
    """internal.createdAt of the oldest session."""
    sizes: dict[int, int] = field(default_factory=dict)
    """Percentile to bytes of JSON."""

    @property
    def total(self) -> int:
        """All rows."""
        return self.live + self.expired + self.without_ttl


async def survey(store: Store, now: Seconds) -> Survey:
    """Count a store's rows; memory grows by four bytes a row. Raises: StoreUnavailable."""
    counts = {"live": 0, "expired": 0, "without_ttl": 0, "unreadable": 0}
    sizes, oldest = array("L"), None
    cursor: str | None = None
    while True:
        page = await store.page(cursor, PAGE)
        for _, record in page.rows:
            ends = record.expires
            kind = "without_ttl" if ends is None else "live" if ends > now else "expired"
            counts[kind] += 1
            counts["unreadable"] += not record.data
            sizes.append(len(to_text(record.data).encode("utf-8", "surrogatepass")))
            created = _created(record.data)
            if created is not None and (oldest is None or created < oldest):
                oldest = created
        cursor = page.cursor
        if cursor is None:
            return Survey(**counts, oldest=oldest, sizes=percentiles(sizes))


def percentiles(sizes: Sequence[int]) -> dict[int, int]:
    """Return the nearest-rank percentiles, empty for no sizes."""
    ranked = sorted(sizes)
    last = len(ranked) - 1
    if last < 0:
        return {}
    return {p: ranked[min(last, max(0, -(-len(ranked) * p // 100) - 1))] for p in PERCENTILES}


def _created(data: JsonObject) -> float | None:
    internal = data.get("internal")
    created = internal.get("createdAt") if isinstance(internal, dict) else None
    return to_number(created)

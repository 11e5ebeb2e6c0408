"""Keys of Redis as a window: by SCAN, which misses no key that is there throughout.

SCAN gives whole buckets, so a page may end within one. A position there is what SCAN was asked,
where it went on, and the digest of the last key that was shown: asked again, the keys up to that
digest are left out, if the table has not been resized meanwhile. If it has, some come twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.stores.querying.conditions import describe_answer
from session_inspector.devserver.stores.querying.cursors import NO_CURSOR
from session_inspector.devserver.stores.querying.filters import RowFilter
from session_inspector.devserver.stores.querying.sources import Keep, Portion, take_fitting
from session_inspector.devserver.stores.redis.keys import FEWEST_KEYS
from session_inspector.devserver.stores.redis.sift import KeySift

T = TypeVar("T")
Scan: TypeAlias = Callable[[int, int, int], Awaitable[tuple[int, Sequence[str]]]]
"""Takes the number of a pattern, a position, COUNT; returns (where to go on, 0: nowhere; keys)."""
ReadKeys: TypeAlias = Callable[[int, Sequence[str]], Awaitable[Sequence[tuple[str, T]]]]
"""Takes the number of a pattern and keys; returns the rows that are there, with their keys."""
MOST = 5_000
"""Keys that one SCAN looks at: 2 ms of the server."""
FILTERED = 1_000
STABILITY = "a row that is there throughout is not missed; one may come twice"


@dataclass(frozen=True, slots=True)
class ScanPosition:
    """A place in a scan."""

    pattern: int = 0
    start: int = 0
    count: int = 0
    """0: at the beginning of a bucket."""
    end: int = 0
    shown: str = ""
    """The digest of the last key that was shown."""

    def to_text(self) -> str:
        """Return it as a position."""
        return f"{self.pattern}:{self.start}:{self.count}:{self.end}:{self.shown}"


def parse_position(text: str | None) -> ScanPosition:
    """Return the place that a position names. Raises: InputError."""
    if text is None:
        return ScanPosition()
    parts = text.split(":")
    if len(parts) != 5 or not all(part.isascii() and part.isdecimal() for part in parts[:4]):
        raise InputError(NO_CURSOR)
    pattern, start, count, end = map(int, parts[:4])
    return ScanPosition(pattern, start, count, end, parts[4])


class ScanSource(Generic[T]):
    """The keys of one or several patterns, one after the other."""

    stability = STABILITY

    def __init__(
        self,
        scan: Scan,
        read: ReadKeys[T],
        patterns: int,
        how: str,
        *,
        is_filtered: bool,
        sift: KeySift | None = None,
    ) -> None:
        """`sift` leaves out keys before their rows are read."""
        self.how = how
        self._sift = sift
        self._scan = scan
        self._read = read
        self._patterns = patterns
        self._is_filtered = is_filtered
        self._count = FILTERED if is_filtered else FEWEST_KEYS

    async def read(self, position: str | None, most: int, keep: Keep[T]) -> Portion[T]:
        """Return what fits of the keys that one SCAN finds."""
        place = parse_position(position)
        count = place.count or self._count
        end, keys = await self._scan(place.pattern, place.start, count)
        names: Sequence[str] = list(dict.fromkeys(keys))
        if place.count and end == place.end:
            names = [key for key in names if digest_of(key) > place.shown]
        if self._sift is not None:
            names = await self._sift.choose(names)
        rows, last = await self._take(place.pattern, names, most, keep)
        self._adapt(len(keys), most)
        if last:
            following = ScanPosition(place.pattern, place.start, count, end, last)
            return Portion(rows=rows, position=following.to_text(), looked=0)
        return Portion(rows=rows, position=self._next(place.pattern, end), looked=count)

    async def disclose(self, position: str) -> str | None:
        """Return the position: no key is in it."""
        return position

    async def _take(
        self, pattern: int, names: Sequence[str], most: int, keep: Keep[T]
    ) -> tuple[list[T], str]:
        """Return (rows that fit; the digest of the last one that is shown, empty: all are)."""
        by_digest = sorted((digest_of(key), key) for key in names)
        wanted = by_digest
        if not self._is_filtered:
            wanted = by_digest[:most]
        found = dict(await self._read(pattern, [key for _, key in wanted]))
        pairs = [(digest, found[key]) for digest, key in wanted if key in found]
        rows, following = take_fitting(pairs, most, keep)
        if following is not None:
            return rows, max(digest for digest, _ in by_digest if digest < following)
        if len(wanted) < len(by_digest):
            return rows, wanted[-1][0]
        return rows, ""

    def _adapt(self, found: int, most: int) -> None:
        """Look at more keys at once where few are of the pattern."""
        if found < most // 4:
            self._count = min(self._count * 2, MOST)

    def _next(self, pattern: int, end: int) -> str | None:
        if end:
            return ScanPosition(pattern, end).to_text()
        if pattern + 1 < self._patterns:
            return ScanPosition(pattern + 1).to_text()
        return None


def describe_scan(wanted: RowFilter) -> str:
    """Return who looks for what a filter wants: Redis compares nothing."""
    return describe_answer("Redis", [], wanted.names)


def digest_of(key: str) -> str:
    """Return what orders the keys of one SCAN, and shows nothing of them."""
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()[:16]

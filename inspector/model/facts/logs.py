"""Sequences that snapshots share: a million entries cost no copy, and no more are kept."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, MutableSequence, Sequence
from itertools import islice
from typing import Generic, Self, TypeVar, overload

T = TypeVar("T")
R = TypeVar("R")
MILLION = 1_000_000
FEW = 100
"""Entries before the start that a log has in any case."""


class Lazy(Sequence[T], Generic[T]):
    """A sequence of entries that are found or made as they are asked for."""

    __slots__ = ()

    @abstractmethod
    def _at(self, index: int) -> T:
        """Return an entry; `index` counts from the start, and is inside."""

    def _part(self, places: range) -> list[T]:
        """Return the entries at some places inside."""
        return [self._at(index) for index in places]

    @overload
    def __getitem__(self, index: int) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> list[T]: ...

    def __getitem__(self, index: int | slice) -> T | list[T]:
        count = len(self)
        if isinstance(index, slice):
            return self._part(range(*index.indices(count)))
        at = index
        if index < 0:
            at += count
        if not 0 <= at < count:
            raise IndexError(index)
        return self._at(at)


class Log(Lazy[T]):
    """A frozen view of a list that grows at its end; `extended` returns a later view of it.

    It keeps the newest `limit` entries. What is dropped leaves the list a quarter of the limit
    later, in one copy of pointers (4 ms for a million), so that dropping costs nothing each time.
    """

    __slots__ = ("_end", "_items", "_limit", "_start", "total")

    def __init__(self, items: Iterable[T] = (), *, limit: int = MILLION) -> None:
        self._items: MutableSequence[T] = list(items)
        self._end = len(self._items)
        self._limit = limit
        self._start = max(0, self._end - limit)
        self.total = self._end
        """Entries there ever were, those that were dropped too."""

    def with_items(self, items: Iterable[T]) -> Self:
        """Return this and more; copies only when another snapshot has grown already."""
        found = type(self).__new__(type(self))
        limit = self._limit
        kept = self._items
        start = self._start
        before = self._end
        if before != len(kept) or (start > limit // 4 and start > FEW):
            kept = kept[start:before]
            before -= start
            start = 0
        kept.extend(items)
        end = len(kept)
        found._items = kept
        found._end = end
        found._limit = limit
        found.total = self.total + end - before
        found._start = start
        if end - start > limit:
            found._start = end - limit
        return found

    @property
    def is_full(self) -> bool:
        """True when the next entry drops the first one."""
        return self._end - self._start >= self._limit

    def __len__(self) -> int:
        return self._end - self._start

    def _at(self, index: int) -> T:
        return self._items[self._start + index]

    def _part(self, places: range) -> list[T]:
        return [self._items[self._start + index] for index in places]

    def __iter__(self) -> Iterator[T]:
        return islice(iter(self._items), self._start, self._end)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Log) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # equal logs may grow apart


class Mapped(Lazy[R], Generic[T, R]):
    """Rows made when they are drawn: of a list of a million, the visible forty."""

    __slots__ = ("_make", "_source")

    def __init__(self, source: Sequence[T], make: Callable[[T], R]) -> None:
        self._source = source
        self._make = make

    def __len__(self) -> int:
        return len(self._source)

    def _at(self, index: int) -> R:
        return self._make(self._source[index])


class Reversed(Lazy[T]):
    """A sequence from its end, without a copy."""

    __slots__ = ("_source",)

    def __init__(self, source: Sequence[T]) -> None:
        self._source = source

    def __len__(self) -> int:
        return len(self._source)

    def _at(self, index: int) -> T:
        return self._source[len(self._source) - 1 - index]

    def __iter__(self) -> Iterator[T]:
        for at in range(len(self._source) - 1, -1, -1):
            yield self._source[at]


class Concatenated(Lazy[T]):
    """The beginning of one sequence and then another, `count` entries at most, without a copy."""

    __slots__ = ("_count", "_first", "_second", "_since")

    def __init__(self, first: Sequence[T], since: int, second: Sequence[T], count: int) -> None:
        self._first = first
        self._second = second
        self._since = min(since, len(first))
        self._count = min(count, self._since + len(second))

    def __len__(self) -> int:
        return self._count

    def _at(self, index: int) -> T:
        if index < self._since:
            return self._first[index]
        return self._second[index - self._since]

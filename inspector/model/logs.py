"""An append-only sequence that snapshots share: a million entries cost no copy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Generic, TypeVar, overload

T = TypeVar("T")
R = TypeVar("R")


class Log(Sequence[T], Generic[T]):
    """A frozen view of a list that only grows; `extended` returns a longer view of it."""

    __slots__ = ("_end", "_items")

    def __init__(self, items: Iterable[T] = ()) -> None:
        self._items = list(items)
        self._end = len(self._items)

    def extended(self, items: Iterable[T]) -> Log[T]:
        """Return this and more; copies only when another snapshot has grown already."""
        found: Log[T] = Log.__new__(Log)
        is_newest = self._end == len(self._items)
        found._items = self._items if is_newest else self._items[: self._end]
        found._items.extend(items)
        found._end = len(found._items)
        return found

    def __len__(self) -> int:
        return self._end

    @overload
    def __getitem__(self, index: int) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> list[T]: ...

    def __getitem__(self, index: int | slice) -> T | list[T]:
        if isinstance(index, slice):
            return self._items[slice(*index.indices(self._end))]
        place = index + self._end if index < 0 else index
        if not 0 <= place < self._end:
            raise IndexError(index)
        return self._items[place]

    def __iter__(self) -> Iterator[T]:
        return (self._items[place] for place in range(self._end))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Log) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # equal logs may grow apart


class Mapped(Sequence[R], Generic[T, R]):
    """Rows made when somebody looks at them: a list of a million draws the visible forty."""

    __slots__ = ("_make", "_source")

    def __init__(self, source: Sequence[T], make: Callable[[T], R]) -> None:
        self._source = source
        self._make = make

    def __len__(self) -> int:
        return len(self._source)

    @overload
    def __getitem__(self, index: int) -> R: ...

    @overload
    def __getitem__(self, index: slice) -> list[R]: ...

    def __getitem__(self, index: int | slice) -> R | list[R]:
        if isinstance(index, slice):
            return [self._make(self._source[place]) for place in range(*index.indices(len(self)))]
        return self._make(self._source[index])


class Reversed(Sequence[T], Generic[T]):
    """A sequence from its end, without a copy."""

    __slots__ = ("_source",)

    def __init__(self, source: Sequence[T]) -> None:
        self._source = source

    def __len__(self) -> int:
        return len(self._source)

    @overload
    def __getitem__(self, index: int) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> list[T]: ...

    def __getitem__(self, index: int | slice) -> T | list[T]:
        count = len(self._source)
        if isinstance(index, slice):
            return [self._source[count - 1 - place] for place in range(*index.indices(count))]
        if not -count <= index < count:
            raise IndexError(index)
        return self._source[count - 1 - index if index >= 0 else -1 - index]

"""A log whose entries are in a store: a million take 100 bytes each instead of 1,000."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from session_inspector.inspector.model.facts.kept.entries import SIZE, EntryStore, Stores
from session_inspector.inspector.model.facts.logs import MILLION, Log

T = TypeVar("T")


class StoredLog(Log[T]):
    """A log of numbers that is read as the entries that they are of.

    The log that leads is extended first in each turn; what it has dropped, the others have not
    either.
    """

    __slots__ = ("_base", "_blocks", "_is_leading", "_numbers", "_store", "_stores")

    def __init__(self, stores: Stores, *, is_leading: bool = False, limit: int = MILLION) -> None:
        self._stores = stores
        self._store = stores.newest
        self._is_leading = is_leading
        self._numbers = _Numbers(limit=limit)
        self._blocks = self._store.blocks
        self._base = self._store.base
        self.total = 0

    def with_items(self, items: Iterable[T]) -> StoredLog[T]:
        """Return this and more."""
        store = self._find_store()
        if self._is_leading:
            numbers = self._numbers.with_items(store.add_all(items))
        else:
            numbers = self._numbers.with_items(store.find_all(items))
        if self._is_leading and len(numbers):
            store.cut(numbers[0])
        if store.base != self._base:
            numbers.drop_below(store.base * SIZE, store.longest)
        found: StoredLog[T] = StoredLog.__new__(StoredLog)
        found._stores = self._stores
        found._store = store
        found._is_leading = self._is_leading
        found._numbers = numbers
        found.total = numbers.total
        found._blocks = store.blocks
        found._base = store.base
        return found

    def _find_store(self) -> EntryStore:
        """Return where the next entries go: another log that began here has a store of its own."""
        if self.total:
            return self._store
        if self._is_leading:
            return self._stores.begin()
        return self._stores.newest

    @property
    def is_full(self) -> bool:
        """True when the next entry drops the first one."""
        return self._numbers.is_full

    def __len__(self) -> int:
        return len(self._numbers)

    def _at(self, index: int) -> T:
        number = self._numbers[index]
        block = self._store.open(self._blocks[number // SIZE - self._base])
        entry: T = block[number % SIZE]
        return entry

    def _part(self, places: range) -> list[T]:
        return list(self._read(self._numbers.cut_out(places)))

    def __iter__(self) -> Iterator[T]:
        return self._read(self._numbers)

    def _read(self, numbers: Iterable[int]) -> Iterator[T]:
        """Yield entries, each block opened once."""
        at = -1
        block: list[Any] = []
        for number in numbers:
            if number // SIZE != at:
                at = number // SIZE
                block = self._store.open(self._blocks[at - self._base])
            yield block[number % SIZE]


class _Numbers(Log[int]):
    """Numbers of eight bytes each, ascending but within a turn."""

    __slots__ = ()

    def __init__(self, *, limit: int) -> None:
        super().__init__(limit=limit)
        self._items = array("q")

    def drop_below(self, least: int, disorder: int) -> None:
        """Leave out smaller ones, of a log that nobody has yet.

        What follows a number is smaller than it by `disorder` at most.
        """
        for at in range(self._start, self._end):
            number = self._items[at]
            if number < least:
                self._start = at + 1
            elif number >= least + disorder:
                break

    def cut_out(self, places: range) -> Iterable[int]:
        """Return the numbers at some places."""
        if places.step == 1:
            return self._items[self._start + places.start : self._start + places.stop]
        return self._part(places)

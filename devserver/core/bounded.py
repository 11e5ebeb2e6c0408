"""A map that stays small: it forgets its oldest entries, so that a long run stays bounded."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import Generic, TypeVar

T = TypeVar("T")
KEPT = 10_000


class Bounded(Generic[T]):
    """A dict with text keys that forgets its oldest entries."""

    def __init__(self, kept: int = KEPT) -> None:
        """`kept` is how many entries are remembered."""
        self._kept = kept
        self._entries: OrderedDict[str, T] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def put(self, name: str, value: T) -> None:
        """Remember a value as the newest."""
        self._entries[name] = value
        self._entries.move_to_end(name)
        if len(self._entries) > self._kept:
            self._entries.popitem(last=False)

    def put_first(self, name: str, value: T) -> None:
        """Remember a value unless there is one already."""
        if name not in self._entries:
            self.put(name, value)

    def get(self, name: str) -> T | None:
        """Return a value, None when it is not remembered."""
        return self._entries.get(name)

    def pop(self, name: str) -> T | None:
        """Forget a value and return it."""
        return self._entries.pop(name, None)

    def names(self) -> Iterable[str]:
        """Return the names, oldest first."""
        return tuple(self._entries)

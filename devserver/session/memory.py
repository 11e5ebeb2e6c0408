"""What the engine remembers of sessions it has seen; bounded, and gone with the process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from session_inspector.devserver.core.events.base import TimerName
from session_inspector.devserver.core.values import Seconds

T = TypeVar("T")
KEPT = 10_000


class Bounded(Generic[T]):
    """A dict that forgets its oldest entries."""

    def __init__(self, kept: int = KEPT) -> None:
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

    def get(self, name: str) -> T | None:
        """Return a value, None when it is not remembered."""
        return self._entries.get(name)

    def pop(self, name: str) -> T | None:
        """Forget a value and return it."""
        return self._entries.pop(name, None)

    def names(self) -> Iterable[str]:
        """Return the names, oldest first."""
        return tuple(self._entries)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """When and by what a session was destroyed."""

    at: Seconds
    cause: str


@dataclass(slots=True)
class Memory:
    """The engine's tables, by fingerprint."""

    keys: Bounded[str] = field(default_factory=Bounded)
    """Ids in the store; empty for stateless sessions."""
    spans: Bounded[tuple[float, float]] = field(default_factory=Bounded)
    """When sessions began and end: an id cookie and an expired row do not tell."""
    endings: Bounded[Ending] = field(default_factory=Bounded)
    forced: Bounded[frozenset[TimerName]] = field(default_factory=Bounded)
    """Clocks that somebody expired by hand; a stateless session meets them at its next request."""
    told: Bounded[str] = field(default_factory=Bounded)
    """Exchange id to what was last said of its session: a request reads its session often."""

"""The known sessions: a persistent map that notes which of them have changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

from immutables import Map

from session_inspector.inspector.model.facts.logs import Log

V = TypeVar("V")
NOTED = 100_000
"""Changes that are remembered for who follows them: 40 s of 5,000 events a second."""


class KnownSessions(Mapping[str, V], Generic[V]):
    """A frozen map; `set` and `delete` return another one that shares what is equal."""

    __slots__ = ("_map", "changed")

    def __init__(self) -> None:
        self._map: Map[str, V] = Map()
        self.changed: Log[str] = Log(limit=NOTED)
        """Names in the order in which they were set; one that was set twice is there twice."""

    def set(self, name: str, value: V) -> KnownSessions[V]:
        """Return a map with this session as well."""
        return self._with(self._map.set(name, value), self.changed.with_items((name,)))

    def delete(self, name: str) -> KnownSessions[V]:
        """Return a map without this session. Raises: KeyError."""
        return self._with(self._map.delete(name), self.changed)

    def _with(self, found: Map[str, V], changed: Log[str]) -> KnownSessions[V]:
        new: KnownSessions[V] = KnownSessions.__new__(KnownSessions)
        new._map = found
        new.changed = changed
        return new

    def __getitem__(self, name: str) -> V:
        return self._map[name]

    def __contains__(self, name: object) -> bool:
        return name in self._map

    def __iter__(self) -> Iterator[str]:
        return iter(self._map)

    def __len__(self) -> int:
        return len(self._map)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, KnownSessions) and self._map == other._map

    __hash__ = None  # type: ignore[assignment]  # its values need not be hashable

"""A persistent map that forgets: it keeps what came last, so that a long run stays bounded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar, overload

from immutables import Map

from session_inspector.inspector.model.facts.logs import Log

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")
KEPT = 100_000


class Recent(Mapping[K, V], Generic[K, V]):
    """A frozen map; `set` and `delete` return another one that shares what is equal.

    With more than `limit` keys, the one that was set first is forgotten. A key that was deleted
    and comes back counts from when it first came: keys here are names that are not used twice.
    """

    __slots__ = ("_map", "_order")

    def __init__(self, *, limit: int = KEPT) -> None:
        self._map: Map[K, V] = Map()
        self._order: Log[K] = Log(limit=limit)

    def set(self, key: K, value: V) -> Recent[K, V]:
        """Return a map with this key as well."""
        kept = self._map
        order = self._order
        if key in kept:
            return self._with(kept.set(key, value), order)
        if order.is_full and order[0] in kept:
            kept = kept.delete(order[0])
        return self._with(kept.set(key, value), order.with_items((key,)))

    def delete(self, key: K) -> Recent[K, V]:
        """Return a map without this key. Raises: KeyError."""
        return self._with(self._map.delete(key), self._order)

    def without(self, key: K) -> Recent[K, V]:
        """Return a map without this key: itself when it has none."""
        if key not in self._map:
            return self
        return self.delete(key)

    def _with(self, found: Map[K, V], order: Log[K]) -> Recent[K, V]:
        new: Recent[K, V] = Recent.__new__(Recent)
        new._map = found
        new._order = order
        return new

    @overload
    def get(self, key: K, default: None = None, /) -> V | None:
        """Return a value; None: there is none of that key."""

    @overload
    def get(self, key: K, default: V | T, /) -> V | T:
        """Return a value, or the default."""

    def get(self, key: K, default: V | T | None = None, /) -> V | T | None:
        """Return a value, or the default: a third of the time that it takes by a KeyError."""
        return self._map.get(key, default)

    def __getitem__(self, key: K) -> V:
        return self._map[key]

    def __contains__(self, key: object) -> bool:
        return key in self._map

    def __iter__(self) -> Iterator[K]:
        return iter(self._map)

    def __len__(self) -> int:
        return len(self._map)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Recent) and self._map == other._map

    __hash__ = None  # type: ignore[assignment]  # its values need not be hashable

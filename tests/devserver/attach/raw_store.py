"""A store of foreign rows in memory, which a test fills, empties and takes away."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from fnmatch import fnmatchcase

from session_inspector.devserver.attach.rows.base import RawReader, RawRow, RowLocations, RowTexts
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.querying.estimates import RowEstimate
from session_inspector.devserver.stores.querying.filters import RowFilter
from session_inspector.devserver.stores.querying.sources import Keep, Portion, WindowSource
from session_inspector.devserver.stores.watching.commands import CommandCount


def row(key: str, value: str = '{"cookie":{}}', expires: Seconds | None = None) -> RawRow:
    return RawRow(key=key, value=value.encode(), expires=expires)


def is_listed(key: str, locations: RowLocations) -> bool:
    return any(fnmatchcase(key, pattern) for pattern in locations.redis)


class RawStore:
    """A RawReader over rows by key."""

    def __init__(self, *rows: RawRow, known_prefixes: Sequence[str] = ()) -> None:
        self.commands = CommandCount()
        self.content = {found.key: found for found in rows}
        self.known_prefixes = known_prefixes
        self.other_types: dict[str, int] = {}
        self.told_version: str | None = None
        self.looks = 0
        self.is_away = False
        self.opened = 0
        self.closed = 0
        self.asked: list[list[str]] = []

    async def open(self) -> RawReader:
        """Count how often it is opened."""
        self.opened += 1
        return self

    async def rows(
        self, locations: RowLocations, limit: int, *, is_sample: bool = False
    ) -> AsyncIterator[RawRow]:
        self.check()
        self.looks += 1
        names = [key for key in self.content if is_listed(key, locations)]
        for key in names[:limit]:
            yield self.content[key]

    async def at(self, locations: RowLocations, keys: Sequence[str]) -> Sequence[RawRow]:
        self.check()
        self.asked.append(list(keys))
        return [self.content[key] for key in keys if key in self.content]

    async def open_source(
        self, locations: RowLocations, texts: RowTexts, wanted: RowFilter, now: float
    ) -> WindowSource[RawRow]:
        self.check()
        return KeyOrder(self, [key for key in self.content if is_listed(key, locations)])

    async def estimate(self, locations: RowLocations) -> RowEstimate | None:
        return None

    def prefixes(self, locations: RowLocations) -> Sequence[str]:
        return self.known_prefixes

    async def survey(self) -> Sequence[str]:
        self.check()
        return sorted(self.content)

    async def others(self, locations: RowLocations) -> Mapping[str, int]:
        self.check()
        return self.other_types

    async def version(self) -> str | None:
        self.check()
        return self.told_version

    async def close(self) -> None:
        self.closed += 1

    def check(self) -> None:
        self.commands.note()
        if self.is_away:
            raise StoreUnavailable("nobody there")


class KeyOrder:
    """The rows of a store in the order they were put there, by their numbers."""

    how = ""
    stability = ""

    def __init__(self, store: RawStore, names: Sequence[str]) -> None:
        self._store = store
        self._names = names

    async def read(self, position: str | None, most: int, keep: Keep[RawRow]) -> Portion[RawRow]:
        self._store.check()
        first = int(position or 0)
        names = self._names[first : first + most]
        following = str(first + most) if first + most < len(self._names) else None
        rows = [self._store.content[name] for name in names if name in self._store.content]
        kept = [row for row in rows if keep(row)]
        return Portion(rows=kept, position=following, looked=len(names))

    async def disclose(self, position: str) -> str | None:
        return position

"""The known sessions: a persistent map that notes which have changed, and archives which have not.

Sessions that were set lately are objects in two maps, a young and an old one. When the young one
is full it takes the place of the old one, whose sessions have been archived meanwhile, a few at a
time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar, overload

from immutables import Map

from session_inspector.inspector.model.facts.kept.archive import Archive
from session_inspector.inspector.model.facts.logs import Log

V = TypeVar("V")
T = TypeVar("T")
MISSING = object()
NOTED = 100_000
"""Changes that are remembered for who follows them: 40 s of 5,000 events a second."""
YOUNG = 4_096
"""Sessions of the young map: with the old one, up to twice as many are objects."""
PORTION = 8
"""Sessions that are archived together, each time that so many are new in the young map: 0.4 ms."""


class KnownSessions(Mapping[str, V], Generic[V]):
    """A frozen map; `set` and `delete` return another one that shares what is equal."""

    __slots__ = (
        "_archive",
        "_archived",
        "_count",
        "_left",
        "_old",
        "_waiting",
        "_young",
        "changed",
    )

    def __init__(self) -> None:
        self._young: Map[str, V | None] = Map()
        """None: it was forgotten."""
        self._old: Map[str, V | None] = Map()
        self._waiting: tuple[str, ...] = ()
        """Names of the old map in the order in which they are archived, the first one last."""
        self._left = 0
        """How many of them are not archived yet."""
        self._archive = Archive()
        self._archived = 0
        """Steps of the archive that are of this map or of one before it."""
        self._count = 0
        self.changed: Log[str] = Log(limit=NOTED)
        """Names in the order in which they were set; one that was set twice is there twice."""

    def set(self, name: str, value: V) -> KnownSessions[V]:
        """Return a map with this session as well."""
        found = self._copy()
        if self._young.get(name) is None and name not in self:
            found._count += 1
        found.changed = self.changed.with_items((name,))
        found._put(name, value)
        return found

    def delete(self, name: str) -> KnownSessions[V]:
        """Return a map without this session. Raises: KeyError."""
        if name not in self:
            raise KeyError(name)
        found = self._copy()
        found._count -= 1
        found._put(name, None)
        return found

    def _copy(self) -> KnownSessions[V]:
        new: KnownSessions[V] = KnownSessions.__new__(KnownSessions)
        new._young = self._young
        new._old = self._old
        new._waiting = self._waiting
        new._left = self._left
        new._archive = self._archive
        new._archived = self._archived
        new._count = self._count
        new.changed = self.changed
        return new

    def _put(self, name: str, value: V | None) -> None:
        before = len(self._young)
        self._young = self._young.set(name, value)
        count = len(self._young)
        if count == before or count % PORTION:
            return
        self._archive_some()
        if count >= YOUNG:
            self._grow_old()

    def _archive_some(self) -> None:
        """Move a few sessions from the old map to the archive."""
        left = max(0, self._left - PORTION)
        names = self._waiting[left : self._left]
        self._left = left
        moved: dict[str, V | None] = {}
        with self._old.mutate() as old:
            for name in names:
                value = old.pop(name)
                if name not in self._young:
                    moved[name] = value
            rest = old.finish()
        if moved:
            if self._archive.total != self._archived:  # another map has gone on from here
                self._archive = self._archive.fork(self._archived)
            self._archive.add(moved)
            self._archived = self._archive.total
        self._old = rest

    def _grow_old(self) -> None:
        """Make the young map the old one, whose sessions are in the archive."""
        while self._left:
            self._archive_some()
        self._old = self._young
        self._young = Map()
        self._waiting = tuple(reversed(tuple(self._old)))
        self._left = len(self._waiting)

    def _find(self, name: object) -> V | None:
        """Return a session; None: there is none of that name."""
        if not isinstance(name, str):
            return None
        found: V | None = self._young.get(name)
        if found is not None or name in self._young:
            return found
        found = self._old.get(name)
        if found is not None or name in self._old:
            return found
        found = self._archive.find(name, self._archived)
        return found

    @overload
    def get(self, name: str, default: None = None, /) -> V | None:
        """Return a session; None: there is none of that name."""

    @overload
    def get(self, name: str, default: V | T, /) -> V | T:
        """Return a session, or the default."""

    def get(self, name: str, default: V | T | None = None, /) -> V | T | None:
        """Return a session, or the default: four times as fast as by a KeyError."""
        value = self._find(name)
        if value is None:
            return default
        return value

    def __getitem__(self, name: str) -> V:
        value = self._find(name)
        if value is None:
            raise KeyError(name)
        return value

    def __contains__(self, name: object) -> bool:
        """Open no session: that takes 35 us."""
        if not isinstance(name, str):
            return False
        for lately in (self._young, self._old):
            value = lately.get(name, MISSING)
            if value is not MISSING:
                return value is not None
        return self._archive.has(name, self._archived)

    def __iter__(self) -> Iterator[str]:
        yield from (name for name, value in self._young.items() if value is not None)
        for name, value in self._old.items():
            if value is not None and name not in self._young:
                yield name
        for name in self._archive.list_names(self._archived):
            if name not in self._young and name not in self._old:
                yield name

    def __len__(self) -> int:
        return self._count

    def __eq__(self, other: object) -> bool:
        return isinstance(other, KnownSessions) and dict(self) == dict(other)

    __hash__ = None  # type: ignore[assignment]  # its values need not be hashable

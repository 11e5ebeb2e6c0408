"""Sessions that have not changed for a while, as a few bytes each.

What is in the archive never changes: a session that is archived again is there twice for a while,
so that who has an older state finds what it was then.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from session_inspector.inspector.model.facts.kept.packing import SinglePacker

LAG = 50_000
"""Sessions that are archived again before the older ones of them are dropped."""
LEARN = 4_096
"""Sessions after which others are the samples by which the next ones are packed."""
SAMPLES = 4
OPENED = 256
"""Sessions that are kept open, those that were read last: a request asks thrice for its own."""
STEP = 5
"""Bytes of the number of the step in which a session was archived, before the session itself."""
Place: TypeAlias = bytes | tuple[bytes, bytes]
"""A session as it was archived, without itself when it was forgotten; of two the later is last."""


class Archive:
    """Packed sessions by their names; `total` is how many steps there have been."""

    def __init__(self) -> None:
        self.total = 0
        self._places: dict[str, Place] = {}
        self._doubled: deque[str] = deque()
        """Names that are there twice, or forgotten; the first ones are tidied up first."""
        self._packer = SinglePacker()
        self._open = lru_cache(OPENED)(self._packer.unpack)
        self._unlearned = 0
        """Sessions that may still be packed by the same samples."""

    def add(self, values: Mapping[str, Any]) -> None:
        """Add sessions in one step; None: it was forgotten."""
        self._learn([value for value in values.values() if value is not None])
        step = self.total.to_bytes(STEP, "big")
        for name, value in values.items():
            if value is None:
                self._put(name, step)
                self._doubled.append(name)
            else:
                self._put(name, step + self._packer.pack(value))
        self.total += 1
        self._tidy_up()

    def _learn(self, values: Sequence[object]) -> None:
        if values and self._unlearned <= 0:
            self._packer.learn(values[:: len(values) // SAMPLES + 1])
            self._unlearned = LEARN
        self._unlearned -= len(values)

    def find(self, name: str, total: int) -> Any:
        """Return a session as it was after so many steps; None: it was not here."""
        found = self._find_place(name, total)
        if len(found) <= STEP:
            return None
        return self._open(found[STEP:])

    def has(self, name: str, total: int) -> bool:
        """Check whether a session was here after so many steps, without opening it."""
        return len(self._find_place(name, total)) > STEP

    def list_names(self, total: int) -> Iterator[str]:
        """Yield the names of the sessions that were here after so many steps."""
        for name in list(self._places):
            if self.has(name, total):
                yield name

    def fork(self, total: int) -> Archive:
        """Return an archive that goes on from where there were so many steps."""
        forked = Archive()
        forked.total = total
        if total:
            forked._packer = self._packer
            forked._open = self._open
            for name in self._places:
                if found := self._find_place(name, total):
                    forked._places[name] = found
        return forked

    def _find_place(self, name: str, total: int) -> bytes:
        """Return what was archived of a session in the first steps; empty: nothing."""
        place = self._places.get(name)
        if place is None:
            return b""
        if isinstance(place, bytes):
            place = (b"", place)
        for found in reversed(place):
            if int.from_bytes(found[:STEP], "big") < total:
                return found
        return b""

    def _put(self, name: str, found: bytes) -> None:
        before = self._places.get(name)
        if before is None:
            self._places[name] = found
            return
        if isinstance(before, tuple):
            before = before[1]
        self._places[name] = (before, found)
        self._doubled.append(name)

    def _tidy_up(self) -> None:
        while len(self._doubled) > LAG:
            name = self._doubled.popleft()
            place = self._places.get(name)
            if isinstance(place, tuple):
                self._places[name] = place = place[1]
            if place is not None and len(place) <= STEP:
                del self._places[name]

"""What was in a session, as marks that can be compared: 8 bytes a member, and no credential.

Equal values have equal marks; of two others the same is as likely as that two random numbers of
64 bits are. They are of this process only: Python's own hash of a text, whose key nobody knows.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from functools import cache, lru_cache

from session_inspector.devserver.core.json.writing import strict_json
from session_inspector.devserver.core.values import Secret, Shown

SETS = 1000
"""Sets of paths that sessions share: those of one app have the same members."""


class ContentMarks:
    """Members by path, each as the mark of its value."""

    __slots__ = ("_marks", "_paths")

    def __init__(self, members: Mapping[str, Shown]) -> None:
        self._paths = _share(tuple(members))
        self._marks = _find_struct(len(members)).pack(*map(mark_value, members.values()))

    def to_dict(self) -> dict[str, int]:
        """Return the marks by path."""
        marks = _find_struct(len(self._paths)).unpack(self._marks)
        return dict(zip(self._paths, marks, strict=True))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ContentMarks):
            return NotImplemented
        if self._paths == other._paths:
            return self._marks == other._marks
        return self.to_dict() == other.to_dict()  # the order of members is none of theirs

    def __repr__(self) -> str:
        return f"ContentMarks({', '.join(self._paths)})"

    __hash__ = None  # type: ignore[assignment]  # nobody looks one up


def mark_value(value: Shown) -> int:
    """Return the mark of a value, 64 bits with a sign; 1, 1.0 and True are equal in Python."""
    if isinstance(value, str):
        return hash(value)
    if isinstance(value, Secret):
        return hash((value.length, value.digest))
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, float):
        return hash((float, repr(value)))
    if isinstance(value, int):
        return hash((int, str(int(value))))  # by itself -1 has the hash of -2
    return hash((Mapping, strict_json(put_in_order(value))))


def put_in_order(entry: Shown) -> object:
    """Return an entry with its members in the order of their names; a masked text as what it is."""
    if isinstance(entry, dict):
        return {name: put_in_order(entry[name]) for name in sorted(entry)}
    if isinstance(entry, list):
        return [put_in_order(one) for one in entry]
    if isinstance(entry, Secret):
        return str(entry)
    return entry


@lru_cache(SETS)
def _share(paths: tuple[str, ...]) -> tuple[str, ...]:
    """Return the same paths, one object for all."""
    return paths


@cache
def _find_struct(count: int) -> struct.Struct:
    return struct.Struct(f"{count}q")


NOTHING = ContentMarks({})

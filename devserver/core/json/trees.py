"""Walks over tables and lists of any depth, as TOML and JSON have them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a value is, as steps from the root: written only for the one that is wanted."""

    above: _Place | None
    step: str | int

    def describe(self) -> str:
        """Return `users[0].age`."""
        steps: list[str] = []
        place: _Place | None = self
        while place is not None:
            steps.append(_write_step(place.step))
            place = place.above
        return "".join(reversed(steps)).removeprefix(".")


def find_member(tree: object, is_wanted: Callable[[object], bool]) -> str:
    """Return where in a tree a value is that is wanted: `knobs.skew`, `users[0].age`; empty: none.

    The walk is no recursion: dotted keys of TOML are as deep as a line is long.
    """
    if not _has_member(tree, is_wanted):
        return ""  # places are made only where one is asked for: of a million values it takes long
    waiting: deque[tuple[_Place | None, object]] = deque([(None, tree)])
    while waiting:
        place, found = waiting.popleft()
        if is_wanted(found):
            return "it" if place is None else place.describe()
        waiting.extend((_Place(place, step), each) for step, each in _members(found))
    return ""


def _has_member(tree: object, is_wanted: Callable[[object], bool]) -> bool:
    waiting = [tree]
    while waiting:
        found = waiting.pop()
        if is_wanted(found):
            return True
        waiting.extend(each for _, each in _members(found))
    return False


def _members(found: object) -> Iterable[tuple[str | int, object]]:
    if isinstance(found, dict):
        return found.items()
    if isinstance(found, (list, tuple)):
        return enumerate(found)
    return ()


def _write_step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}"

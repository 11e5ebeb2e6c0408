"""Rows that are looked at in turns, a few each time, where all of them would be too many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Turns:
    """Goes round a list that may change between two calls."""

    def __init__(self) -> None:
        self._next = 0

    def take(self, items: Sequence[T], most: int) -> tuple[Sequence[T], Sequence[T]]:
        """Return (up to so many whose turn it is, the others)."""
        if len(items) <= most:
            self._next = 0
            return items, ()
        start = self._next % len(items)
        round_ = [*items[start:], *items[:start]]
        self._next = start + most
        return round_[:most], round_[most:]

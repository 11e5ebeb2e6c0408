"""Rows that were looked at, kept until there are others: some lists make a row when asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class MadeRows(Generic[T]):
    """Rows by number, each made once."""

    def __init__(self, rows: Sequence[T] = ()) -> None:
        self._rows = rows
        self._made: dict[int, T] = {}

    def at(self, number: int) -> T | None:
        """Return a row; None below the last one."""
        row = self._made.get(number)
        if row is None and 0 <= number < len(self._rows):
            row = self._rows[number]
            self._made[number] = row
        return row

    def visible(self, top: int, height: int) -> Iterator[tuple[int, T | None]]:
        """Yield (number, row) of each visible line; None below the last row."""
        for number in range(top, top + height):
            yield number, self.at(number)

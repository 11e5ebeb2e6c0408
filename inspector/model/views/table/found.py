"""What a search has found: a million names in eight bytes each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload

from session_inspector.inspector.model.facts.logs import Log

DIGITS = 8
"""Hexadecimal digits of a number."""


class FoundNames(Sequence[str]):
    """Names of sessions by their numbers in the order in which they were first seen."""

    __slots__ = ("_first", "_numbers", "_order")

    def __init__(self, numbers: str, order: Log[str]) -> None:
        """`numbers` has `DIGITS` digits of each, none between them."""
        self._numbers = numbers
        self._order = order
        self._first = order.total - len(order)

    def __len__(self) -> int:
        return len(self._numbers) // DIGITS

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> list[str]: ...

    def __getitem__(self, index: int | slice) -> str | list[str]:
        count = len(self)
        if isinstance(index, slice):
            return [self._name_at(at) for at in range(*index.indices(count))]
        at = index
        if index < 0:
            at += count
        if not 0 <= at < count:
            raise IndexError(index)
        return self._name_at(at)

    def __iter__(self) -> Iterator[str]:
        for at in range(len(self)):
            yield self._name_at(at)

    def find_number(self, number: int) -> int | None:
        """Return the place of a number; None: it was not found."""
        digits = f"{number:0{DIGITS}x}"
        at = self._numbers.find(digits)
        while at >= 0 and at % DIGITS:  # it stands across two others
            at = self._numbers.find(digits, at + 1)
        if at < 0:
            return None
        return at // DIGITS

    def _name_at(self, at: int) -> str:
        digits = self._numbers[at * DIGITS : (at + 1) * DIGITS]
        return self._order[int(digits, 16) - self._first]

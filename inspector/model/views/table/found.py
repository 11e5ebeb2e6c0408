"""What a search has found: a million names in eight bytes each."""

from __future__ import annotations

from collections.abc import Iterator

from session_inspector.inspector.model.facts.logs import Lazy, Log

DIGITS = 8
"""Hexadecimal digits of a number."""


class FoundNames(Lazy[str]):
    """Names of sessions by their numbers in the order in which they were first seen."""

    __slots__ = ("_first", "_numbers", "_order")

    def __init__(self, numbers: str, order: Log[str]) -> None:
        """`numbers` has `DIGITS` digits of each, none between them."""
        self._numbers = numbers
        self._order = order
        self._first = order.total - len(order)

    def __len__(self) -> int:
        return len(self._numbers) // DIGITS

    def __iter__(self) -> Iterator[str]:
        for at in range(len(self)):
            yield self._at(at)

    def find_number(self, number: int) -> int | None:
        """Return the place of a number; None: it was not found."""
        digits = f"{number:0{DIGITS}x}"
        at = self._numbers.find(digits)
        while at >= 0 and at % DIGITS:  # it stands across two others
            at = self._numbers.find(digits, at + 1)
        if at < 0:
            return None
        return at // DIGITS

    def _at(self, index: int) -> str:
        digits = self._numbers[index * DIGITS : (index + 1) * DIGITS]
        return self._order[int(digits, 16) - self._first]

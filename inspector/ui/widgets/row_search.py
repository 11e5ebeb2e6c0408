"""Where a row is in a list that has changed: rows of long lists are made only when looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
SHORT = 2000
"""Rows up to which a row is looked for everywhere."""
NEAR = 200
"""Rows in each direction in which a row of a longer list is looked for."""


def find_row(
    rows: Sequence[T],
    key: str,
    key_of: Callable[[T], str],
    cursor: int,
    place: int | None = None,
) -> int | None:
    """Return where a row is: near a place in a long list, anywhere in a short one.

    It is looked for at the cursor first; then near `place`, None: near the cursor.
    """
    if not key:
        return None
    count = len(rows)
    reach = NEAR if count > SHORT else count
    for number in (cursor, *_neighbours(cursor if place is None else place, reach)):
        if 0 <= number < count and key_of(rows[number]) == key:
            return number
    return None


def _neighbours(middle: int, reach: int) -> Iterator[int]:
    """Yield a place and its neighbours, the nearest first."""
    yield middle
    for distance in range(1, reach):
        yield middle + distance
        yield middle - distance

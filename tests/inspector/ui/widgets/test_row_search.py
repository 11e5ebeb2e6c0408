"""A row is found where it went: at the cursor, near a place, anywhere in a short list."""

from __future__ import annotations

import pytest

from session_inspector.inspector.ui.widgets.row_search import NEAR, SHORT, find_row

FEW = range(SHORT)
MANY = range(SHORT + 1)
LAST = SHORT - 1


@pytest.mark.parametrize(
    ("rows", "key", "cursor", "place", "found"),
    [
        (FEW, "7", 7, None, 7),
        (FEW, str(LAST), 0, None, LAST),
        (MANY, str(NEAR - 1), 0, None, NEAR - 1),
        (MANY, str(NEAR), 0, None, None),
        (MANY, "1500", 0, 1500, 1500),
        (MANY, "0", 0, 1500, 0),
        (FEW, "", 0, None, None),
        (FEW, "gone", 5, None, None),
        (range(0), "0", 0, None, None),
    ],
)
def test_a_row_is_found(
    rows: range, key: str, cursor: int, place: int | None, found: int | None
) -> None:
    assert find_row(rows, key, str, cursor, place) == found

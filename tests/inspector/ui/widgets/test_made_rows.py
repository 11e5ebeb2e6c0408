"""A row is made once, however often it is looked at."""

from __future__ import annotations

from session_inspector.inspector.model.facts.logs import Mapped
from session_inspector.inspector.ui.widgets.listing.made_rows import MadeRows


def test_a_row_is_made_when_it_is_looked_at_and_once() -> None:
    made: list[int] = []

    def make(number: int) -> str:
        made.append(number)
        return f"row {number}"

    rows = MadeRows(Mapped(range(1000), make))
    assert list(rows.visible(998, 3)) == [(998, "row 998"), (999, "row 999"), (1000, None)]
    assert rows.at(998) == "row 998"
    assert made == [998, 999]


def test_before_the_first_and_below_the_last_there_is_none() -> None:
    assert [MadeRows(["only"]).at(number) for number in (-1, 0, 1)] == [None, "only", None]
    assert MadeRows[str]().at(0) is None

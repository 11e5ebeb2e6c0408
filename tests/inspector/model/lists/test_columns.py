"""Columns fit their line: what has no room is left out, what may grow does."""

from __future__ import annotations

from session_inspector.inspector.model.lists.columns import Column, fit_cell, plan_columns

COLUMNS = (
    Column(name="id", width=4),
    Column(name="path", width=6, most=10),
    Column(name="who", width=5, most=8, from_width=30),
)


def widths(width: int, beside: int = 0) -> dict[str, int]:
    return {column.name: column.width for column in plan_columns(COLUMNS, width, beside)}


def test_the_first_that_grows_grows_first() -> None:
    assert widths(12) == {"id": 4, "path": 6}
    assert widths(14) == {"id": 4, "path": 8}
    assert widths(30) == {"id": 4, "path": 10, "who": 8}
    assert widths(30, beside=10) == {"id": 4, "path": 8, "who": 5}
    assert widths(300) == {"id": 4, "path": 10, "who": 8}


def test_too_little_room_takes_no_column_below_its_least() -> None:
    assert widths(3) == {"id": 4, "path": 6}


def test_a_cell_has_exactly_its_width_and_a_gap() -> None:
    column = Column(name="path", width=6)
    assert fit_cell("/a", column) == "/a     "
    assert fit_cell("/abcdefgh", column) == "/abcd… "
    assert fit_cell("42", Column(name="ms", width=4, is_right=True)) == "  42 "


def test_a_cell_draws_no_control_character() -> None:
    assert "\x1b" not in fit_cell("\x1b[2J", Column(name="path", width=9))

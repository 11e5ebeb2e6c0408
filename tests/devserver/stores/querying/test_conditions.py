"""Conditions leave out no row that fits; that they do so in each engine: `contracts/window.py`."""

from __future__ import annotations

from session_inspector.devserver.stores.querying.conditions import (
    Conditions,
    EndColumn,
    SqlColumns,
    describe_answer,
    make_conditions,
)
from session_inspector.devserver.stores.querying.filters import parse_filter
from session_inspector.devserver.stores.sqlite.source import DIALECT

NOW = 1_000_000.0


def conditions_of(words: str, *marks: str, is_indexed: bool = True) -> Conditions:
    ends = EndColumn(name="e", encode=float, is_indexed=is_indexed, inner_marks=marks)
    columns = SqlColumns(data="d", sized="d", most=None, ends=ends)
    return make_conditions(parse_filter(words), columns, DIALECT, NOW)


def test_an_end_is_compared_by_its_column_with_room_for_rounding() -> None:
    found = conditions_of("expires:<10m")
    assert found.wanted.sql == "e > ? AND e < ?"
    assert found.wanted.values == (NOW - 2, NOW + 602)
    assert found.due == found.wanted


def test_without_an_index_nothing_is_due_by_itself() -> None:
    assert conditions_of("expires:<10m", is_indexed=False).due.sql == ""


def test_rows_that_may_have_an_earlier_end_inside_are_not_left_out() -> None:
    found = conditions_of("expires:<10m", "samesite")
    assert " OR instr(" in found.wanted.sql
    assert found.wanted.values == (NOW - 2, NOW + 602, "samesite")
    assert found.due.sql == ""
    assert " OR " not in conditions_of("expires:>10m", "samesite").wanted.sql


def test_who_answers_what_is_told() -> None:
    found = conditions_of("user:zoe size:<4k -expires:<1m")
    assert (found.by_engine, found.here) == (["user"], ["size", "expires"])
    assert found.describe("SQLite") == (
        "user: by SQLite, and checked here; size, expires: each row was read and checked here"
    )
    assert describe_answer("SQLite", [], []) == ""

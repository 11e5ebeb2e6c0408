"""Rows of the list, made when they are drawn."""

from __future__ import annotations

from session_inspector.inspector.model.facts.state import empty
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.session_rows import list_sessions, session_row
from tests.inspector.sample import NOW, login


def test_a_session_that_was_forgotten_says_so_in_a_list_that_has_it_still() -> None:
    row = list_sessions(empty(100), ["long gone"], NOW)[0]
    assert (row.session, row.life) == ("long gone", "gone")


def test_a_known_session_is_the_same_row_alone_and_in_a_list() -> None:
    state = fold(empty(100), login("a", NOW, 1, "lab:a"))
    row = session_row(state, "a", NOW)
    assert row is not None
    assert list(list_sessions(state, ["a"], NOW)) == [row]
    assert session_row(state, "nobody", NOW) is None

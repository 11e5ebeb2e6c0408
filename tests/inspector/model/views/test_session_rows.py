"""Rows of the list, made when they are drawn."""

from __future__ import annotations

from session_inspector.inspector.model.facts.state import empty
from session_inspector.inspector.model.views.session_rows import list_sessions
from tests.inspector.sample import NOW


def test_a_session_that_was_forgotten_says_so_in_a_list_that_has_it_still() -> None:
    row = list_sessions(empty(100), ["long gone"], NOW)[0]
    assert (row.session, row.life) == ("long gone", "gone")

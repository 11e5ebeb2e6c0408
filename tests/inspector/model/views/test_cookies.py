"""The cookies of a session, in their order."""

from __future__ import annotations

from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.cookies import cookie_rows
from tests.inspector.sample import sample_events

STATE = fold(State(), sample_events())


def test_cookies_are_listed_live_first_in_chunk_order() -> None:
    rows = [(row.name, row.chunk, row.is_deleted) for row in cookie_rows(STATE, "bob")]
    assert rows == [
        ("__session__0", 0, False),
        ("__session__1", 1, False),
        ("__session__2", 2, True),
    ]

"""Whose cookie a response takes: that of the session in its own browser."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.frozen import replace
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.lamps import lamps_of
from tests.inspector.sample import NOW, cookie, server, started, written

APP = replace(server(), upstream="http://localhost:3000")


@pytest.mark.parametrize(("browser", "how"), [("thief", "● alive"), ("firefox", "○ dead")])
def test_a_copy_in_another_browser_takes_no_cookie_of_what_its_session_had_replaced(
    browser: str, how: str
) -> None:
    """An account switcher: alice's session is there again after bob's, and a thief has bob's."""
    events: list[Event] = [
        APP,
        started("x1", NOW, "/login", "firefox", "POST"),
        replace(written("alice", NOW, "x1"), cause="x1"),
        cookie("alice", NOW, "x1"),
        started("x2", NOW + 1, "/login", "firefox", "POST"),
        replace(written("bob", NOW + 1, "x2"), cause="x2", previous="alice"),
        cookie("bob", NOW + 1, "x2", size=60),
        started("x3", NOW + 2, "/logout", "firefox", "POST"),
        replace(written("alice", NOW + 2, "x3"), cause="x3"),
        cookie("alice", NOW + 2, "x3"),
        started("x4", NOW + 3, "/switch", browser, "POST"),
        cookie("bob", NOW + 3, "x4", size=60),
    ]
    (lamp, *_) = lamps_of(fold(State(), events), "alice", NOW + 4)
    assert lamp.how == how

"""Rows of the list, made when they are drawn."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.core.events.base import Kind, SessionFacts, Timer
from session_inspector.devserver.core.events.session import SessionSeen
from session_inspector.inspector.model.facts.state import State, empty
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.ladder import timer_rows
from session_inspector.inspector.model.views.lamps import lamps_of
from session_inspector.inspector.model.views.session_rows import list_sessions, session_row
from session_inspector.inspector.model.views.status import status
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


def seen(*timers: Timer, unusable: str = "", kind: Kind = "stateful") -> SessionSeen:
    facts = SessionFacts(kind=kind, sub="", timers=timers, unusable=unusable)
    return SessionSeen(at=NOW, session="a", seq=1, facts=facts)


STORE = Timer(name="store", ends=NOW + 60, ends_session=True)


def test_a_row_that_its_framework_cannot_read_is_dead_in_every_pane() -> None:
    state = fold(State(), [seen(STORE, unusable="its framework cannot read it")])
    row = session_row(state, "a", NOW)
    assert row is not None
    assert (row.life, row.reason) == ("unusable", "its framework cannot read it")
    lamp = next(lamp for lamp in lamps_of(state, "a", NOW) if lamp.name == "store row")
    assert lamp.how == "○ dead"
    assert status(state, NOW).live == 0
    assert all(clock.is_stopped for clock in timer_rows(state, "a", NOW))
    mended = fold(state, [seen(STORE)])
    row = session_row(mended, "a", NOW)
    assert row is not None
    assert (row.life, status(mended, NOW).live) == ("live", 1)


def test_until_when_a_browser_keeps_a_cookie_that_was_only_brought_is_not_known() -> None:
    event = replace(seen(), cause="x1")
    row = session_row(fold(State(), [event]), "a", NOW)
    assert row is not None
    assert (row.life, row.endless) == ("live", "not known")


@pytest.mark.parametrize(
    ("kind", "timers", "says"),
    [
        ("stateful", (Timer(name="store", ends=None),), "never"),
        ("stateless", (Timer(name="cookie", ends=None),), "with browser"),
    ],
)
def test_the_list_says_of_an_endless_session_what_the_ladder_says(
    kind: Kind, timers: tuple[Timer, ...], says: str
) -> None:
    event = replace(seen(*timers, kind=kind), cause="x1")
    state = fold(State(), [event])
    row = session_row(state, "a", NOW)
    (clock,) = timer_rows(state, "a", NOW)
    assert row is not None
    assert (row.endless, clock.left) == (says, says)

"""A logout that deletes nothing: whether it has ended its session only later answers show."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.core.events.base import Kind
from session_inspector.devserver.core.events.session import (
    CookieLeft,
    LeftOutcome,
    SessionLoaded,
    SessionRefused,
    SessionVanished,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.search import session_rows
from tests.inspector.sample import NOW, server, written

APP = replace(server(), upstream="http://localhost:3000")
NOBODY_KNOWN = replace(written("a", NOW, "").facts, sub="", name="Express", data={})


def left(outcome: LeftOutcome = "unknown", at: float = NOW + 2) -> CookieLeft:
    return CookieLeft(
        at=at,
        cause="x2",
        session="a",
        names=("connect.sid",),
        deleted=(),
        left_by="x2",
        left_at=NOW + 2,
        outcome=outcome,
        request="GET /logout",
        status=302,
    )


def brought(at: float = NOW + 3) -> SessionLoaded:
    return SessionLoaded(at=at, cause="x3", session="a", sub="", origin="rule")


@pytest.mark.parametrize("kind", ["stateful", "stateless"])
def test_a_logout_that_deletes_nothing_leaves_a_session_in_doubt(kind: Kind) -> None:
    begun: list[Event] = [APP, written("a", NOW, "x1", kind=kind)]
    state = fold(State(), [*begun, left(), brought(), left("silent", NOW + 4), brought()])
    (row,) = session_rows(state, NOW + 5)
    assert (row.life, row.origin, state.in_doubt) == ("in-doubt", "seen", 1)
    assert "renewed its cookie before, and does so no more" in row.reason


def test_a_refusal_after_it_is_the_logout_for_good() -> None:
    begun: list[Event] = [APP, written("a", NOW, "x1", kind="stateless")]
    why = "the app refused it (401): GET /me"
    refused = SessionRefused(
        at=NOW + 3, cause="x3", session="a", code="401", reason=why, origin="seen"
    )
    state = fold(State(), [*begun, left(), refused, brought(NOW + 4), left("unknown", NOW + 5)])
    (row,) = session_rows(state, NOW + 5)
    assert (row.life, state.in_doubt, state.over) == ("logged-out", 0, 1)
    assert row.reason.startswith(f"x2 asked to log out; since then {why}")


def test_a_refusal_without_a_logout_is_one() -> None:
    refused = SessionRefused(at=NOW, session="a", code="401", reason="r", origin="seen")
    state = fold(State(), [APP, written("a", NOW, "x1"), refused])
    assert session_rows(state, NOW + 1)[0].life == "refused"


def test_an_id_that_is_renewed_after_it_shows_nobody_who_is_logged_in() -> None:
    begun: list[Event] = [APP, written("a", NOW, "x1")]
    rolled = replace(written("a", NOW + 3, "x3", reason="roll"), facts=NOBODY_KNOWN)
    state = fold(State(), [*begun, left(), rolled])
    assert session_rows(state, NOW + 4)[0].life == "in-doubt"
    back = fold(state, [replace(rolled, reason="login")])
    assert session_rows(back, NOW + 4)[0].life == "live"


def test_a_page_that_accepts_it_all_the_same_takes_the_doubt_away() -> None:
    begun: list[Event] = [APP, written("a", NOW, "x1")]
    state = fold(State(), [*begun, left(), left("accepted", NOW + 4)])
    assert session_rows(state, NOW + 5)[0].life == "live"
    gone = SessionVanished(at=NOW + 3, session="a", reason="deleted")
    state = fold(State(), [*begun, left(), gone, left("accepted", NOW + 4)])
    assert session_rows(state, NOW + 5)[0].life == "gone", "another end is not its to undo"

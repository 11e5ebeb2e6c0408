"""A session that the app has refused, and answered since: in doubt until a page settles it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.core.events.base import Kind
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionLoaded,
    SessionRefused,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.search import count_run_out, session_rows
from session_inspector.inspector.model.views.status import status
from tests.inspector.model.events import answered
from tests.inspector.sample import NOW, server, written

APP = replace(server(), upstream="http://localhost:3000")
REFUSED = SessionRefused(at=NOW, session="a", code="302", reason="sent away", origin="seen")
ANSWERED = answered("a", NOW + 1)


def begun(kind: Kind = "stateful") -> list[Event]:
    return [APP, written("a", NOW, "x1", kind=kind)]


@pytest.mark.parametrize("kind", ["stateful", "stateless"])
def test_it_is_in_doubt_also_when_a_request_brings_it(kind: Kind) -> None:
    brought = SessionLoaded(at=NOW + 2, session="a", sub="", origin="rule")
    state = fold(State(), [*begun(kind), REFUSED, ANSWERED, brought])
    (row,) = session_rows(state, NOW + 2)
    assert (row.life, row.origin, state.in_doubt) == ("in-doubt", "seen", 1)
    assert row.reason.startswith("refused at /admin/, answered at POST /ro; ")


def test_the_app_settles_it() -> None:
    state = fold(State(), [*begun(), REFUSED, ANSWERED])
    accepted = SessionLoaded(at=NOW + 2, session="a", sub="", origin="seen")
    assert session_rows(fold(state, [accepted]), NOW + 2)[0].life == "live"
    assert session_rows(fold(state, [REFUSED]), NOW + 2)[0].life == "refused"


def test_what_is_not_refused_or_was_logged_out_stays_so() -> None:
    assert session_rows(fold(State(), [*begun(), ANSWERED]), NOW + 2)[0].life == "live"
    ended = SessionDestroyed(at=NOW, session="a", reason="logout")
    state = fold(State(), [*begun(), ended, ANSWERED])
    assert session_rows(state, NOW + 2)[0].life == "logged-out"
    assert fold(State(), [APP, ANSWERED]).in_doubt == 0


@pytest.mark.parametrize(("second", "counts"), [(-1, (0, 1, 0)), (0, (0, 0, 1))])
def test_the_header_counts_it_as_over_from_its_own_end_on(
    second: int, counts: tuple[int, int, int]
) -> None:
    state = fold(State(), [*begun(), REFUSED, ANSWERED])
    ends = session_rows(state, NOW)[0].ends
    assert ends is not None
    now = ends + second
    header = status(state, now, count_run_out(state, now))
    assert (header.live, header.in_doubt, header.over) == counts

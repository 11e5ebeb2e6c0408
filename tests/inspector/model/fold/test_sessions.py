"""What happens to sessions: written, seen, ended, replaced."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.core.events.session import SessionDestroyed, SessionVanished
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold, update
from session_inspector.inspector.model.views.search import (
    session_rows,
)
from tests.inspector.sample import NOW, login, written


def test_a_new_login_replaces_the_old_session() -> None:
    state = fold(State(), login("old", NOW, 1, "lab:a"))
    state = update(state, replace(written("new", NOW + 5, "x2"), previous="old"))
    lives = {row.session: row.life for row in session_rows(state, NOW + 6)}
    assert lives == {"old": "replaced", "new": "live"}


@pytest.mark.parametrize(
    ("event", "life"),
    [
        (SessionDestroyed(at=NOW, session="a", reason="logout"), "logged-out"),
        (SessionDestroyed(at=NOW, session="a", reason="back-channel"), "logged-out"),
        (SessionDestroyed(at=NOW, session="a", reason="absolute"), "expired"),
        (SessionVanished(at=NOW, session="a", reason="deleted by somebody"), "gone"),
    ],
)
def test_each_ending_is_a_life(event: Event, life: str) -> None:
    state = fold(State(), [*login("a", NOW, 1, "lab:a"), event])
    assert session_rows(state, NOW)[0].life == life

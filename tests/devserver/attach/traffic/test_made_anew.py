"""Rows that the app makes anew after their end, from another copy that it has."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.events.session import SessionDestroyed, SessionResurrected
from tests.devserver.attach.traffic.test_resurrections import Scene

REVOKED = SessionDestroyed(at=3, cause="c1", session="s", reason="revoked")
MADE_ANEW = SessionResurrected(
    at=6, cause="x5", session="s", destroyed_by="c1", destroyed_at=3, reason="its row is back"
)


@pytest.fixture
def scene() -> Scene:
    found = Scene()
    found.begin("x1", at=1)
    return found


def test_a_row_that_the_app_made_anew_is_told_once_and_not_of_what_was_put_back(
    scene: Scene,
) -> None:
    scene.answer("x1", 2)
    scene.publish(REVOKED)
    scene.see_row(5)
    scene.publish(MADE_ANEW)
    scene.publish(MADE_ANEW)
    scene.show_again("x5", 6)
    assert (scene.risen(), scene.copies()) == ([MADE_ANEW], 0)
    scene.publish(REVOKED)
    scene.see_row(7)
    scene.write("c2", 7)
    scene.publish(MADE_ANEW)
    assert len(scene.risen()) == 1, "an undo has put it back"


def test_a_row_that_a_late_request_wrote_was_not_made_anew(scene: Scene) -> None:
    scene.publish(REVOKED)
    scene.answer("x1", 5)
    scene.see_row(5.5)
    scene.publish(MADE_ANEW)
    assert [event.cause for event in scene.risen()] == ["x1"]

"""Rows that are there again: made anew of another copy, or written by a late request."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.events.session import SessionDestroyed, SessionResurrected
from tests.devserver.attach.traffic.test_resurrections import GONE, LOGOUT, Scene

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


def test_a_late_request_wrote_the_row_that_a_later_one_finds_before_the_look_does(
    scene: Scene,
) -> None:
    scene.publish(REVOKED)
    scene.answer("x1", 5)
    scene.begin("x5", at=5.5, path="/")
    scene.publish(MADE_ANEW)
    (event,) = scene.risen()
    assert (event.cause, event.destroyed_by, event.at) == ("x1", "c1", 6)
    assert event.reason.startswith("GET /slow had begun before its end")
    scene.see_row(7)
    assert len(scene.risen()) == 1, "it is told once"


def test_a_request_that_was_answered_before_the_end_wrote_nothing_after_it(scene: Scene) -> None:
    scene.answer("x1", 2)
    scene.publish(REVOKED)
    scene.begin("x5", at=5.5, path="/")
    scene.publish(MADE_ANEW)
    assert scene.risen() == [MADE_ANEW]


def test_one_that_had_begun_for_certain_goes_before_one_that_may_have_begun_later(
    scene: Scene,
) -> None:
    scene.begin("x3", at=3.9, path="/")
    scene.publish(GONE)
    scene.answer("x1", 5)
    scene.answer("x3", 5.1)
    scene.see_row(6)
    assert [event.cause for event in scene.risen()] == ["x1"]


def test_one_that_set_the_cookie_again_goes_before_one_that_was_answered_later(
    scene: Scene,
) -> None:
    scene.begin("x3", at=2, path="/other")
    scene.publish(LOGOUT)
    scene.publish(GONE)
    scene.write("x1", 5)
    scene.answer("x1", 5)
    scene.answer("x3", 5.1)
    scene.see_row(6)
    assert [event.cause for event in scene.risen()] == ["x1"]

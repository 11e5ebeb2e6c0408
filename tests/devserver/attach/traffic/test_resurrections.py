"""Sessions that are there again after their end, and by which request."""

from __future__ import annotations

import pytest

from session_inspector.devserver.attach.traffic.resurrections import (
    REQUESTS_KEPT,
    Resurrections,
)
from session_inspector.devserver.core.events.base import EndReason, SessionFacts, SessionKind
from session_inspector.devserver.core.events.exchange import ExchangeEnded, ExchangeStarted
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionLoaded,
    SessionRefused,
    SessionResurrected,
    SessionSeen,
    SessionShownAgain,
    SessionVanished,
    SessionWritten,
)
from session_inspector.devserver.core.events.union import Event

GONE = SessionVanished(at=4, session="s", is_deleted=True, seen_at=3)
LOGOUT = SessionDestroyed(at=3, cause="x2", session="s", reason="logout")
REFUSED = SessionRefused(at=4, cause="x9", session="s", code="401", reason="", origin="seen")


class Scene:
    """What is published of one app; `s` is its session."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.publish = Resurrections(self.events.append).publish

    def begin(
        self, exchange: str, at: float, path: str = "/slow?ms=9", method: str = "GET"
    ) -> None:
        """Let a request bring the session."""
        self.publish(
            ExchangeStarted(
                at=at, exchange=exchange, method=method, path=path, client="c", cookie_bytes=9
            )
        )
        self.publish(SessionLoaded(at=at, cause=exchange, session="s", sub="", origin="rule"))

    def answer(self, exchange: str, at: float) -> None:
        self.publish(ExchangeEnded(at=at, exchange=exchange, status=200, duration=1))

    def see_row(self, at: float) -> None:
        facts = SessionFacts(kind="stateful", sub="alice")
        self.publish(SessionSeen(at=at, session="s", facts=facts))

    def write(self, exchange: str, at: float, kind: SessionKind = "stateful") -> None:
        facts = SessionFacts(kind=kind, sub="alice")
        event = SessionWritten(at=at, cause=exchange, session="s", reason="roll", facts=facts)
        self.publish(event)

    def accept(self, exchange: str, at: float) -> None:
        self.begin(exchange, at, "/")
        self.write(exchange, at)  # it rolls with every response
        self.publish(SessionLoaded(at=at, cause=exchange, session="s", sub="", origin="seen"))

    def show_again(self, exchange: str, at: float) -> None:
        """Let the app accept the session, which is over, as far as its cookie shows."""
        self.begin(exchange, at, "/")
        self.publish(
            SessionShownAgain(
                at=at,
                cause=exchange,
                session="s",
                ended="logout",
                ended_by="x2",
                ended_at=3,
                outcome="accepted",
                request="GET /",
                status=200,
            )
        )

    def risen(self) -> list[SessionResurrected]:
        return [event for event in self.events if isinstance(event, SessionResurrected)]

    def copies(self) -> int:
        return sum(isinstance(event, SessionShownAgain) for event in self.events)


@pytest.fixture
def scene() -> Scene:
    found = Scene()
    found.begin("x1", at=1)
    return found


def test_a_row_that_a_late_request_wrote_again_is_a_resurrection(scene: Scene) -> None:
    scene.publish(LOGOUT)
    scene.publish(GONE)
    scene.see_row(5)
    assert scene.risen() == [], "who wrote it is not known before it is answered"
    scene.answer("x1", 5.1)
    (event,) = scene.risen()
    assert (event.cause, event.destroyed_by, event.destroyed_at) == ("x1", "x2", 3)
    assert event.reason == (
        "GET /slow had begun before its end and was answered after it:"
        " its row is in the store again"
    )
    scene.see_row(6)
    assert len(scene.risen()) == 1, "it is told once"


def test_the_look_may_come_after_the_answer(scene: Scene) -> None:
    scene.publish(GONE)
    scene.answer("x1", 5)
    scene.see_row(6)
    assert [event.cause for event in scene.risen()] == ["x1"]


@pytest.mark.parametrize(
    "end",
    [
        GONE,
        SessionDestroyed(at=3, cause="c1", session="s", reason="revoked"),
    ],
)
def test_a_row_that_nobody_has_seen_go_is_no_resurrection(scene: Scene, end: Event) -> None:
    scene.see_row(2)
    scene.answer("x1", 2)
    scene.see_row(3)
    scene.publish(end)
    scene.see_row(6)
    assert scene.risen() == [], "its request was answered before the end"


@pytest.mark.parametrize(
    "end",
    [
        SessionVanished(at=4, session="s", reason="its row has expired in the store"),
        SessionDestroyed(at=3, cause="c1", session="s", reason="pruned"),
        SessionRefused(at=4, cause="x9", session="s", code="expired", reason="", origin="rule"),
    ],
)
def test_what_ended_by_its_time_may_begin_anew(scene: Scene, end: Event) -> None:
    scene.publish(end)
    scene.answer("x1", 5)
    scene.see_row(6)
    assert scene.risen() == []


def test_a_row_that_is_put_back_by_hand_is_no_resurrection(scene: Scene) -> None:
    scene.publish(SessionDestroyed(at=3, cause="c1", session="s", reason="revoked"))
    scene.see_row(4)
    scene.write("c2", 4)
    scene.answer("x1", 5)
    assert scene.risen() == []


def test_a_request_that_came_after_the_deletion_had_not_begun_before_it() -> None:
    scene = Scene()
    scene.begin("x1", at=3.5)
    scene.publish(GONE)
    scene.answer("x1", 5)
    scene.see_row(6)
    assert scene.risen() == [], "the row had gone at some time since 3: perhaps before it"


def test_a_logout_that_was_answered_meanwhile_shows_what_came_first() -> None:
    scene = Scene()
    scene.begin("x1", at=3.5)
    scene.begin("x2", at=3.6, path="/kill")
    scene.answer("x2", 3.7)
    scene.publish(GONE)
    scene.answer("x1", 5)
    scene.see_row(6)
    assert [event.cause for event in scene.risen()] == ["x1"]


def test_without_a_store_a_refused_session_that_is_accepted_again_has_risen(scene: Scene) -> None:
    scene.begin("x9", at=3, path="/")
    scene.publish(REFUSED)
    scene.answer("x9", 4)
    scene.write("x1", 5)
    scene.answer("x1", 5)
    assert scene.risen() == [], "a response that sets an id proves nothing"
    scene.accept("x5", 6)
    (event,) = scene.risen()
    assert (event.cause, event.destroyed_by) == ("x1", "")
    assert "the app accepts the session again" in event.reason


def test_an_app_that_refuses_now_and_then_resurrects_nothing(scene: Scene) -> None:
    scene.answer("x1", 2)
    scene.begin("x9", at=3, path="/")
    scene.publish(REFUSED)
    scene.answer("x9", 4)
    scene.accept("x5", 6)
    assert scene.risen() == []


def test_a_stateless_session_is_its_cookie(scene: Scene) -> None:
    scene.publish(LOGOUT)
    scene.write("x1", 5, kind="stateless")
    (event,) = scene.risen()
    assert (event.cause, event.at) == ("x1", 5)


def test_a_login_that_begins_after_the_end_is_none(scene: Scene) -> None:
    scene.publish(LOGOUT)
    scene.begin("x3", at=4, path="/login", method="POST")
    scene.write("x3", 5, kind="stateless")
    scene.answer("x1", 6)
    scene.accept("x4", 7)
    assert scene.risen() == []


def test_a_session_that_is_back_is_no_copy(scene: Scene) -> None:
    scene.publish(LOGOUT)
    scene.write("x1", 5)
    scene.answer("x1", 5)
    scene.show_again("x5", 6)
    scene.show_again("x6", 7)
    assert [event.cause for event in scene.risen()] == ["x1"]
    assert scene.copies() == 0


@pytest.mark.parametrize("is_late", [True, False])
def test_a_logout_that_only_deletes_the_cookie_leaves_copies(scene: Scene, is_late: bool) -> None:
    if not is_late:
        scene.answer("x1", 2)
    scene.publish(LOGOUT)
    scene.see_row(4)
    scene.answer("x1", 5)
    scene.show_again("x5", 6)
    assert scene.risen() == [], "its row was never gone, and nobody set its cookie again"
    assert scene.copies() == 1


@pytest.mark.parametrize("reason", ["logout", "back-channel"])
def test_a_new_end_may_be_followed_by_a_copy_again(scene: Scene, reason: EndReason) -> None:
    scene.publish(LOGOUT)
    scene.publish(GONE)
    scene.answer("x1", 5)
    scene.see_row(6)
    scene.publish(SessionDestroyed(at=7, cause="x8", session="s", reason=reason))
    scene.show_again("x9", 8)
    assert len(scene.risen()) == 1
    assert scene.copies() == 1


def test_many_requests_do_not_push_out_the_one_under_way(scene: Scene) -> None:
    for number in range(REQUESTS_KEPT + 5):
        scene.begin(f"y{number}", at=2)
        scene.answer(f"y{number}", 2.1)
    scene.publish(GONE)
    scene.answer("x1", 5)
    scene.see_row(6)
    assert [event.cause for event in scene.risen()] == ["x1"]


def test_a_second_end_is_judged_by_itself_where_the_session_has_lived_again(scene: Scene) -> None:
    """A single sign-on brings it back by a GET; nothing late has revived it."""
    scene.answer("x1", 2)
    scene.publish(LOGOUT)
    scene.accept("x5", 10)
    scene.answer("x5", 10)
    scene.begin("x6", 20)
    scene.publish(SessionDestroyed(at=21, cause="x7", session="s", reason="logout"))
    scene.publish(SessionVanished(at=22, session="s", is_deleted=True, seen_at=20))
    scene.answer("x6", 22.5)
    scene.see_row(23)
    (event,) = scene.risen()
    assert (event.cause, event.destroyed_by, event.destroyed_at) == ("x6", "x7", 21)


def test_a_second_end_without_life_between_is_the_first_one(scene: Scene) -> None:
    scene.publish(LOGOUT)
    scene.publish(SessionDestroyed(at=5, cause="x7", session="s", reason="logout"))
    scene.publish(GONE)
    scene.answer("x1", 5.5)
    scene.see_row(6)
    (event,) = scene.risen()
    assert (event.destroyed_by, event.destroyed_at) == ("x2", 3)

"""What the engine reports: once for each exchange, and a resurrection only after an ending."""

from __future__ import annotations

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionLoaded,
    SessionRefused,
    SessionResurrected,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.session.carrier import Refused
from session_inspector.devserver.session.facts import session_fingerprint
from session_inspector.devserver.session.memory import Memory
from session_inspector.devserver.session.reports import EngineReporter
from tests.devserver.session.session_scene import NOW, session_of


class Scene:
    """A reporter, and what it published."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOW)
        self.events: list[Event] = []
        self.report = EngineReporter("stateful", Memory(), self.clock, self.events.append)

    def of(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]


def test_a_session_is_reported_once_for_each_exchange() -> None:
    scene = Scene()
    for cause in ("x1", "x1", "x2", "", ""):
        scene.report.report_loaded(session_of("bob"), "key", cause)
    assert [event.cause for event in scene.of(SessionLoaded)] == ["x1", "x2", "", ""]


def test_a_change_within_one_exchange_is_reported() -> None:
    scene = Scene()
    scene.report.report_loaded(session_of("bob"), "key", "x1")
    scene.report.report_loaded(session_of("bob", sid="other"), "other", "x1")
    assert len(scene.of(SessionLoaded)) == 2


def test_a_refusal_names_the_session_if_it_can_be_known() -> None:
    scene = Scene()
    unreadable = Refused(code="damaged", reason="it does not open")
    late = Refused(code="expired", reason="inactivity", key="key", data=session_of("bob"))
    scene.report.report_refused(unreadable, "x1")
    scene.report.report_refused(late, "x2")
    name = scene.report.name_of(session_of("bob"), "key")
    found = [event for event in scene.events if isinstance(event, SessionRefused)]
    assert [(event.session, event.code) for event in found] == [("", "damaged"), (name, "expired")]


def test_a_stateless_cookie_where_a_row_is_expected_is_refused_by_its_own_name() -> None:
    scene = Scene()
    data = session_of("bob")
    no_id = Refused(code="no_id", reason="it opens but holds no id", data=data)
    scene.report.report_refused(no_id, "x1")
    (event,) = scene.of(SessionRefused)
    assert event.session == session_fingerprint("stateless", data, "")


def test_a_write_after_an_ending_is_a_resurrection_told_once() -> None:
    scene = Scene()
    scene.report.report_destroyed("s", "logout", "x1")
    scene.clock.advance(5)
    scene.report.report_resurrection("s", "x2")
    scene.report.report_resurrection("s", "x3")
    (event,) = scene.of(SessionResurrected)
    assert isinstance(event, SessionResurrected)
    assert (event.cause, event.destroyed_by, event.destroyed_at) == ("x2", "x1", NOW)


def test_a_cookie_that_leaves_after_the_end_is_a_resurrection_by_its_own_request() -> None:
    scene = Scene()
    scene.report.report_late_cookie("s", "x9")
    scene.report.report_destroyed("s", "logout", "x10")
    scene.report.report_late_cookie("s", "x10")
    assert scene.of(SessionResurrected) == [], "the logout's own answer"
    scene.report.report_late_cookie("s", "x9")
    scene.report.report_resurrection("s", "x15")
    (event,) = scene.of(SessionResurrected)
    assert event.cause == "x9"


def test_without_an_ending_a_write_resurrects_nothing() -> None:
    scene = Scene()
    scene.report.report_resurrection("s", "x1")
    assert scene.events == []


def test_endings_are_counted() -> None:
    scene = Scene()
    scene.report.report_destroyed("a", "logout", "x1")
    scene.report.report_destroyed("b", "revoked", "x2")
    assert scene.report.endings == len(scene.of(SessionDestroyed)) == 2

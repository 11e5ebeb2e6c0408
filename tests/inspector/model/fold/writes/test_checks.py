"""What a content that was seen changes in the memory of the alarms."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.core.events.base import SessionFacts
from session_inspector.devserver.core.events.exchange import ExchangeEnded, ExchangeStarted
from session_inspector.devserver.core.events.session import SessionSeen, SessionWritten
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Shown
from session_inspector.inspector.model.facts.alarms import AlarmMemory
from session_inspector.inspector.model.fold.alarms import fold_alarms

FACTS = SessionFacts(kind="stateless", sub="u")


def asked(name: str, at: float) -> ExchangeStarted:
    return ExchangeStarted(
        at=at, cause=name, exchange=name, method="GET", path="/", client="Chrome"
    )


def answered(name: str, at: float) -> ExchangeEnded:
    return ExchangeEnded(at=at, cause=name, exchange=name, status=200, duration=1)


def wrote(name: str, at: float, **data: Shown) -> SessionWritten:
    facts = replace(FACTS, data=dict(data))
    return SessionWritten(at=at, cause=name, session="s", reason="update", facts=facts)


def after(*events: Event) -> AlarmMemory:
    memory = AlarmMemory()
    for event in events:
        memory = fold_alarms(memory, event)
    return memory


def beside(first: SessionWritten, second: SessionWritten) -> AlarmMemory:
    """Two requests with the same cookie, the second of which is answered first."""
    seen = SessionSeen(at=0, cause="x1", session="s", facts=replace(FACTS, data={"n": 0, "m": "x"}))
    return after(
        asked("x1", 0),
        seen,
        asked("x2", 1),
        second,
        answered("x2", 2),
        first,
        answered("x1", 3),
    )


def test_a_write_that_drops_what_a_cookie_beside_it_has_is_a_lost_update() -> None:
    memory = beside(wrote("x1", 3, n=0, m="x", a=1), wrote("x2", 2, n=0, m="x", b=1))
    (alarm,) = memory.raised
    assert (alarm.kind, alarm.text) == ("lost update", "x1 dropped b, which x2 had just added")


def test_a_message_that_one_of_them_took_is_none() -> None:
    memory = beside(wrote("x1", 3, n=0), wrote("x2", 2, n=0, m="x", b=1))
    assert [alarm.text for alarm in memory.raised] == ["x1 dropped b, which x2 had just added"]


def test_what_both_have_counted_is_kept_as_contested() -> None:
    memory = beside(wrote("x1", 3, n=1, m="x"), wrote("x2", 2, n=1, m="x"))
    assert memory.raised == ()
    assert memory.contested == "n, which x2 and x1 changed beside each other"

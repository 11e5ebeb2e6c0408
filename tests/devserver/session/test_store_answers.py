"""A store that nobody watches: what requests meet is reported, each change once."""

from __future__ import annotations

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.events.server import StoreStateChanged
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.session.store_answers import StoreAnswers

NOW = 1_760_000_000.0


def test_only_a_change_is_reported() -> None:
    events: list[Event] = []
    answers = StoreAnswers("redis://x", ManualClock(NOW), events.append)
    for is_up in (True, False, False, True, True):
        reason = "" if is_up else "refused"
        answers.report(is_up, reason)
    assert events == [
        StoreStateChanged(at=NOW, store="redis://x", is_up=False, reason="refused"),
        StoreStateChanged(at=NOW, store="redis://x", is_up=True),
    ]

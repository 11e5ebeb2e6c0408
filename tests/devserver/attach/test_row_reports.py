"""What was done to an app's rows is published, and remembered for the watching."""

from __future__ import annotations

from session_inspector.devserver.attach.row_reports import RowReports
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.events.base import SessionFacts
from session_inspector.devserver.core.events.session import SessionDestroyed, SessionWritten
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.session.memory import Ending, Memory


def test_a_removed_row_is_an_ending_until_it_is_put_back() -> None:
    events: list[Event] = []
    memory = Memory()
    reports = RowReports(memory, ManualClock(7), events.append)
    reports.report_removed("s", "c1")
    assert memory.endings.get("s") == Ending(at=7, cause="c1")
    reports.report_restored("s", SessionFacts(kind="stateful", sub="u"), "c2")
    assert memory.endings.get("s") is None
    assert [(type(event), event.cause) for event in events] == [
        (SessionDestroyed, "c1"),
        (SessionWritten, "c2"),
    ]

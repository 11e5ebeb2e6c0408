"""Which rows are known to be gone, by what the watching of a store publishes."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.attach.gone_rows import BY_HAND, GoneRows
from session_inspector.devserver.core.events.session import (
    ClockForced,
    SessionDestroyed,
    SessionSeen,
    SessionVanished,
)
from session_inspector.devserver.core.events.union import Event
from tests.inspector.sample import NOW, written


def test_a_row_is_gone_from_its_end_until_it_is_seen_again() -> None:
    events: list[Event] = []
    gone = GoneRows(events.append)
    assert gone.find_reason("a") == ""
    gone.publish(SessionVanished(at=NOW, session="a", reason="it was deleted"))
    assert gone.find_reason("a") == "it was deleted"
    gone.publish(SessionSeen(at=NOW, session="a", facts=written("a", NOW, "").facts))
    assert gone.find_reason("a") == ""
    gone.publish(SessionDestroyed(at=NOW, session="a", reason="revoked"))
    assert (gone.find_reason("a"), gone.find_reason("b")) == ("revoked", "")
    gone.publish(written("a", NOW, "c1"))
    assert gone.find_reason("a") == ""
    assert len(events) == 4, "each is passed on"


def test_a_row_that_a_command_has_ended_did_not_vanish_by_itself() -> None:
    events: list[Event] = []
    gone = GoneRows(events.append)
    vanished = SessionVanished(at=NOW + 1, session="a", reason="it was deleted")
    gone.publish(ClockForced(at=NOW, session="a", clock="store"))
    gone.publish(vanished)
    assert events[-1] == replace(vanished, reason=BY_HAND, is_by_hand=True)
    assert gone.find_reason("a") == BY_HAND
    gone.publish(vanished)
    assert events[-1] == vanished, "the second time nobody did it"
    for later in (
        ClockForced(at=NOW, session="a", clock="access_token"),
        ClockForced(at=NOW, session="b", clock="store"),
    ):
        gone.publish(later)
        gone.publish(vanished)
        assert events[-1] == vanished
    gone.publish(ClockForced(at=NOW, session="a", clock="store"))
    gone.publish(SessionSeen(at=NOW, session="a", facts=written("a", NOW, "").facts))
    gone.publish(vanished)
    assert events[-1] == vanished, "it had been written since"

"""Which rows are known to be gone, by what the watching of a store publishes."""

from __future__ import annotations

from session_inspector.devserver.attach.gone_rows import GoneRows
from session_inspector.devserver.core.events.session import (
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

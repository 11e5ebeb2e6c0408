"""Which rows are known to be gone, by what the watching of a store publishes."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.attach.gone_rows import BY_HAND, GoneRows
from session_inspector.devserver.attach.traffic.endings import GoneRow
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
    assert gone.find("a") is None
    gone.publish(SessionVanished(at=NOW, session="a", reason="it was deleted"))
    assert gone.find("a") == GoneRow(reason="it was deleted", at=NOW)
    gone.publish(SessionSeen(at=NOW, session="a", facts=written("a", NOW, "").facts))
    assert gone.find("a") is None
    ended = SessionDestroyed(at=NOW, cause="c1", session="a", reason="revoked", copy="a cache")
    gone.publish(ended)
    found = GoneRow(reason="revoked", at=NOW, cause="c1", copy="a cache", is_decided=True)
    assert (gone.find("a"), gone.find("b")) == (found, None)
    gone.publish(written("a", NOW, "c1"))
    assert gone.find("a") is None
    assert len(events) == 4, "each is passed on"


def test_only_what_somebody_deleted_before_its_time_was_decided() -> None:
    gone = GoneRows(lambda event: None)
    for event, expected in (
        (SessionVanished(at=NOW, session="a", is_deleted=True), True),
        (SessionVanished(at=NOW, session="a"), False),
        (SessionDestroyed(at=NOW, session="a", cause="c1", reason="revoked"), True),
        (SessionDestroyed(at=NOW, session="a", cause="c1", reason="pruned"), False),
    ):
        gone.publish(event)
        found = gone.find("a")
        assert found is not None
        assert found.is_decided == expected


def test_a_row_that_a_command_has_ended_did_not_vanish_by_itself() -> None:
    events: list[Event] = []
    gone = GoneRows(events.append)
    vanished = SessionVanished(at=NOW + 1, session="a", reason="it was deleted")
    gone.publish(ClockForced(at=NOW, session="a", clock="store"))
    gone.publish(vanished)
    assert events[-1] == replace(vanished, reason=BY_HAND, is_by_hand=True)
    assert gone.find("a") == GoneRow(reason=BY_HAND, at=NOW + 1)
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

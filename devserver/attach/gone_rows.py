"""Rows of an app's sessions that are known to be gone: a request that brings one is refused."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.events.session import (
    ClockForced,
    SessionDestroyed,
    SessionSeen,
    SessionVanished,
    SessionWritten,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.journal import Publish

BY_HAND = "its row was expired by hand, and the store has dropped it"


class GoneRows:
    """Learns from what the watching of the store publishes, and passes it on."""

    def __init__(self, publish: Publish) -> None:
        self._publish = publish
        self._reasons: Bounded[str] = Bounded(20_000)
        """Session to why its row is gone."""
        self._ended: Bounded[bool] = Bounded(20_000)
        """Sessions whose rows a command has ended: some stores drop such a row at once."""

    def publish(self, event: Event) -> None:
        """Note whether a row is there or gone, and publish the event."""
        if isinstance(event, SessionVanished) and self._ended.pop(event.session):
            event = replace(event, reason=BY_HAND, is_by_hand=True)
        match event:
            case ClockForced() if event.clock != "access_token":
                self._ended.put(event.session, True)
            case SessionVanished():
                self._reasons.put(event.session, event.reason)
            case SessionDestroyed():
                self._reasons.put(event.session, event.detail or event.reason)
            case SessionSeen() | SessionWritten():
                self._reasons.pop(event.session)
                if not _is_over(event):
                    self._ended.pop(event.session)
            case _:
                pass
        self._publish(event)

    def find_reason(self, session: str) -> str:
        """Return why a session's row is gone; empty: it is there, or nobody has seen it go."""
        return self._reasons.get(session) or ""


def _is_over(event: SessionSeen | SessionWritten) -> bool:
    """Check whether a row that was read has ended."""
    ends = [timer.ends for timer in event.facts.timers if timer.ends_session]
    return any(end is not None and end <= event.at for end in ends)

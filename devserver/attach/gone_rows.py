"""Rows of an app's sessions that are known to be gone: a request that brings one is refused."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.attach.traffic.endings import GoneRow
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
        self._gone: Bounded[GoneRow] = Bounded(20_000)
        """By session."""
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
                gone = GoneRow(
                    reason=event.reason,
                    at=event.at,
                    copy=event.copy,
                    is_decided=event.is_deleted,
                )
                self._gone.put(event.session, gone)
            case SessionDestroyed():
                reason = event.detail or event.reason
                gone = GoneRow(
                    reason=reason,
                    at=event.at,
                    cause=event.cause,
                    copy=event.copy,
                    is_decided=event.reason == "revoked",
                )
                self._gone.put(event.session, gone)
            case SessionSeen() | SessionWritten():
                self._gone.pop(event.session)
                if not _is_over(event):
                    self._ended.pop(event.session)
            case _:
                pass
        self._publish(event)

    def find(self, session: str) -> GoneRow | None:
        """Return what is known of a row that is gone; None: it is there, or nobody saw it go."""
        return self._gone.get(session)


def _is_over(event: SessionSeen | SessionWritten) -> bool:
    """Check whether a row that was read has ended."""
    ends = [timer.ends for timer in event.facts.timers if timer.ends_session]
    return any(end is not None and end <= event.at for end in ends)

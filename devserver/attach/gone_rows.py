"""Rows of an app's sessions that are known to be gone: a request that brings one is refused."""

from __future__ import annotations

from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionSeen,
    SessionVanished,
    SessionWritten,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.journal import Publish


class GoneRows:
    """Learns from what the watching of the store publishes, and passes it on."""

    def __init__(self, publish: Publish) -> None:
        self._publish = publish
        self._reasons: Bounded[str] = Bounded(20_000)
        """Session to why its row is gone."""

    def publish(self, event: Event) -> None:
        """Note whether a row is there or gone, and publish the event."""
        match event:
            case SessionVanished():
                self._reasons.put(event.session, event.reason)
            case SessionDestroyed():
                self._reasons.put(event.session, event.detail or event.reason)
            case SessionSeen() | SessionWritten():
                self._reasons.pop(event.session)
            case _:
                pass
        self._publish(event)

    def find_reason(self, session: str) -> str:
        """Return why a session's row is gone; empty: it is there, or nobody has seen it go."""
        return self._reasons.get(session) or ""

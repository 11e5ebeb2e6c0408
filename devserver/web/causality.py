"""Remembers which session an exchange was about, and which client holds a session."""

from __future__ import annotations

from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.correlation import is_resender
from session_inspector.devserver.core.events.exchange import ExchangeStarted
from session_inspector.devserver.core.events.session import SessionWritten
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.journal import Publish

KEPT = 4096
"""Entries remembered a table; far more than are ever in flight."""


class Causality:
    """Stands between the parts and the journal; everything published passes through unchanged."""

    def __init__(self, publish: Publish) -> None:
        self._publish = publish
        self._sessions: Bounded[str] = Bounded(KEPT)
        self._clients: Bounded[str] = Bounded(KEPT)
        self._holders: Bounded[str] = Bounded(KEPT)

    def publish(self, event: Event) -> None:
        """Remember what the event links, and pass it on.

        A session that was written outweighs one that was only read or ended: at a login the
        cookies are those of the new session, not of the one it replaces.
        """
        if isinstance(event, ExchangeStarted):
            self._clients.put(event.exchange, event.client)
        elif event.session and event.cause:
            if isinstance(event, SessionWritten):
                self._sessions.put(event.cause, event.session)
                client = self._clients.get(event.cause)
                if client is not None and not is_resender(client):
                    self._holders.put(event.session, client)
            else:
                self._sessions.put_first(event.cause, event.session)
        self._publish(event)

    def session_of(self, cause: str) -> str:
        """Return the fingerprint of the session an exchange was about, or empty."""
        return self._sessions.get(cause) or ""

    def holder_of(self, session: str) -> str:
        """Return the client (`lab:alice`, `Chrome`) a session was last written for, or empty."""
        return self._holders.get(session) or ""

"""Remembers which session an exchange was about, and which client holds a session."""

from __future__ import annotations

from collections import OrderedDict

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
        self._sessions: OrderedDict[str, str] = OrderedDict()
        self._clients: OrderedDict[str, str] = OrderedDict()
        self._holders: OrderedDict[str, str] = OrderedDict()

    def publish(self, event: Event) -> None:
        """Note what the event tells, and pass it on.

        A session that was written outweighs one that was only read or ended: at a login the
        cookies are those of the new session, not of the one it replaces.
        """
        if isinstance(event, ExchangeStarted):
            _keep(self._clients, event.exchange, event.client)
        elif event.session and event.cause:
            if isinstance(event, SessionWritten):
                _keep(self._sessions, event.cause, event.session)
                if event.cause in self._clients:
                    _keep(self._holders, event.session, self._clients[event.cause])
            else:
                self._sessions.setdefault(event.cause, event.session)
        self._publish(event)

    def session_of(self, cause: str) -> str:
        """Return the fingerprint of the session an exchange was about, or empty."""
        return self._sessions.get(cause, "")

    def holder_of(self, session: str) -> str:
        """Return the client (`lab:alice`, `Chrome`) a session was last written for, or empty."""
        return self._holders.get(session, "")


def _keep(table: OrderedDict[str, str], key: str, value: str) -> None:
    table[key] = value
    if len(table) > KEPT:
        table.popitem(last=False)

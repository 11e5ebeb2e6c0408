"""Publishes what was done to the rows of an app's store, and remembers it for the watching."""

from __future__ import annotations

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.events.base import SessionFacts
from session_inspector.devserver.core.events.session import SessionDestroyed, SessionWritten
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.session.memory import Ending, Memory


class RowReports:
    """The reports of one store; `memory` is the one that its watching looks at."""

    def __init__(self, memory: Memory, clock: Clock, publish: Publish) -> None:
        self._memory = memory
        self._clock = clock
        self._publish = publish

    def report_removed(self, session: str, cause: str, copy: str = "") -> None:
        """Publish the end of a session whose row was deleted; `copy`: where else it may live."""
        now = self._clock.now()
        self._memory.endings.put(session, Ending(at=now, cause=cause))
        self._publish(
            SessionDestroyed(
                at=now,
                cause=cause,
                session=session,
                reason="revoked",
                detail="its row was deleted in the app's store",
                copy=copy,
            )
        )

    def report_restored(self, session: str, facts: SessionFacts, cause: str) -> None:
        """Publish a session whose row was put back."""
        self._memory.endings.pop(session)
        self._publish(
            SessionWritten(
                at=self._clock.now(), cause=cause, session=session, reason="update", facts=facts
            )
        )

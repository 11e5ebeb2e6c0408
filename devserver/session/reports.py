"""Tells the journal what the engine decided, and remembers what was destroyed."""

from __future__ import annotations

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.events.base import EndReason, Kind
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionLoaded,
    SessionRefused,
    SessionResurrected,
    SessionWriteRefused,
)
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.session.carrier import Refused
from session_inspector.devserver.session.facts import session_fingerprint
from session_inspector.devserver.session.memory import Ending, Memory
from session_inspector.devserver.session.policy import part

STATELESS_LIVES_ON = (
    "a stateless session is its cookie: nothing on the server could stop this write;"
    ' a revocation list could (revocation="store")'
)


class Reporter:
    """The events of one engine."""

    def __init__(self, kind: Kind, memory: Memory, clock: Clock, publish: Publish) -> None:
        self._kind = kind
        self._memory = memory
        self._clock = clock
        self._publish = publish
        self.endings = 0
        """How many sessions were destroyed so far."""

    def name_of(self, session: JsonObject, key: str) -> str:
        """Return the fingerprint of a session."""
        return session_fingerprint(self._kind, session, key)

    def refused(self, found: Refused, cause: str) -> None:
        """Report a cookie that does not count, once for each exchange."""
        if self._is_told(cause, found.code):
            return
        has_name = found.key or part(found.data, "internal")
        self._publish(
            SessionRefused(
                at=self._clock.now(),
                cause=cause,
                session=self.name_of(found.data, found.key) if has_name else "",
                code=found.code,
                reason=found.reason,
            )
        )

    def loaded(self, data: JsonObject, key: str, cause: str) -> None:
        """Report a session that was accepted, once for each exchange."""
        name = self.name_of(data, key)
        if self._is_told(cause, name):
            return
        sub = str(part(data, "user").get("sub") or "")
        self._publish(SessionLoaded(at=self._clock.now(), cause=cause, session=name, sub=sub))

    def _is_told(self, cause: str, what: str) -> bool:
        is_told = bool(cause) and self._memory.told.get(cause) == what
        self._memory.told.put(cause, what)
        return is_told

    def write_refused(self, name: str, cause: str) -> None:
        """Report a write that came too late."""
        reason = "it had been destroyed meanwhile; it stays destroyed"
        self._publish(
            SessionWriteRefused(at=self._clock.now(), cause=cause, session=name, reason=reason)
        )

    def warn_of_resurrection(self, name: str, cause: str) -> None:
        """Report a write to a session that had been destroyed."""
        ending = self._memory.endings.pop(name)
        if ending is not None:
            self._publish(
                SessionResurrected(
                    at=self._clock.now(),
                    cause=cause,
                    session=name,
                    destroyed_by=ending.cause,
                    destroyed_at=ending.at,
                    reason=STATELESS_LIVES_ON,
                )
            )

    def destroyed(self, name: str, reason: EndReason, cause: str, detail: str) -> None:
        """Remember and report the end of a session."""
        now = self._clock.now()
        self.endings += 1
        self._memory.endings.put(name, Ending(at=now, cause=cause))
        self._publish(
            SessionDestroyed(at=now, cause=cause, session=name, reason=reason, detail=detail)
        )

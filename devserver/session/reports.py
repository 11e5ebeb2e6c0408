"""Publishes what the engine decided, and remembers which sessions were destroyed."""

from __future__ import annotations

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.events.base import (
    EndReason,
    Kind,
    SessionFacts,
    WriteReason,
)
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionLoaded,
    SessionRefused,
    SessionResurrected,
    SessionWriteRefused,
    SessionWritten,
)
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.session.carrier import Refused
from session_inspector.devserver.session.facts import session_fingerprint
from session_inspector.devserver.session.memory import Ending, Memory
from session_inspector.devserver.session.policy import part

STATELESS_LIVES_ON = (
    "a stateless session is its cookie: nothing on the server could stop this write;"
    ' a revocation list could (revocation="store")'
)
TOO_LATE = "it had been destroyed meanwhile; it stays destroyed"


class EngineReporter:
    """The events of one engine. `name` is the fingerprint of a session."""

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

    def report_refused(self, found: Refused, cause: str) -> None:
        """Report a cookie that does not count, once for each exchange."""
        if self._is_reported(cause, found.code):
            return
        name = ""
        if found.key:
            name = self.name_of(found.data, found.key)
        elif part(found.data, "internal"):  # a stateless session's cookie, whatever is expected
            name = session_fingerprint("stateless", found.data, "")
        self._publish(
            SessionRefused(
                at=self._clock.now(),
                cause=cause,
                session=name,
                code=found.code,
                reason=found.reason,
            )
        )

    def report_loaded(self, data: JsonObject, key: str, cause: str) -> None:
        """Report a session that was accepted, once for each exchange."""
        name = self.name_of(data, key)
        if self._is_reported(cause, name):
            return
        sub = str(part(data, "user").get("sub") or "")
        self._publish(SessionLoaded(at=self._clock.now(), cause=cause, session=name, sub=sub))

    def _is_reported(self, cause: str, what: str) -> bool:
        """Return whether an exchange reported that last, and remember that it has."""
        is_reported = bool(cause) and self._memory.reported.get(cause) == what
        self._memory.reported.put(cause, what)
        return is_reported

    def report_written(
        self,
        name: str,
        facts: SessionFacts,
        at: Seconds,
        reason: WriteReason,
        cause: str,
        previous: str = "",
    ) -> None:
        """Report a write; `previous` is the fingerprint of the session that a login replaced."""
        self._publish(
            SessionWritten(
                at=at,
                cause=cause,
                session=name,
                reason=reason,
                facts=facts,
                previous=previous,
            )
        )

    def report_write_refused(self, name: str, cause: str) -> None:
        """Report a write that came too late."""
        self._publish(
            SessionWriteRefused(at=self._clock.now(), cause=cause, session=name, reason=TOO_LATE)
        )

    def report_resurrection(self, name: str, cause: str) -> None:
        """Report a write to a session that had been destroyed; without an ending: nothing."""
        ending = self._memory.endings.pop(name)
        if ending is None:
            return
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

    def report_late_cookie(self, name: str, cause: str) -> None:
        """Report a cookie that leaves after another request has destroyed its session."""
        ending = self._memory.endings.get(name)
        if ending is not None and ending.cause != cause:
            self.report_resurrection(name, cause)

    def report_destroyed(self, name: str, reason: EndReason, cause: str, detail: str = "") -> None:
        """Remember and report the end of a session."""
        now = self._clock.now()
        self.endings += 1
        self._memory.endings.put(name, Ending(at=now, cause=cause))
        self._publish(
            SessionDestroyed(at=now, cause=cause, session=name, reason=reason, detail=detail)
        )

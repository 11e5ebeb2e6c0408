"""What a session must pass after its cookie opened: the revocation list, clocks forced by hand."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.events.base import Kind
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.session.carrier import Loaded, Refused
from session_inspector.devserver.session.facts import session_fingerprint
from session_inspector.devserver.session.memory import Memory
from session_inspector.devserver.session.policy import Policy, part
from session_inspector.devserver.session.refusals import describe_forced, refuse_expired
from session_inspector.devserver.session.revocation import RevocationList

ENDING_CLOCKS = ("inactivity", "absolute")
"""The clocks that end a session when somebody expires them."""


class Admission:
    """Admits or refuses what a carrier loaded, and names the clock of what it refused."""

    def __init__(
        self,
        kind: Kind,
        policy: Policy,
        memory: Memory,
        clock: Clock,
        revocation: RevocationList | None,
    ) -> None:
        self._kind = kind
        self._policy = policy
        self._memory = memory
        self._clock = clock
        self._revocation = revocation

    async def admit(self, found: Loaded) -> Loaded | Refused:
        """Return a session as it counts now, or why it does not. Raises: StoreUnavailable."""
        name = session_fingerprint(self._kind, found.data, found.key)
        if self._revocation is not None and await self._revocation.holds(name):
            reason = "it is on the revocation list"
            return Refused(code="revoked", reason=reason, data=found.data, key=found.key)
        forced = self._memory.forced.pop(name) or frozenset()
        for clock in ENDING_CLOCKS:
            if clock in forced:
                reason = describe_forced(clock)
                return Refused(code=clock, reason=reason, data=found.data, is_forced=True)
        if "access_token" in forced:
            return self._expire_access_token(found)
        return found

    def _expire_access_token(self, found: Loaded) -> Loaded:
        expired = int(self._clock.now()) - 1
        tokens = {**part(found.data, "tokenSet"), "expiresAt": expired}
        data: JsonObject = {**found.data, "tokenSet": tokens}
        return replace(found, data=data, text=b"", is_touched=False)

    def name_clock(self, found: Refused) -> Refused:
        """Return a refusal with the clock that ended a stateful session.

        Its cookie and its store show only that it has ended.
        """
        if not found.key or found.code not in ("gone", "inactivity"):
            return found
        name = session_fingerprint(self._kind, {}, found.key)
        for clock in self._memory.forced.get(name) or ():
            if clock in ENDING_CLOCKS:
                return replace(found, code=clock, reason=describe_forced(clock))
        span = self._memory.spans.get(name)
        if span is None:
            return found
        created_at, ends = span
        if ends > self._clock.now():
            return found
        payload: JsonObject = {"exp": ends, "internal": {"createdAt": created_at}}
        return refuse_expired(self._policy, payload, found.key)

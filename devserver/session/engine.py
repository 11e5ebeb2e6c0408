"""Load, save, roll and destroy sessions, and publish every decision."""

from __future__ import annotations

from session_inspector.devserver.cookies.jar import Jars
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.events.base import EndReason, SessionFacts, WriteReason
from session_inspector.devserver.core.journal import Publish, publish_nowhere
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.session.admission import Admission
from session_inspector.devserver.session.carrier import Carrier, Gone, Loaded, Refused, Saved
from session_inspector.devserver.session.data_store import LogoutTokenStore
from session_inspector.devserver.session.facts import find_written_at, session_facts
from session_inspector.devserver.session.memory import Memory
from session_inspector.devserver.session.policy import Policy
from session_inspector.devserver.session.reports import EngineReporter
from session_inspector.devserver.session.revocation import RevocationList

NEW_LOGIN = "a new login took its place"
BACK_CHANNEL = "the provider sent a logout token"
LISTED = "it is on the revocation list now"


class SessionEngine:
    """One carrier under one policy; `cause` is the id of the exchange or command."""

    def __init__(
        self,
        carrier: Carrier,
        policy: Policy,
        clock: Clock,
        publish: Publish,
        *,
        revocation: RevocationList | None = None,
        is_transient: bool = False,
    ) -> None:
        self.carrier = carrier
        self.policy = policy
        self.memory = Memory()
        self._clock = clock
        self._revocation = revocation
        self._is_transient = is_transient
        self._is_watched = publish is not publish_nowhere or revocation is not None
        """False: nobody reads the memory or the events of loads and writes, so they are skipped."""
        self._report = EngineReporter(carrier.kind, self.memory, clock, publish)
        self._admission = Admission(carrier.kind, policy, self.memory, clock, revocation)

    async def load(self, jars: Jars, *, cause: str = "") -> JsonObject | None:
        """Return the session of a request, None when there is none that counts.

        The first load after `touch(hand_over=True)` gets what that has read, unless a session has
        ended since. Raises: StoreUnavailable; SealError in compat mode only.
        """
        rolled = jars.rolled
        jars.rolled = None
        if rolled is not None:
            data, key, endings = rolled
            if endings == self._report.endings and not self.memory.forced:
                self._report_loaded(data, key, cause)
                return data
        found = await self._load(jars, cause)
        if found is None:
            return None
        return found.data

    async def _load(self, jars: Jars, cause: str, *, rolls: bool = False) -> Loaded | None:
        """Load through the carrier, admit or refuse, and report which."""
        found = await self.carrier.load(jars, self._clock.now(), rolls=rolls)
        if isinstance(found, Loaded) and (self._is_watched or self.memory.forced):
            found = await self._admission.admit(found)
        if isinstance(found, Refused):
            await self._refuse(jars, self._admission.name_clock(found), cause)
            return None
        if found is not None and self._is_watched:
            jars.session = self._report.name_of(found.data, found.key)
            self.memory.keys.put(jars.session, found.key)
            self._report.report_loaded(found.data, found.key, cause)
        return found

    def _report_loaded(self, data: JsonObject, key: str, cause: str) -> None:
        if self._is_watched:
            self._report.report_loaded(data, key, cause)

    async def _refuse(self, jars: Jars, found: Refused, cause: str) -> None:
        """Report a refusal; a session whose end was forced by hand is deleted as well."""
        self._report.report_refused(found, cause)
        if not found.is_forced or not found.data:
            return
        await self.carrier.drop(jars, self._clock.now())
        reason: EndReason = "inactivity"
        if found.code == "absolute":
            reason = "absolute"
        name = self._report.name_of(found.data, "")
        self._report.report_destroyed(name, reason, cause, found.reason)

    async def save(
        self,
        jars: Jars,
        session: JsonObject,
        *,
        reason: WriteReason,
        is_new: bool = False,
        cause: str = "",
    ) -> bool:
        """Write a session; False when it was destroyed meanwhile, and nothing was written.

        `is_new` (a login) deletes the session the request came with and takes a new id.
        Raises: StoreUnavailable.
        """
        now = self._clock.now()
        jars.rolled = None
        previous = ""
        if is_new:
            previous = await self._end_replaced(jars, session, cause)
        elif await self._refuse_revoked(session, cause):
            return False
        outcome = await self.carrier.save(jars, session, now, is_new=is_new)
        if isinstance(outcome, Gone):
            self._report.report_write_refused(self._report.name_of(session, outcome.key), cause)
            return False
        if outcome.previous:
            previous = self._report.name_of({}, outcome.previous)
            self._report.report_destroyed(previous, "replaced", cause, NEW_LOGIN)
        self._note_written(outcome, session, reason, cause, previous)
        return True

    def _note_written(
        self,
        outcome: Saved,
        session: JsonObject,
        reason: WriteReason,
        cause: str,
        previous: str = "",
    ) -> None:
        """Remember and publish a write."""
        if not self._is_watched:
            return
        name = self._report.name_of(session, outcome.key)
        self._report.report_resurrection(name, cause)
        self.memory.keys.put(name, outcome.key)
        facts = self._describe(session, outcome.key)
        self.memory.forced.pop(name)
        ends = next(timer.ends for timer in facts.timers if timer.name == "sealed")
        self.memory.spans.put(name, (facts.created_at, ends or 0))
        self._report.report_written(name, facts, facts.written_at, reason, cause, previous)

    async def touch(
        self, jars: Jars, *, hand_over: bool = False, cause: str = ""
    ) -> JsonObject | None:
        """Return the session of a request and roll it; without rolling it is only returned.

        Every request rolls: the SDK has no threshold. A session whose absolute duration is over
        still serves the request that finds out (docs/sdk.md, Surprises, 21). `hand_over` spares
        the next load of the request a second read.
        Raises: StoreUnavailable; SealError in compat mode only.
        """
        found = await self._load(jars, cause, rolls=self.policy.rolling)
        if found is None:
            return None
        if not self.policy.rolling:
            return found.data
        if self._revocation is not None and await self._refuse_revoked(found.data, cause):
            return found.data
        outcome = await self.carrier.roll(jars, found, self._clock.now())
        if isinstance(outcome, Gone):
            name = self._report.name_of(found.data, outcome.key)
            self._report.report_write_refused(name, cause)
            return found.data
        self._note_written(outcome, found.data, "roll", cause)
        if hand_over and outcome.session is not None and self._revocation is None:
            jars.rolled = (outcome.session, outcome.key, self._report.endings)
        return found.data

    def note_sent(self, jars: Jars, cause: str) -> None:
        """Report a stateless session that was rolled before its end, and is sent after it.

        Its cookie is the session: that response brings it back, whoever sends it next.
        """
        if self._is_watched and self.carrier.kind == "stateless" and self._revocation is None:
            self._report.report_late_cookie(jars.session, cause)

    async def destroy(
        self, jars: Jars, *, reason: EndReason, cause: str = "", detail: str = ""
    ) -> None:
        """Delete cookies and record of the request's session. Raises: StoreUnavailable."""
        now = self._clock.now()
        jars.rolled = None
        found = await self.carrier.load(jars, now)
        key = await self.carrier.drop(jars, now)
        if isinstance(found, Loaded):
            await self._end(found, reason, cause, detail)
        elif key:
            self._report.report_destroyed(self._report.name_of({}, key), reason, cause, detail)

    async def destroy_stored(self, jars: Jars, *, reason: EndReason, cause: str = "") -> None:
        """Delete the record only, and leave the cookies (the ceiling of a read-only request)."""
        jars.rolled = None
        key = await self.carrier.drop_stored(jars, self._clock.now())
        if key:
            self._report.report_destroyed(self._report.name_of({}, key), reason, cause)

    async def delete_by_logout_token(
        self,
        store: LogoutTokenStore,
        *,
        sub: str | None,
        sid: str | None,
        iss: str | None,
        cause: str = "",
    ) -> None:
        """Delete the sessions a logout token means; each that the store names is published.

        Raises: StoreUnavailable.
        """
        ended = await store.delete_by_logout_token(sub=sub, sid=sid, iss=iss)
        for key in ended or ():
            name = self._report.name_of({}, key)
            self._report.report_destroyed(name, "back-channel", cause, BACK_CHANNEL)

    async def revoke_stateless(self, session: str, cause: str) -> bool:
        """Put a stateless session on the revocation list; False when there is no list.

        Raises: StoreUnavailable.
        """
        span = self.memory.spans.get(session)
        if self._revocation is None or span is None:
            return False
        created_at, _ = span
        await self._revocation.add(session, {"internal": {"createdAt": created_at}})
        self._report.report_destroyed(session, "revoked", cause, LISTED)
        return True

    def forget(self, session: str, reason: EndReason, cause: str, detail: str = "") -> None:
        """Note that a session was destroyed behind the engine's back, and publish it."""
        self._report.report_destroyed(session, reason, cause, detail)

    def revive(
        self, session: str, data: JsonObject, key: str, cause: str, ends: Seconds | None = None
    ) -> None:
        """Note that a destroyed session was put back on purpose: that is no resurrection.

        `ends` is the end of its row, which no request has moved; None: it has none.
        """
        self.memory.endings.pop(session)
        self.memory.keys.put(session, key)
        facts = self._describe(data, key, stored_until=ends)
        self._report.report_written(session, facts, self._clock.now(), "update", cause)

    def _describe(
        self, session: JsonObject, key: str, stored_until: Seconds | None = None
    ) -> SessionFacts:
        return session_facts(
            self.carrier.kind,
            session,
            self.policy,
            find_written_at(self.policy, stored_until, self._clock.now()),
            key=key,
            is_transient=self._is_transient,
            stored_until=stored_until,
        )

    async def _end_replaced(self, jars: Jars, new: JsonObject, cause: str) -> str:
        """Publish the end of the stateless session that a login replaces; its fingerprint.

        Two logins of one provider session in one second share theirs: nothing has ended then.
        """
        if self.carrier.kind != "stateless":
            return ""
        old = await self.carrier.load(Jars(request=jars.request), self._clock.now())
        if not isinstance(old, Loaded):
            return ""
        name = self._report.name_of(old.data, old.key)
        if name == self._report.name_of(new, ""):
            return ""
        await self._end(old, "replaced", cause, NEW_LOGIN)
        return name

    async def _end(self, found: Loaded, reason: EndReason, cause: str, detail: str) -> None:
        name = self._report.name_of(found.data, found.key)
        if self._revocation is not None and self.carrier.kind == "stateless":
            await self._revocation.add(name, found.data)
        self._report.report_destroyed(name, reason, cause, detail)

    async def _refuse_revoked(self, session: JsonObject, cause: str) -> bool:
        """Return whether a stateless session was revoked; its late write is reported."""
        if self._revocation is None or self.carrier.kind != "stateless":
            return False
        name = self._report.name_of(session, "")
        if not await self._revocation.holds(name):
            return False
        self._report.report_write_refused(name, cause)
        return True

"""Load, save, roll and destroy sessions, and publish every decision."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.cookies.jar import Jars
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.events.base import EndReason, SessionFacts, WriteReason
from session_inspector.devserver.core.events.session import SessionWritten
from session_inspector.devserver.core.journal import Publish, unheard
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.session.carrier import Carrier, Gone, Loaded, Refused, Saved
from session_inspector.devserver.session.data_store import LogoutTokenStore
from session_inspector.devserver.session.facts import session_facts
from session_inspector.devserver.session.memory import Memory
from session_inspector.devserver.session.policy import Policy, part
from session_inspector.devserver.session.refusals import by_hand, expired
from session_inspector.devserver.session.reports import Reporter
from session_inspector.devserver.session.revocation import RevocationList

NEW_LOGIN = "a new login took its place"


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
        self._publish = publish
        self._revocation = revocation
        self._is_transient = is_transient
        self._is_watched = publish is not unheard or revocation is not None
        """False: nobody asks what the memory and the events of loads and writes tell."""
        self._report = Reporter(carrier.kind, self.memory, clock, publish)

    async def load(self, jars: Jars, *, cause: str = "") -> JsonObject | None:
        """Return the session of a request, None when there is none that counts.

        The first load after `touch(hands_on=True)` gets what that has read, unless a session has
        ended since. Raises: StoreUnavailable; SealError in compat mode only.
        """
        rolled, jars.rolled = jars.rolled, None
        if rolled is not None and rolled[2] == self._report.endings and not self.memory.forced:
            if self._is_watched:
                self._report.loaded(rolled[0], rolled[1], cause)
            return rolled[0]
        found = await self._loaded(jars, cause)
        return found.data if found else None

    async def _loaded(self, jars: Jars, cause: str, *, rolls: bool = False) -> Loaded | None:
        now = self._clock.now()
        found = await self.carrier.load(jars, now, rolls=rolls)
        if isinstance(found, Loaded) and (self._is_watched or self.memory.forced):
            found = await self._examined(found)
        if isinstance(found, Refused):
            found = self._with_the_clock_named(found)
            self._report.refused(found, cause)
            if found.code in ("inactivity", "absolute") and found.key == "" and found.data:
                await self._forced_end(jars, found, cause)
            return None
        if found is None or not self._is_watched:
            return found
        self.memory.keys.put(self._report.name_of(found.data, found.key), found.key)
        self._report.loaded(found.data, found.key, cause)
        return found

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
        if not is_new and await self._is_revoked(session, cause):
            return False
        before = await self._replaced(jars, session, cause) if is_new else ""
        outcome = await self.carrier.save(jars, session, now, is_new=is_new)
        if isinstance(outcome, Gone):
            self._report.write_refused(self._report.name_of(session, outcome.key), cause)
            return False
        if outcome.previous:
            before = self._report.name_of({}, outcome.previous)
            self._report.destroyed(before, "replaced", cause, NEW_LOGIN)
        self._written(outcome, session, reason, cause, before)
        return True

    def _written(
        self, outcome: Saved, session: JsonObject, reason: WriteReason, cause: str, before: str = ""
    ) -> None:
        """Remember and publish a write."""
        if not self._is_watched:
            return
        name = self._report.name_of(session, outcome.key)
        self._report.warn_of_resurrection(name, cause)
        self.memory.keys.put(name, outcome.key)
        facts = self._facts(session, outcome.key)
        self.memory.forced.pop(name)
        ends = next(timer.ends for timer in facts.timers if timer.name == "sealed")
        self.memory.spans.put(name, (facts.created_at, ends or 0))
        at = facts.written_at
        self._publish(
            SessionWritten(
                at=at, cause=cause, session=name, reason=reason, facts=facts, previous=before
            )
        )

    async def touch(
        self, jars: Jars, *, hands_on: bool = False, cause: str = ""
    ) -> JsonObject | None:
        """Return the session of a request and roll it; without rolling it is only returned.

        Every request rolls: the SDK has no threshold. A session that ends here by its absolute
        duration still serves this request (spec §13.21). `hands_on` spares the next load of the
        request to read it all again. Raises: StoreUnavailable; SealError in compat mode only.
        """
        found = await self._loaded(jars, cause, rolls=self.policy.rolling)
        if found is None or not self.policy.rolling or await self._is_revoked(found.data, cause):
            return found.data if found else None
        outcome = await self.carrier.roll(jars, found, self._clock.now())
        if isinstance(outcome, Gone):
            self._report.write_refused(self._report.name_of(found.data, outcome.key), cause)
            return found.data
        self._written(outcome, found.data, "roll", cause)
        if hands_on and outcome.session is not None and self._revocation is None:
            jars.rolled = (outcome.session, outcome.key, self._report.endings)
        return found.data

    async def destroy(
        self, jars: Jars, *, reason: EndReason, cause: str = "", detail: str = ""
    ) -> None:
        """Delete cookies and record of the request's session. Raises: StoreUnavailable."""
        now = self._clock.now()
        jars.rolled = None
        found = await self.carrier.load(jars, now)
        key = await self.carrier.drop(jars, now)
        if isinstance(found, Loaded):
            await self._ended(found, reason, cause, detail)
        elif key:
            self._report.destroyed(self._report.name_of({}, key), reason, cause, detail)

    async def destroy_stored(self, jars: Jars, *, reason: EndReason, cause: str = "") -> None:
        """Delete the record only, and leave the cookies (the ceiling of a read-only request)."""
        jars.rolled = None
        key = await self.carrier.drop_stored(jars, self._clock.now())
        if key:
            self._report.destroyed(self._report.name_of({}, key), reason, cause, "")

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
            self._report.destroyed(
                self._report.name_of({}, key), "back-channel", cause, "the provider said so"
            )

    async def revoke_stateless(self, session: str, cause: str) -> bool:
        """Put a stateless session on the revocation list; False when there is no list.

        Raises: StoreUnavailable.
        """
        span = self.memory.spans.get(session)
        if self._revocation is None or span is None:
            return False
        await self._revocation.add(session, {"internal": {"createdAt": span[0]}})
        self._report.destroyed(session, "revoked", cause, "it is on the revocation list now")
        return True

    def forget(self, session: str, reason: EndReason, cause: str, detail: str = "") -> None:
        """Note that a session was destroyed behind the engine's back, and publish it."""
        self._report.destroyed(session, reason, cause, detail)

    def revive(self, session: str, data: JsonObject, key: str, cause: str) -> None:
        """Note that a destroyed session was put back on purpose: that is no resurrection."""
        self.memory.endings.pop(session)
        self.memory.keys.put(session, key)
        self._publish(
            SessionWritten(
                at=self._clock.now(),
                cause=cause,
                session=session,
                reason="update",
                facts=self._facts(data, key),
            )
        )

    def _facts(self, session: JsonObject, key: str) -> SessionFacts:
        return session_facts(
            self.carrier.kind,
            session,
            self.policy,
            self._clock.now(),
            key=key,
            is_transient=self._is_transient,
        )

    async def _examined(self, found: Loaded) -> Loaded | Refused:
        """Apply the revocation list and the clocks that were forced by hand."""
        name = self._report.name_of(found.data, found.key)
        if self._revocation and await self._revocation.holds(name):
            reason = "it is on the revocation list"
            return Refused(code="revoked", reason=reason, data=found.data, key=found.key)
        forced = self.memory.forced.pop(name) or frozenset()
        for clock in ("inactivity", "absolute"):
            if clock in forced:
                return Refused(code=clock, reason=by_hand(clock), data=found.data)
        if "access_token" in forced:
            tokens = {**part(found.data, "tokenSet"), "expiresAt": int(self._clock.now()) - 1}
            data: JsonObject = {**found.data, "tokenSet": tokens}
            return replace(found, data=data, text=b"", is_touched=False)
        return found

    def _with_the_clock_named(self, found: Refused) -> Refused:
        """Name the clock that ended a stateful session: cookie and store tell only that it did."""
        name = self._report.name_of({}, found.key)
        if not found.key or found.code not in ("gone", "inactivity"):
            return found
        for clock in self.memory.forced.get(name) or ():
            if clock in ("inactivity", "absolute"):
                return replace(found, code=clock, reason=by_hand(clock))
        span = self.memory.spans.get(name)
        if span is None or span[1] > self._clock.now():
            return found
        whole: JsonObject = {"exp": span[1], "internal": {"createdAt": span[0]}}
        return expired(self.policy, whole, found.key)

    async def _forced_end(self, jars: Jars, found: Refused, cause: str) -> None:
        if found.reason.endswith("by hand"):
            await self.carrier.drop(jars, self._clock.now())
            reason: EndReason = "absolute" if found.code == "absolute" else "inactivity"
            self._report.destroyed(
                self._report.name_of(found.data, ""), reason, cause, found.reason
            )

    async def _replaced(self, jars: Jars, new: JsonObject, cause: str) -> str:
        """Publish the end of the stateless session that a login replaces; its fingerprint.

        Two logins of one provider session in one second share theirs: nothing has ended then.
        """
        if self.carrier.kind != "stateless":
            return ""
        old = await self.carrier.load(Jars(request=jars.request), self._clock.now())
        if not isinstance(old, Loaded):
            return ""
        if self._report.name_of(old.data, old.key) == self._report.name_of(new, ""):
            return ""
        await self._ended(old, "replaced", cause, NEW_LOGIN)
        return self._report.name_of(old.data, old.key)

    async def _ended(self, found: Loaded, reason: EndReason, cause: str, detail: str) -> None:
        name = self._report.name_of(found.data, found.key)
        if self._revocation and self.carrier.kind == "stateless":
            await self._revocation.add(name, found.data)
        self._report.destroyed(name, reason, cause, detail)

    async def _is_revoked(self, session: JsonObject, cause: str) -> bool:
        if self._revocation is None or self.carrier.kind != "stateless":
            return False
        name = self._report.name_of(session, "")
        if not await self._revocation.holds(name):
            return False
        self._report.write_refused(name, cause)
        return True

"""Which session each real request was about, told from its cookies alone.

A session keeps its name over its writes: by an identity inside it, else because the response that
wrote it anew answered a request that brought it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from session_inspector.devserver.attach.facts import CookieEnd, cookie_facts, hard_name
from session_inspector.devserver.attach.proxy.endings import cookie_end, is_deleted, is_deleted_by
from session_inspector.devserver.attach.proxy.opener import Opened, Opener, is_unopened
from session_inspector.devserver.cookies.jstext import decode_component
from session_inspector.devserver.cookies.set_cookie import SetCookie
from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.events.base import SessionFacts, WriteReason
from session_inspector.devserver.core.events.login import LoginStarted, LoginSucceeded
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionLoaded,
    SessionRefused,
    SessionSeen,
    SessionWritten,
)
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import JsonObject, Seconds, fingerprint
from session_inspector.devserver.decoders.base import Decoded

BOOKKEEPING = frozenset({"exp", "iat", "nbf", "jti", "uat"})


class RowSource(Protocol):
    """Where the rows of the app's sessions are read."""

    async def facts(self, session_id: str, cookie: SessionFacts) -> SessionFacts | None:
        """Return what the row of an id adds; None: it has none, or does not answer."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A session that a jar holds."""

    name: str
    found: Decoded


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request, as far as sessions go."""

    exchange: str
    at: Seconds
    jar: Mapping[str, str]
    sessions: Sequence[Named] = ()
    others: Sequence[Decoded] = ()

    @property
    def session(self) -> str:
        """The session it was about first of all."""
        return self.sessions[0].name if self.sessions else ""


class Sessions:
    """Turns jars into events."""

    def __init__(
        self, opener: Opener, clock: Clock, publish: Publish, rows: RowSource | None = None
    ) -> None:
        self._opener = opener
        self._clock = clock
        self._publish = publish
        self._row_source = rows
        self._names: Bounded[str] = Bounded(20_000)
        """Digest of a value to the session's name."""
        self._contents: Bounded[JsonObject] = Bounded()
        """Name to what was in it last: what a write changed."""
        self._rows: Bounded[SessionFacts] = Bounded()
        """Name to what its row said last."""
        self._told: Bounded[str] = Bounded(20_000)

    async def arrived(self, exchange: str, at: Seconds, jar: Mapping[str, str]) -> Visit:
        """Tell of the sessions that a request brought."""
        opened = await self._opener.open(jar)
        named: list[Named] = []
        for found in opened.sessions:
            name = self._name(found, jar, before=())
            named.append(Named(name=name, found=found))
            if self._contents.get(name) is None:
                await self._seen(name, found, exchange, at)
            self._judge(name, found, exchange, at)
        return Visit(exchange=exchange, at=at, jar=jar, sessions=named, others=opened.others)

    async def answered(
        self, visit: Visit, at: Seconds, cookies: Sequence[SetCookie]
    ) -> Mapping[str, str]:
        """Tell of the sessions that a response wrote; returns cookie name to session name."""
        if not cookies:
            return {}
        jar, lines = dict(visit.jar), {cookie.name: cookie for cookie in cookies}
        for cookie in cookies:
            value = decode_component(cookie.value)
            if is_deleted(cookie, at) or value is None:
                jar.pop(cookie.name, None)
            else:
                jar[cookie.name] = value
        opened = await self._opener.open(jar)
        holders = {name: one.name for one in visit.sessions for name in one.found.cookies}
        kept: set[str] = set()
        for found in opened.sessions:
            name = self._name(found, jar, before=visit.sessions)
            kept.add(name)
            if set(found.cookies) & set(lines):
                previous = next((holders[n] for n in found.cookies if n in holders), "")
                await self._written(name, found, visit, at, lines, previous)
            holders |= dict.fromkeys(found.cookies, name)
        self._gone(visit, kept, lines, at)
        self._logins(visit, opened, lines, at)
        return holders

    # -- names -----------------------------------------------------------------------------

    def _name(self, found: Decoded, jar: Mapping[str, str], before: Sequence[Named]) -> str:
        """Return a session's name, and remember it for its value."""
        value = "".join(jar[name] for name in found.cookies if name in jar)
        digest = fingerprint(value)
        name = hard_name(found) or self._names.get(digest) or ""
        if not name:
            family = [one for one in before if one.found.family == found.family]
            same = [one for one in family if set(one.found.cookies) & set(found.cookies)]
            name = same[0].name if same else digest
        self._names.put(digest, name)
        return name

    # -- what is told ----------------------------------------------------------------------

    async def _facts(
        self, name: str, found: Decoded, at: Seconds, end: CookieEnd | None
    ) -> SessionFacts:
        """Return cookie and row joined; of a row that has gone meanwhile, what it said last."""
        facts = cookie_facts(found, at, end)
        if not found.session_id or self._row_source is None:
            return facts
        joined = await self._row_source.facts(found.session_id, facts)
        if joined is None:
            before = self._rows.get(name)
            return replace(before, written_at=at) if before else facts
        self._rows.put(name, joined)
        return joined

    def _sub(self, name: str, found: Decoded) -> str:
        known = self._rows.get(name)
        return known.sub if known else cookie_facts(found, 0, None).sub

    async def _seen(self, name: str, found: Decoded, exchange: str, at: Seconds) -> None:
        self._contents.put(name, found.payload)
        if is_unopened(found) and not found.payload:
            return
        facts = await self._facts(name, found, at, None)
        self._publish(SessionSeen(at=at, cause=exchange, session=name, facts=facts))

    def _judge(self, name: str, found: Decoded, exchange: str, at: Seconds) -> None:
        """Say that a session was brought, or why it does not count, each time anew."""
        is_over = found.expires is not None and found.expires <= at
        if not found.problem and not is_over:
            sub = self._sub(name, found)
            self._publish(SessionLoaded(at=at, cause=exchange, session=name, sub=sub))
            return
        code = found.problem or "expired"
        names = ", ".join(found.cookies)
        if self._told.get(name) == code:
            return
        self._told.put(name, code)
        reason = found.reason or f"it has ended, by {found.ends_by}"
        self._publish(
            SessionRefused(
                at=at, cause=exchange, session=name, code=code, reason=f"{names}: {reason}"
            )
        )

    async def _written(
        self,
        name: str,
        found: Decoded,
        visit: Visit,
        at: Seconds,
        lines: Mapping[str, SetCookie],
        previous: str,
    ) -> None:
        if is_unopened(found) and not found.payload:
            self._judge(name, found, visit.exchange, at)
            return
        before = self._contents.get(name)
        reason = _reason(before, found.payload)
        self._contents.put(name, found.payload)
        line = next(lines[cookie] for cookie in found.cookies if cookie in lines)
        facts = await self._facts(name, found, at, CookieEnd(cookie_end(line, at)))
        self._publish(
            SessionWritten(
                at=at,
                cause=visit.exchange,
                session=name,
                reason=reason,
                facts=facts,
                previous=previous if previous != name else "",
            )
        )
        if is_unopened(found):
            self._judge(name, found, visit.exchange, at)

    def _gone(
        self, visit: Visit, kept: set[str], lines: Mapping[str, SetCookie], at: Seconds
    ) -> None:
        """Tell of sessions whose cookies the response deleted."""
        for one in visit.sessions:
            is_asked = any(name in lines for name in one.found.cookies)
            is_replaced = any(
                not is_deleted(lines[name], at) for name in one.found.cookies if name in lines
            )
            if one.name in kept or not is_asked or is_replaced:
                continue
            detail = "the response deleted its cookie"
            self._publish(
                SessionDestroyed(
                    at=at, cause=visit.exchange, session=one.name, reason="logout", detail=detail
                )
            )

    def _logins(
        self, visit: Visit, opened: Opened, lines: Mapping[str, SetCookie], at: Seconds
    ) -> None:
        """Tell of logins that a transaction cookie began, or its deletion ended."""
        for found in opened.others:
            state = found.payload.get("state")
            if found.cookies[0] in lines and isinstance(state, str):
                self._publish(
                    LoginStarted(
                        at=at,
                        cause=visit.exchange,
                        login=fingerprint(state),
                        transaction_cookie=found.cookies[0],
                        return_to=str(found.payload.get("returnTo") or "/"),
                    )
                )
        done = [f for f in visit.others if is_deleted_by(f, lines, at) and f.payload.get("state")]
        made = [f for f in opened.sessions if set(f.cookies) & set(lines) and not f.problem]
        if done and made:
            name = self._names.get(fingerprint(_joined(made[0], lines))) or ""
            sub = self._sub(name, made[0])
            login = fingerprint(str(done[0].payload["state"]))
            self._publish(
                LoginSucceeded(at=at, cause=visit.exchange, session=name, login=login, sub=sub)
            )


def _joined(found: Decoded, lines: Mapping[str, SetCookie]) -> str:
    values = [decode_component(lines[name].value) for name in found.cookies if name in lines]
    return "".join(value for value in values if value is not None)


def _reason(before: JsonObject | None, after: JsonObject) -> WriteReason:
    if before is None:
        return "login"
    changed = {
        name for name in {*before, *after} - BOOKKEEPING if before.get(name) != after.get(name)
    }
    if not changed:
        return "roll"
    return "refresh" if changed == {"tokenSet"} else "update"

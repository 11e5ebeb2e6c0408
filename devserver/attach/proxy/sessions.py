"""Which session each real request was about, known from its cookies alone.

A session keeps its name over its writes: by an identity inside it, else because the response that
wrote it anew answered a request that brought it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from session_inspector.devserver.attach.facts import CookieEnd, cookie_facts, stable_name
from session_inspector.devserver.attach.proxy.arrival import (
    Arrival,
    CookieAnswer,
    NamedSession,
    apply_cookies,
    write_reason,
)
from session_inspector.devserver.attach.proxy.endings import (
    cookie_end,
    is_deleted,
    is_deleted_by,
)
from session_inspector.devserver.attach.proxy.opener import OpenedJar, Opener, is_unopened
from session_inspector.devserver.cookies.set_cookie import SetCookie
from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.events.base import SessionFacts
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


class RowSource(Protocol):
    """Where the rows of the app's sessions are read."""

    async def facts(self, session_id: str, cookie: SessionFacts) -> SessionFacts | None:
        """Return what the row of an id adds; None: it has none, or does not answer."""
        ...


class SessionReporter:
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
        """Name to what its row held last."""
        self._refusals: Bounded[str] = Bounded(20_000)
        """Name to the code of the refusal that was reported last."""

    async def report_arrival(self, exchange: str, at: Seconds, jar: Mapping[str, str]) -> Arrival:
        """Report the sessions that a request brought."""
        opened = await self._opener.open(jar)
        named: list[NamedSession] = []
        for found in opened.sessions:
            name = self._name(found, jar, before=())
            named.append(NamedSession(name=name, found=found))
            if self._contents.get(name) is None:
                await self._report_seen(name, found, exchange, at)
            self._report_verdict(name, found, exchange, at)
        return Arrival(exchange=exchange, at=at, jar=jar, sessions=named, others=opened.others)

    async def report_answer(
        self, arrival: Arrival, at: Seconds, cookies: Sequence[SetCookie]
    ) -> Mapping[str, str]:
        """Report the sessions that a response wrote; returns cookie name to session name."""
        if not cookies:
            return {}
        answer = CookieAnswer(
            arrival=arrival, at=at, lines={cookie.name: cookie for cookie in cookies}
        )
        jar = apply_cookies(arrival.jar, cookies, at)
        opened = await self._opener.open(jar)
        holders = {name: one.name for one in arrival.sessions for name in one.found.cookies}
        kept: set[str] = set()
        for found in opened.sessions:
            name = self._name(found, jar, before=arrival.sessions)
            kept.add(name)
            if answer.has_any_of(found):
                previous = next((holders[n] for n in found.cookies if n in holders), "")
                await self._report_written(name, found, answer, previous)
            holders |= dict.fromkeys(found.cookies, name)
        self._report_deleted(answer, kept)
        self._report_login_starts(answer, opened)
        self._report_login_end(answer, opened)
        return holders

    # -- names and facts -------------------------------------------------------------------

    def _name(self, found: Decoded, jar: Mapping[str, str], before: Sequence[NamedSession]) -> str:
        """Return a session's name, and remember it for its value."""
        value = "".join(jar[name] for name in found.cookies if name in jar)
        digest = fingerprint(value)
        name = stable_name(found) or self._names.get(digest) or ""
        if not name:
            name = _name_before(found, before) or digest
        self._names.put(digest, name)
        return name

    async def _facts(
        self, name: str, found: Decoded, at: Seconds, end: CookieEnd | None
    ) -> SessionFacts:
        """Return cookie and row joined; of a row that has gone meanwhile, what it held last."""
        facts = cookie_facts(found, at, end)
        if not found.session_id or self._row_source is None:
            return facts
        joined = await self._row_source.facts(found.session_id, facts)
        if joined is None:
            before = self._rows.get(name)
            if before is None:
                return facts
            return replace(before, written_at=at)
        self._rows.put(name, joined)
        return joined

    def _sub(self, name: str, found: Decoded) -> str:
        known = self._rows.get(name)
        if known is None:
            known = cookie_facts(found, 0, None)
        return known.sub

    # -- reports ---------------------------------------------------------------------------

    async def _report_seen(self, name: str, found: Decoded, exchange: str, at: Seconds) -> None:
        self._contents.put(name, found.payload)
        if is_unopened(found) and not found.payload:
            return
        facts = await self._facts(name, found, at, None)
        self._publish(SessionSeen(at=at, cause=exchange, session=name, facts=facts))

    def _report_verdict(self, name: str, found: Decoded, exchange: str, at: Seconds) -> None:
        """Report that a session was brought, or why it does not count, each reason once."""
        is_over = found.expires is not None and found.expires <= at
        if not found.problem and not is_over:
            sub = self._sub(name, found)
            self._publish(
                SessionLoaded(at=at, cause=exchange, session=name, sub=sub, origin="rule")
            )
            return
        code = found.problem or "expired"
        if self._refusals.get(name) == code:
            return
        self._refusals.put(name, code)
        names = ", ".join(found.cookies)
        reason = found.reason or f"it has ended, by {found.ends_by}"
        self._publish(
            SessionRefused(
                at=at, cause=exchange, session=name, code=code, reason=f"{names}: {reason}"
            )
        )

    async def _report_written(
        self, name: str, found: Decoded, answer: CookieAnswer, previous: str
    ) -> None:
        if is_unopened(found) and not found.payload:
            self._report_verdict(name, found, answer.cause, answer.at)
            return
        before = self._contents.get(name)
        self._contents.put(name, found.payload)
        end = CookieEnd(cookie_end(answer.line_of(found), answer.at))
        facts = await self._facts(name, found, answer.at, end)
        self._publish(
            SessionWritten(
                at=answer.at,
                cause=answer.cause,
                session=name,
                reason=write_reason(before, found.payload),
                facts=facts,
                previous=previous if previous != name else "",
            )
        )
        if is_unopened(found):
            self._report_verdict(name, found, answer.cause, answer.at)

    def _report_deleted(self, answer: CookieAnswer, kept: set[str]) -> None:
        """Report sessions whose cookies the response deleted."""
        for one in answer.arrival.sessions:
            lines = [answer.lines[name] for name in one.found.cookies if name in answer.lines]
            is_replaced = any(not is_deleted(line, answer.at) for line in lines)
            if one.name in kept or not lines or is_replaced:
                continue
            self._publish(
                SessionDestroyed(
                    at=answer.at,
                    cause=answer.cause,
                    session=one.name,
                    reason="logout",
                    detail="the response deleted its cookie",
                )
            )

    def _report_login_starts(self, answer: CookieAnswer, opened: OpenedJar) -> None:
        """Report logins that a transaction cookie began."""
        for found in opened.others:
            state = found.payload.get("state")
            if found.cookies[0] in answer.lines and isinstance(state, str):
                self._publish(
                    LoginStarted(
                        at=answer.at,
                        cause=answer.cause,
                        login=fingerprint(state),
                        transaction_cookie=found.cookies[0],
                        return_to=str(found.payload.get("returnTo") or "/"),
                    )
                )

    def _report_login_end(self, answer: CookieAnswer, opened: OpenedJar) -> None:
        """Report a login: its transaction cookie was deleted, and a session was made."""
        states = [
            str(found.payload["state"])
            for found in answer.arrival.others
            if is_deleted_by(found, answer.lines, answer.at) and found.payload.get("state")
        ]
        made = [one for one in opened.sessions if answer.has_any_of(one) and not one.problem]
        if not states or not made:
            return
        name = self._names.get(fingerprint(answer.value_of(made[0]))) or ""
        self._publish(
            LoginSucceeded(
                at=answer.at,
                cause=answer.cause,
                session=name,
                login=fingerprint(states[0]),
                sub=self._sub(name, made[0]),
            )
        )


def _name_before(found: Decoded, before: Sequence[NamedSession]) -> str:
    """Return the name of the session that had the same cookies; empty: none had."""
    for one in before:
        is_same_family = one.found.family == found.family
        if is_same_family and set(one.found.cookies) & set(found.cookies):
            return one.name
    return ""

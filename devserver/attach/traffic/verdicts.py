"""What arrivals and answers share: the facts of a session, and whether its cookie counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from session_inspector.devserver.attach.facts import CookieEnd
from session_inspector.devserver.attach.traffic.app_clocks import SigningClocks
from session_inspector.devserver.attach.traffic.arrival import (
    Arrival,
    CookieAnswer,
    NamedSession,
)
from session_inspector.devserver.attach.traffic.beside.needed_sessions import NeededSessions
from session_inspector.devserver.attach.traffic.companions import (
    UNKNOWN,
    is_renewable,
    is_renewer_gone,
    join_tokens,
    opaque_facts,
    why_visitor,
    without_end,
)
from session_inspector.devserver.attach.traffic.endings import FindGone, GoneRow
from session_inspector.devserver.attach.traffic.learned import LearnedSession
from session_inspector.devserver.attach.traffic.learning import Learner
from session_inspector.devserver.attach.traffic.logins import find_visitors, is_sent_on
from session_inspector.devserver.attach.traffic.opaque import LoginCookies
from session_inspector.devserver.attach.traffic.opener import OpenedJar, Opener
from session_inspector.devserver.attach.traffic.outcomes.answered import AnsweredRequests
from session_inspector.devserver.attach.traffic.outcomes.nobody import set_nobody_aside
from session_inspector.devserver.attach.traffic.session_memory import (
    SessionMemory,
    with_shared,
)
from session_inspector.devserver.attach.traffic.signatures.known_signatures import KnownSignatures
from session_inspector.devserver.attach.traffic.signatures.signed_values import SignedValues
from session_inspector.devserver.attach.traffic.visitors.visitor_cookies import VisitorCookies
from session_inspector.devserver.attach.visitors.unverified import UNFIT
from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.events.base import Origin, SessionFacts
from session_inspector.devserver.core.events.session import (
    SessionLoaded,
    SessionNotOpened,
    SessionRefused,
    SessionSeen,
)
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.decoders.assumed import assumed_life
from session_inspector.devserver.decoders.base import Decoded

GONE = "gone"
"""The code of a session whose row somebody has seen go."""


class SessionDesk:
    """The memory of one app's sessions, and the way to report of them."""

    def __init__(
        self,
        memory: SessionMemory,
        publish: Publish,
        find_gone: FindGone,
        named: frozenset[str] = frozenset(),
    ) -> None:
        """`named` are names of session cookies that somebody told."""
        self.memory = memory
        self.signed = SignedValues(memory, named)
        self.signatures = KnownSignatures()
        self.logins = LoginCookies()
        self.visitors = VisitorCookies(named)
        self._find_gone = find_gone
        self._told_visitors: Bounded[bool] = Bounded()
        self.learner = Learner(named)
        self.signing = SigningClocks()
        self.answered = AnsweredRequests(memory, publish)
        self.needed = NeededSessions(self.answered.requests)
        self.publish = self.answered.publish

    async def sort_guesses(
        self, opened: OpenedJar, jar: Mapping[str, str]
    ) -> tuple[OpenedJar, tuple[Decoded, ...]]:
        """Return what is more than a guess, and the guesses: ids of which no row is known.

        Any id of that length looks so. The library's own cookie name or a row makes it more. What
        is of a login under way is neither.
        """
        opened = await self.signed.settle(opened, jar)
        known = [one for one in opened.sessions if not self.logins.holds(one, jar)]
        opened = replace(opened, sessions=tuple(known))
        opened = set_nobody_aside(opened)
        guesses = [one for one in opened.sessions if is_guess(one, opened, jar)]
        for one in tuple(guesses):
            if await self.memory.has_row(one):
                guesses.remove(one)
        if not guesses:
            return opened, ()
        sessions = tuple(one for one in opened.sessions if one not in guesses)
        return replace(opened, sessions=sessions), tuple(guesses)

    async def open_after(
        self, answer: CookieAnswer, jar: Mapping[str, str], opener: Opener
    ) -> OpenedJar:
        """Return what a browser has after a response, by the clock by which the app signs."""
        host = answer.arrival.host
        offset = self.signing.offset_beside(host, answer.clock_offset)
        opened = await opener.open(jar, offset)
        before = answer.arrival.jar
        first = [one for one in opened.sessions if not any(name in before for name in one.cookies)]
        if not any([self.signing.note_first(host, one, answer.at) for one in first]):
            return opened
        return await opener.open(jar, self.signing.offset_beside(host, answer.clock_offset))

    def is_gone(self, session: str, at: Seconds) -> bool:
        """Check whether the app had refused a session last, or its row was gone, at a moment."""
        return self.answered.is_refused(session) or self.find_gone_at(session, at) is not None

    def find_gone_at(self, session: str, at: Seconds) -> GoneRow | None:
        """Return what is known of a row that was gone at a moment: later it may have been ended."""
        row = self._find_gone(session)
        if row is None or row.at > at:
            return None
        return row

    async def facts_of(
        self,
        one: NamedSession,
        at: Seconds,
        end: CookieEnd | None,
        learned: LearnedSession | None,
    ) -> SessionFacts:
        """Return the facts of a session; `end` is when the browser forgets its cookie."""
        if learned is not None and one.found.family == UNKNOWN:
            count = self.memory.values.count_logins(one.name)
            facts = with_shared(opaque_facts(learned, at), count)
            if facts.visitor:
                self._told_visitors.put(one.name, True)
            return self.memory.with_login(one.name, facts)
        facts = await self.memory.facts_of(one.name, one.found, at, end, learned)
        return join_tokens(facts, one.beside)

    def report_brought(self, arrival: Arrival, one: NamedSession) -> None:
        """Report that a request has brought a session, unless only its answer shows what it is.

        Of one without its row the app may have another copy, and make its row anew; it may have
        renewed one whose clock has run out.
        """
        found = _as_brought(arrival, one)
        code, _ = self._find_refusal(one.name, found, arrival.at)
        if code == GONE or (not code and one.name in arrival.run_out):
            return
        if code and one.name in arrival.outdated:
            return  # an old content, of which another browser has a later one
        self.report_verdict(one.name, found, arrival.exchange, arrival.at)

    def report_run_out(self, arrival: Arrival, one: NamedSession) -> None:
        """Report a session as brought of which a clock has run out, if nothing else refuses it."""
        found = _as_brought(arrival, one)
        code, _ = self._find_refusal(one.name, found, arrival.at)
        if not code:
            self.report_verdict(one.name, found, arrival.exchange, arrival.at)

    def report_visitors(self, answer: CookieAnswer, known: Sequence[LearnedSession]) -> None:
        """Report what a login has shown to be a visitor's; `known` are those that were before."""
        for one in find_visitors(answer):
            is_listed = self.memory.contents.get(one.name) is not None
            if self.memory.login_of(one.name) is not None:
                continue  # what is left of it was set by pages, and it was a user's
            if is_listed and one not in known and one.ended is None:
                self._publish_seen(answer, one.name, opaque_facts(one, answer.at))

    async def report_used(self, answer: CookieAnswer) -> None:
        """Report a session that was told as a visitor's, and is none as this answer shows.

        Somebody has logged in with it, or a page that needs a session has accepted it.
        """
        for one in answer.arrival.sessions:
            learned = answer.arrival.learned_as(one.name)
            if learned is None or not self._told_visitors.get(one.name):
                continue
            has_used = is_sent_on(answer) and not answer.given
            if has_used or self.answered.requests.is_proven(one.name):
                learned.is_used = True
            if not why_visitor(learned) and learned.ended is None:
                self._told_visitors.pop(one.name)
                facts = await self.facts_of(one, answer.at, None, learned)
                self._publish_seen(answer, one.name, facts)

    async def report_shared(self, answer: CookieAnswer, sessions: Sequence[NamedSession]) -> None:
        """Report sessions that one login has left, and that others have by the same value."""
        for one in sessions:
            learned = answer.arrival.learned_as(one.name)
            facts = await self.facts_of(one, answer.at, None, learned)
            self._publish_seen(answer, one.name, facts)

    def _publish_seen(self, answer: CookieAnswer, name: str, facts: SessionFacts) -> None:
        self.publish(SessionSeen(at=answer.at, cause=answer.cause, session=name, facts=facts))

    def report_gone(self, answer: CookieAnswer) -> None:
        """Report the sessions of a request whose rows had gone before it came."""
        arrival = answer.arrival
        for one in arrival.sessions:
            gone = arrival.rows_gone.get(one.name)
            if gone is None or one.name in arrival.over or one.name in arrival.strange:
                continue
            is_back = self.find_gone_at(one.name, answer.at) is None
            if is_back or not self.answered.gone.may_live(answer, one, gone):
                self.report_verdict(one.name, one.found, answer.cause, answer.at)

    def report_verdict(self, name: str, found: Decoded, exchange: str, at: Seconds) -> None:
        """Report that a session was brought, or why it does not count, each reason once."""
        code, reason = self._find_refusal(name, found, at)
        if not code:
            self.memory.refusals.pop(name)
            sub = self.memory.subject_of(name, found)
            self.publish(SessionLoaded(at=at, cause=exchange, session=name, sub=sub, origin="rule"))
            return
        if self.memory.refusals.get(name) == code:
            return
        self.memory.refusals.put(name, code)
        names = ", ".join(found.cookies)
        if code in UNFIT:
            self.publish(
                SessionNotOpened(
                    at=at, cause=exchange, session=name, code=code, reason=f"{names}: {reason}"
                )
            )
            return
        origin: Origin = "read" if code == GONE else "rule"
        self.publish(
            SessionRefused(
                at=at,
                cause=exchange,
                session=name,
                code=code,
                reason=f"{names}: {reason}",
                origin=origin,
            )
        )

    def _find_refusal(self, name: str, found: Decoded, at: Seconds) -> tuple[str, str]:
        """Return (code, reason) of why a session does not count; both empty: it may."""
        if assumed_life(found) is not None:
            found = without_end(found)  # nobody knows: the app's answer shows it
        is_over = found.expires is not None and found.expires <= at
        if found.problem or is_over:
            reason = found.reason or f"it has ended, by {found.ends_by}"
            return found.problem or "expired", reason
        gone = self.find_gone_at(name, at)
        if gone is not None:
            return GONE, gone.reason
        return "", ""


def _as_brought(arrival: Arrival, one: NamedSession) -> Decoded:
    """Return a session as it counts: a token that another cookie renews has no end of its own."""
    learned = arrival.learned_as(one.name)
    is_lost = learned is not None and is_renewer_gone(learned, arrival)
    if is_renewable(one.found, learned) and not is_lost:
        return without_end(one.found)
    return one.found


def is_guess(found: Decoded, opened: OpenedJar, jar: Mapping[str, str]) -> bool:
    """Check whether nothing proves the family of an id: bare, or signed as several sign."""
    if is_bare_id(found, jar):
        return True
    is_named = not set(found.traits.cookie_names).isdisjoint(found.cookies)
    return bool(found.session_id) and not is_named and opened.guesses.issuperset(found.cookies)


def is_bare_id(found: Decoded, jar: Mapping[str, str]) -> bool:
    """Check whether nothing but a value's length and alphabet says which format it is of."""
    if not found.session_id or len(found.cookies) != 1:
        return False
    name = found.cookies[0]
    return jar.get(name) == found.session_id and name not in found.traits.cookie_names


def learned_as(learned: LearnedSession | None, name: str) -> LearnedSession | None:
    """Return a learned session when it is the one of a name."""
    if learned is not None and learned.name == name:
        return learned
    return None

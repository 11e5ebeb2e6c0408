"""Reports the sessions that a request brings, and cookies whose names come more than once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from session_inspector.devserver.attach.traffic.arrival import (
    Arrival,
    NamedSession,
)
from session_inspector.devserver.attach.traffic.companions import (
    opaque_cookies,
)
from session_inspector.devserver.attach.traffic.endings import (
    GoneRow,
    ReplacedId,
    SeenEnding,
    digest_in,
)
from session_inspector.devserver.attach.traffic.ends.run_out import find_run_out
from session_inspector.devserver.attach.traffic.equal_names import EqualCookies
from session_inspector.devserver.attach.traffic.learned import LearnedSession
from session_inspector.devserver.attach.traffic.opaque import READING, is_known_other
from session_inspector.devserver.attach.traffic.opener import OpenedJar, Opener, is_unreadable
from session_inspector.devserver.attach.traffic.outcomes.presented_ids import is_bare
from session_inspector.devserver.attach.traffic.pairs import (
    find_pairs,
    known_renewers,
    learned_for,
    longest_first,
    set_aside,
)
from session_inspector.devserver.attach.traffic.verdicts import SessionDesk
from session_inspector.devserver.cookies.jar import Pairs
from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.events.exchange import EqualCookiesSeen
from session_inspector.devserver.core.events.session import SessionSeen
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.values import Seconds, fingerprint
from session_inspector.devserver.decoders.base import Decoded
from session_inspector.devserver.decoders.drawn import looks_drawn


class ArrivalReporter:
    """Reports the requests of one app."""

    def __init__(self, opener: Opener, desk: SessionDesk, named: frozenset[str]) -> None:
        """`named` are names of session cookies that somebody told."""
        self._opener = opener
        self._desk = desk
        self._named = named
        self._equal: Bounded[bool] = Bounded()
        """Digests of equal names that were reported."""

    async def report(
        self,
        exchange: str,
        at: Seconds,
        pairs: Pairs,
        request: str,
        host: str,
        clock: Seconds,
        browser: str,
    ) -> Arrival:
        """Report the sessions that a request brought; `clock` is its app's, ahead of ours."""
        offset = self._desk.signing.offset_beside(host, clock)
        found = await self._opener.open_request(pairs, offset)
        opened, guesses = await self._desk.sort_guesses(found.opened, found.jar)
        opened = self._desk.signatures.set_apart(opened, found.jar)
        all_learned = self._find_learned(found.jar, opened, guesses, browser)
        opened = set_aside(opened, known_renewers(opened, all_learned))
        sessions = self._name_all(opened, found.jar, all_learned, browser)
        arrival = Arrival(
            exchange=exchange,
            at=at,
            jar=found.jar,
            request=request,
            host=host,
            browser=browser,
            learned=next(iter(all_learned), None),
            beside=all_learned[1:],
            sessions=sessions,
            others=opened.others,
            over=self._find_over(sessions, all_learned, found.jar),
            gone=frozenset(one.name for one in sessions if self._desk.is_gone(one.name, at)),
            rows_gone=self._find_gone(sessions, at),
            first=self._find_first(sessions),
            replaced=self._find_replaced(sessions),
            outdated=self._find_outdated(sessions, found.jar, browser),
        )
        arrival = await self._look_into_store(self._with_needs(arrival))
        self._report_equal_names(arrival, found.equal)
        await self._report_sessions(arrival)
        return arrival

    def _with_needs(self, arrival: Arrival) -> Arrival:
        """Return a request with what pages have shown of its sessions before."""
        requests = self._desk.answered.requests
        used = [one.name for one in arrival.sessions if requests.is_used(one.name)]
        others = self._desk.needed.find_others(
            arrival.request, arrival.sessions, arrival.all_learned
        )
        found = [one.found for one in arrival.sessions]
        names = [name for one in found for name in one.cookies]
        beside = self._desk.visitors.find_beside(arrival.host, found, names)
        carts = [one.name for one in arrival.sessions if one.found in beside]
        given = _find_given(arrival)
        return replace(arrival, used=frozenset(used), others_needed=others.union(carts, given))

    async def _look_into_store(self, arrival: Arrival) -> Arrival:
        """Return a request with what its sessions' rows show."""
        unlisted = await self._find_unlisted(arrival)
        run_out = await find_run_out(self._desk, arrival)
        return replace(arrival, unlisted=unlisted, run_out=run_out)

    async def _report_sessions(self, arrival: Arrival) -> None:
        for one in arrival.sessions:
            self._desk.memory.ids.note_brought(one.found, arrival.at)
            if one.name not in arrival.strange:
                await self._report_brought(arrival, one)

    def _find_over(
        self,
        sessions: Sequence[NamedSession],
        all_learned: Sequence[LearnedSession],
        jar: Mapping[str, str],
    ) -> dict[str, SeenEnding]:
        """Return how those of some sessions ended that are over.

        What a logout has left may bring its session back: only a copy of the rest is over.
        """
        found = self._desk.answered.endings_of(sessions, jar)
        for learned in all_learned:
            if learned.left is not None and not learned.has_deleted(jar):
                found.pop(learned.name, None)
        return found

    def _find_outdated(
        self, sessions: Sequence[NamedSession], jar: Mapping[str, str], browser: str
    ) -> frozenset[str]:
        """Return the sessions of which a request brings a content that others follow elsewhere."""
        given = self._desk.memory.given
        return frozenset(
            one.name
            for one in sessions
            if not one.found.session_id
            and given.is_outdated(one.name, browser, partial(digest_in, jar, one.found))
        )

    def _find_replaced(self, sessions: Sequence[NamedSession]) -> dict[str, ReplacedId]:
        """Return the sessions of which a request brings an id that a response had replaced."""
        found = {one.name: self._desk.memory.ids.find_replacing(one.found) for one in sessions}
        return {name: by for name, by in found.items() if by is not None}

    async def _find_unlisted(self, arrival: Arrival) -> frozenset[str]:
        found = [one.name for one in arrival.sessions if await self._is_unlisted(arrival, one)]
        return frozenset(found)

    def _find_first(self, sessions: Sequence[NamedSession]) -> frozenset[str]:
        contents = self._desk.memory.contents
        return frozenset(one.name for one in sessions if contents.get(one.name) is None)

    async def _is_unlisted(self, arrival: Arrival, one: NamedSession) -> bool:
        """Check for an id that no response has set, and of which there is no row or signature.

        What came with a refusal is no session either.
        """
        if one.name in arrival.strange or one.name in arrival.over:
            return False
        if self._desk.memory.contents.get(one.name) is not None or one.name in arrival.rows_gone:
            return False
        if self._desk.answered.refusals.is_nobodys(one.name):
            return True
        if not is_bare(one.found):
            return False
        return arrival.learned_as(one.name) is None and not await self._desk.memory.has_row(
            one.found
        )

    def _find_gone(self, sessions: Sequence[NamedSession], at: Seconds) -> dict[str, GoneRow]:
        """Return the rows that had gone before a request came."""
        found = {one.name: self._desk.find_gone_at(one.name, at) for one in sessions}
        return {name: row for name, row in found.items() if row is not None}

    def _find_learned(
        self,
        jar: Mapping[str, str],
        opened: OpenedJar,
        guesses: Sequence[Decoded],
        browser: str,
    ) -> Sequence[LearnedSession]:
        """Return the learned sessions of a jar.

        One that somebody named is learned at once, and so is a bare id that stands alone.
        """
        learned = self._desk.learner.find(jar, browser)
        if learned:
            return learned
        known = {name for one in (*opened.sessions, *opened.others) for name in one.cookies}
        names = set(self._named)
        if not opened.sessions:
            guessed = {name for one in guesses for name in one.cookies}
            names |= {name for name in guessed if not is_known_other(name)}
        told = {name: jar[name] for name in jar if name in names - known}
        if not told:
            return ()
        company = self._desk.learner.find_company(jar, list(told))
        if opened.sessions:
            company = self._desk.memory.name_of(opened.sessions[0], jar, browser=browser)
        return [self._desk.learner.adopt(company or fingerprint("".join(told.values())), told)]

    def _name_all(
        self,
        opened: OpenedJar,
        jar: Mapping[str, str],
        all_learned: Sequence[LearnedSession],
        browser: str,
    ) -> list[NamedSession]:
        """Return the sessions of a request, each name once."""
        named: dict[str, NamedSession] = {}
        pairs = find_pairs(opened.sessions)
        companies = self._known_companies(opened, jar, pairs, browser)
        for found in longest_first(opened.sessions):
            learned = learned_for(found.cookies, all_learned)
            holder = pairs.get(found.cookies[0], "")
            company = companies.get(holder, "")
            name = self._desk.memory.name_of(
                found, jar, learned=learned, company=company, browser=browser
            )
            if holder:
                companies.setdefault(holder, name)
            if name in named:
                named[name] = named[name].joined_with(found)
            else:
                named[name] = NamedSession(name=name, found=found)
        if not all_learned:
            self._note_company(named, jar)
        for one in all_learned:
            found = opaque_cookies(one, jar)
            if one.name not in named and found.cookies:
                named[one.name] = NamedSession(name=one.name, found=found)
        return list(named.values())

    def _known_companies(
        self, opened: OpenedJar, jar: Mapping[str, str], pairs: Mapping[str, str], browser: str
    ) -> dict[str, str]:
        """Return user to the session of his tokens that came before: a pair is one session."""
        found: dict[str, str] = {}
        for one in opened.sessions:
            value = "".join(jar.get(name, "") for name in one.cookies)
            name = self._desk.memory.known_name(value, browser)
            holder = pairs.get(one.cookies[0], "")
            if holder and name:
                found.setdefault(holder, name)
        return found

    def _note_company(self, named: Mapping[str, NamedSession], jar: Mapping[str, str]) -> None:
        """Remember which cookies came beside a session whose login was not seen."""
        name = next(iter(named), "")
        if name:
            others = [cookie for cookie, value in jar.items() if looks_drawn(value)]
            self._desk.learner.note_company(name, jar, others)

    async def _report_brought(self, arrival: Arrival, one: NamedSession) -> None:
        learned = arrival.learned_as(one.name)
        if learned is not None and learned.ended is not None:
            return  # its end was reported
        if one.name in arrival.over:
            return  # what the app makes of one that is over the answer shows
        is_new = self._desk.memory.contents.get(one.name) is None
        if self._desk.memory.note_clock(one) or is_new:
            await self._report_seen(one, arrival, learned)
        self._desk.report_brought(arrival, one)

    async def _report_seen(
        self, one: NamedSession, arrival: Arrival, learned: LearnedSession | None
    ) -> None:
        self._desk.memory.contents.put(one.name, one.content)
        if is_unreadable(one.found):
            return
        facts = await self._desk.facts_of(one, arrival.at, None, learned)
        self._desk.publish(
            SessionSeen(at=arrival.at, cause=arrival.exchange, session=one.name, facts=facts)
        )

    def _report_equal_names(self, arrival: Arrival, equal: Sequence[EqualCookies]) -> None:
        """Report names that come more than once, the same values once."""
        for one in equal:
            if self._equal.get(one.digest):
                continue
            self._equal.put(one.digest, True)
            holders = (held.name for held in arrival.sessions if one.name in held.found.cookies)
            self._desk.publish(
                EqualCookiesSeen(
                    at=arrival.at,
                    cause=arrival.exchange,
                    session=next(holders, ""),
                    exchange=arrival.exchange,
                    name=one.name,
                    digests=tuple(map(fingerprint, one.values)),
                    reads=one.reads,
                    family=one.family,
                )
            )


def _find_given(arrival: Arrival) -> list[str]:
    """Return what was given to a copy of a session that is over, and comes beside it.

    Nobody can have logged in with it: no form was sent with it.
    """
    is_read = arrival.request.partition(" ")[0] in READING
    found = []
    for learned in arrival.all_learned:
        if not is_read:
            learned.given_to = ""
        if learned.given_to in arrival.over:
            found.append(learned.name)
    return found

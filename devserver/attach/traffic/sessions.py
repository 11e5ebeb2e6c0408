"""Which session each real request was about, known from its cookies alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from session_inspector.devserver.attach.traffic.answers import AnswerReporter
from session_inspector.devserver.attach.traffic.arrival import Arrival, CookieAnswer
from session_inspector.devserver.attach.traffic.arrivals import ArrivalReporter
from session_inspector.devserver.attach.traffic.cookie_scopes import CookieScopes
from session_inspector.devserver.attach.traffic.endings import FindGone, HeldCookies, find_nothing
from session_inspector.devserver.attach.traffic.ends.kept_ids import HasFollowers, KeptIds, has_none
from session_inspector.devserver.attach.traffic.opener import Opener
from session_inspector.devserver.attach.traffic.overlaps import Overlaps
from session_inspector.devserver.attach.traffic.session_memory import (
    ReadRow,
    RowSource,
    SessionMemory,
)
from session_inspector.devserver.attach.traffic.verdicts import SessionDesk
from session_inspector.devserver.cookies.jar import Pairs
from session_inspector.devserver.cookies.set_cookie import SetCookie
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import Seconds


class SessionReporter:
    """Turns jars into events."""

    def __init__(
        self,
        opener: Opener,
        publish: Publish,
        rows: RowSource | None = None,
        *,
        cookies: Sequence[str] = (),
        find_gone: FindGone = find_nothing,
        read_row: ReadRow | None = None,
    ) -> None:
        """`cookies` are names of session cookies that somebody told.

        `find_gone` returns what is known of a session's row that is gone. `read_row` reads a row
        at once; None: no store is watched.
        """
        self.reason_headers = opener.reason_headers
        self._opener = opener
        named = frozenset(cookies)
        self._named = named
        desk = SessionDesk(SessionMemory(rows), publish, find_gone, named)
        self._desk = desk
        self._arrivals = ArrivalReporter(opener, desk, named)
        self._scopes = CookieScopes()
        self._answers = AnswerReporter(opener, desk, named)
        self._overlaps = Overlaps(read_row, publish)
        self._kept_ids = KeptIds(desk.memory, desk.answered, read_row)
        self._answered: dict[str, CookieAnswer] = {}
        """Exchange under way to its answer."""

    async def report_arrival(
        self,
        exchange: str,
        at: Seconds,
        pairs: Pairs,
        request: str = "GET /",
        *,
        is_answered: bool = False,
        host: str = "",
        browser: str = "",
        clock_offset: Seconds = 0.0,
        echoed: Iterable[str] = (),
    ) -> Arrival:
        """Report the sessions that a request brought; `request` is its method and path.

        `is_answered`: its answer has begun by now. `host` is which app was asked, `browser` what
        the client claims to be; `clock_offset` is how far that app's clock is ahead of ours;
        `echoed` are the cookies whose values its headers repeat.
        """
        self._desk.visitors.tokens.note_echoed(host, echoed)
        self._desk.visitors.note_sent(host, (name for name, _ in pairs))
        arrival = await self._arrivals.report(
            exchange, at, pairs, request, host, clock_offset, browser
        )
        await self._overlaps.note_arrival(arrival, is_answered=is_answered)
        return arrival

    async def report_answer(
        self,
        arrival: Arrival,
        at: Seconds,
        cookies: Sequence[SetCookie],
        *,
        status: int = 200,
        is_leaving: bool = False,
        location: str = "",
        clock_offset: Seconds = 0.0,
        asks_other: bool = False,
    ) -> HeldCookies:
        """Report the sessions that a response wrote; returns whose its cookies are.

        `is_leaving`: it redirects to another host; `location`: where to. `asks_other`: it
        asks for another credential than a cookie.
        """
        equal = self._scopes.find_equal(arrival.jar, cookies, arrival.request)
        kept = self._scopes.take(arrival.jar, cookies, arrival.request, at)
        lines = {cookie.name: cookie for cookie in kept if self._may_hold(cookie.name)}
        answer = CookieAnswer(
            arrival=arrival,
            at=at,
            lines=lines,
            status=status,
            is_leaving=is_leaving,
            location=location,
            clock_offset=clock_offset,
            asks_other=asks_other,
            of_login=self._desk.logins.note(lines, location),
            equal=equal,
            beside=self._scopes.find_kept(arrival.jar, kept, arrival.request),
        )
        self._kept_ids.note_answer(answer)
        held = await self._answers.report(answer, kept)
        self._desk.needed.note(answer)
        self._answered[arrival.exchange] = answer
        if not cookies:
            return HeldCookies()
        return held

    async def report_end(
        self, arrival: Arrival, at: Seconds, has_followers: HasFollowers = has_none
    ) -> None:
        """Report what the rows show once a request is over: answered, or given up.

        Frameworks save a row after the head of their answer, and before its last byte.
        `has_followers` returns whether its browser has sent another request by now: what is read
        then may be that one's.
        """
        answer = self._answered.pop(arrival.exchange, None)
        if answer is None:
            self._overlaps.note_end(arrival)
            return
        await self._kept_ids.judge(answer, has_followers)
        await self._overlaps.note_answer(arrival, at)

    def _may_hold(self, name: str) -> bool:
        """Check for a cookie that may be of a session, or that somebody has told to be."""
        return name in self._named or not self._opener.is_beside(name)

"""Reports relayed exchanges to the journal, behind the hot path and in their order.

The proxy only takes notes; a task of the same loop turns them into the events that the lab's own
tap would have published. Where notes come faster than they can be published, whole exchanges are
left out and counted: the app's traffic never waits for us.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from typing import Literal, TypeAlias

from session_inspector.devserver.attach.proxy.address import ProxyAddress
from session_inspector.devserver.attach.proxy.exchange import Exchange
from session_inspector.devserver.attach.proxy.head_texts import (
    BROWSER,
    as_kept,
    asks_other,
    bearer_of,
    echoed_cookies,
    leads_away,
    origin_of,
    path_of,
    read_answer,
    read_lines,
    text_of,
)
from session_inspector.devserver.attach.proxy.headers import values
from session_inspector.devserver.attach.proxy.under_way import UnderWay
from session_inspector.devserver.attach.traffic.app_clocks import AppClocks
from session_inspector.devserver.attach.traffic.arrival import Arrival
from session_inspector.devserver.attach.traffic.endings import HeldCookies, to_max_age
from session_inspector.devserver.attach.traffic.redirects import RedirectedLogins
from session_inspector.devserver.attach.traffic.sessions import SessionReporter
from session_inspector.devserver.cookies.cookie_date import parse_cookie_date
from session_inspector.devserver.cookies.header_text import (
    HeaderTexts,
    measure_cookie_header,
    read_utf8,
)
from session_inspector.devserver.cookies.jar import parse_pairs
from session_inspector.devserver.cookies.lifetimes import is_deleted
from session_inspector.devserver.cookies.set_cookie import parse_set_cookie
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.events.exchange import ExchangeEnded, ExchangeStarted
from session_inspector.devserver.core.events.server import (
    AppAddressSeen,
    ExchangesSkipped,
    UpstreamStateChanged,
)
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.masking import mask_url
from session_inspector.devserver.core.supervision import Supervisor
from session_inspector.devserver.core.values import Seconds, fingerprint
from session_inspector.devserver.web.tap import (
    client_name,
    cookie_set,
    cookies_seen,
)

MOST = 10_000
"""Notes that wait; a browser makes a dozen at once, a load test ten thousand a second."""
BATCH = 50
"""Notes published in one go, before requests have their turn again."""
LONGEST_REASON = 120
"""Characters of a reason that are shown."""
PAUSE = 0.01
"""Seconds between a note and its events: they come in batches, and cost no request its time."""
SESSIONS = "the sessions of requests"
What = Literal["started", "responded", "ended"]
Note: TypeAlias = tuple[What, Exchange]


class ExchangeReporter:
    """The audience of one proxy."""

    def __init__(
        self,
        url: str,
        sessions: SessionReporter,
        clock: Clock,
        publish: Publish,
        *,
        address: ProxyAddress | None = None,
        logins: RedirectedLogins | None = None,
        clocks: AppClocks | None = None,
    ) -> None:
        """`clocks` are those of the apps; None: theirs are ours, as in the lab."""
        self._url = url
        self._address = address
        self._logins = logins
        self._clocks = clocks
        self._sessions = sessions
        self._clock = clock
        self._publish = publish
        self._supervisor = Supervisor(clock, publish)
        self._notes: deque[Note] = deque()
        self.under_way = UnderWay()
        """Requests that have not ended."""
        self._news = asyncio.Event()
        self._publishing = asyncio.Lock()
        self._arrivals: dict[str, Arrival] = {}
        self._names: dict[str, str] = {}
        """Exchange under way to the session it was about."""
        self._timed: set[str] = set()
        """Exchanges under way whose Date was compared with our clock."""
        self._answers: dict[str, HeaderTexts] = {}
        """Exchange under way to the lines of its response."""
        self._skipped: set[str] = set()
        self._skips = 0
        self._upstream: tuple[bool, str] | None = None
        """What was reported of the app: whether it is up, and why not."""

    def lead_to(self, url: str) -> None:
        """Report another app from now on: nothing is known of it yet."""
        self._url = url
        self._upstream = None

    # -- what the proxy calls --------------------------------------------------------------

    def started(self, exchange: Exchange) -> None:
        """Take a note, unless too many wait."""
        self.under_way.start(exchange.name)
        if len(self._notes) > MOST:
            self._skipped.add(exchange.name)
            self._skips += 1
            return
        self._take_note("started", exchange)

    def responded(self, exchange: Exchange) -> None:
        """Take a note."""
        self._take_note("responded", exchange)

    def ended(self, exchange: Exchange) -> None:
        """Take a note."""
        self.under_way.end(exchange.name)
        self._take_note("ended", exchange)
        self._skipped.discard(exchange.name)

    def upstream(self, is_up: bool, reason: str, *, is_unusable: bool = False) -> None:
        """Report when the app goes away, is in other trouble, or comes back."""
        why = reason
        if is_up:
            why = ""
        state = (is_up, why)
        if state == self._upstream:
            return
        self._upstream = state
        self._publish(
            UpstreamStateChanged(
                at=self._clock.now(),
                upstream=self._url,
                is_up=is_up,
                reason=reason,
                is_unusable=is_unusable,
            )
        )

    def _take_note(self, what: What, exchange: Exchange) -> None:
        if not self._skipped or exchange.name not in self._skipped:
            self._notes.append((what, exchange))
            self._news.set()

    # -- what the journal gets -------------------------------------------------------------

    async def run(self) -> None:
        """Publish notes as they come, until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            await asyncio.sleep(PAUSE)
            await self.publish_notes()

    async def publish_notes(self) -> None:
        """Publish all notes that wait now; a second caller waits until that is done."""
        async with self._publishing:
            await self._publish_waiting()

    async def _publish_waiting(self) -> None:
        count = 0
        while self._notes:
            what, exchange = self._notes.popleft()
            try:
                await self._publish_note(what, exchange)
            except Exception as error:  # a supervised watcher: the other notes go on
                self._supervisor.report(SESSIONS, error)
            count += 1
            if count % BATCH == 0:
                await asyncio.sleep(0)
        if self._skips:
            self._publish(ExchangesSkipped(at=self._clock.now(), count=self._skips))
            self._skips = 0

    async def _publish_note(self, what: What, exchange: Exchange) -> None:
        match what:
            case "started":
                await self._publish_start(exchange)
            case "responded":
                await self._publish_cookies(exchange)
            case "ended":
                await self._publish_end(exchange)

    async def _publish_start(self, exchange: Exchange) -> None:
        head = exchange.head
        texts = read_lines(head.lines)
        cookie_line = "; ".join(texts.all(b"cookie"))
        agent = texts.first(b"user-agent")
        browser = texts.first(BROWSER)
        self._publish(
            ExchangeStarted(
                at=exchange.at,
                cause=exchange.name,
                exchange=exchange.name,
                method=head.method.decode("latin-1"),
                path=mask_url(text_of(head.target)),
                client=client_name(browser, agent),
                cookie_bytes=measure_cookie_header(len(cookie_line)),
                cookies=cookies_seen(cookie_line),
                origin=origin_of(head, texts, exchange.scheme),
                bearer=bearer_of(texts),
            )
        )
        pairs = list(parse_pairs(cookie_line))
        self._note_clock(exchange)
        # what follows has one, even where its cookies end the search for sessions
        self._arrivals[exchange.name] = Arrival(
            exchange=exchange.name, at=exchange.at, jar=dict(pairs)
        )
        request = f"{head.method.decode('latin-1')} {path_of(head.target)}"
        arrival = await self._sessions.report_arrival(
            exchange.name,
            exchange.at,
            pairs,
            request,
            is_answered=exchange.response is not None,
            host=_host_of(exchange),
            browser=fingerprint(f"{browser} {agent}"),
            clock_offset=self._clock_offset(exchange),
            echoed=echoed_cookies(texts, pairs),
        )
        self._arrivals[exchange.name] = arrival

    async def _publish_cookies(self, exchange: Exchange) -> None:
        arrival = self._arrivals.get(exchange.name)
        if arrival is None or exchange.response is None:
            return
        at = exchange.responded_at
        texts = read_answer(exchange.response)
        self._answers[exchange.name] = texts
        self._note_clock(exchange)
        sent_at = parse_cookie_date(texts.first(b"date"))
        lines = texts.all(b"set-cookie")
        cookies = [to_max_age(parse_set_cookie(line, sent_at=sent_at), at) for line in lines]
        held = HeldCookies()
        try:
            held = await self._sessions.report_answer(
                arrival,
                at,
                as_kept(cookies, exchange.head.host),
                status=exchange.response.status,
                is_leaving=leads_away(exchange.head.host, texts),
                location=texts.first(b"location"),
                clock_offset=self._clock_offset(exchange),
                asks_other=asks_other(texts),
            )
        except Exception as error:  # as above: the cookies themselves are shown all the same
            self._supervisor.report(SESSIONS, error)
        for cookie in cookies:
            line = cookie_set(at, exchange.name, held.holders.get(cookie.name, ""), cookie)
            self._publish(replace(line, is_emptied=held.is_emptied(cookie)))
        # a login deletes the cookie of its beginning, and sets the one of its session
        kept_first = sorted(cookies, key=lambda cookie: is_deleted(cookie, at))
        written = (held.holders[one.name] for one in kept_first if one.name in held.holders)
        self._names[exchange.name] = next(written, arrival.session)

    def _note_clock(self, exchange: Exchange) -> None:
        """Compare the app's clock with ours, as soon as there is a response, and once.

        What a cache answers (RFC 9111 §5.1) shows nothing.
        """
        if self._clocks is None or exchange.response is None or exchange.name in self._timed:
            return
        self._timed.add(exchange.name)
        texts = read_answer(exchange.response)
        date = parse_cookie_date(texts.first(b"date"))
        if date is not None and not texts.first(b"age"):
            self._clocks.note(_host_of(exchange), date, exchange.at, exchange.responded_at)

    def _clock_offset(self, exchange: Exchange) -> Seconds:
        if self._clocks is None:
            return 0.0
        return self._clocks.offset_of(_host_of(exchange))

    async def _publish_end(self, exchange: Exchange) -> None:
        texts = self._answers.pop(exchange.name, None) or read_answer(exchange.response)
        self._timed.discard(exchange.name)
        location = texts.first(b"location")
        session = await self._pop_session(exchange)
        self._report_login(exchange, session, location)
        auth_reason, auth_meaning = self._find_reason(texts)
        self._publish(
            ExchangeEnded(
                at=exchange.ended_at,
                cause=exchange.name,
                session=session,
                exchange=exchange.name,
                status=exchange.status,
                duration=exchange.duration,
                set_cookies=len(texts.all(b"set-cookie")),
                cache_control=", ".join(texts.all(b"cache-control")),
                location=mask_url(read_utf8(location)),
                expires=texts.first(b"expires"),
                vary=", ".join(texts.all(b"vary")),
                auth_reason=auth_reason,
                auth_meaning=auth_meaning,
                clock_offset=self._clock_offset(exchange),
            )
        )

        self._learn_address(exchange, location)

    def _report_login(self, exchange: Exchange, session: str, location: str) -> None:
        """Report a login that this exchange's redirects begin or end."""
        if self._logins is None:
            return
        self._logins.note_callback(
            exchange.name,
            exchange.ended_at,
            exchange.head.target.decode("latin-1"),
            status=exchange.status,
            session=session,
        )
        self._logins.note_redirect(exchange.name, exchange.ended_at, location)

    def _find_reason(self, texts: HeaderTexts) -> tuple[str, str]:
        """Return why a request is not signed in, by its framework's header, and what it means."""
        for header in self._sessions.reason_headers:
            reason = texts.first(header.name.encode())
            if reason:
                return reason[:LONGEST_REASON], header.explain(reason)
        return "", ""

    def _learn_address(self, exchange: Exchange, location: str) -> None:
        """Report under which name the app has its logins come back, if people open another."""
        if self._address is None or not self._address.learn(location):
            return
        self._publish(
            AppAddressSeen(at=exchange.ended_at, cause=exchange.name, base_url=self._address.url)
        )

    async def _pop_session(self, exchange: Exchange) -> str:
        """Return the session an exchange was about, and forget the exchange."""
        arrival = self._arrivals.pop(exchange.name, None)
        if arrival is not None:
            try:
                await self._sessions.report_end(
                    arrival,
                    exchange.ended_at,
                    has_followers=lambda: has_followers(exchange, self._notes),
                )
            except Exception as error:  # as above: its end is told all the same
                self._supervisor.report(SESSIONS, error)
        written = self._names.pop(exchange.name, None)
        if written is not None:
            return written
        if arrival is None:
            return ""
        return arrival.session


def _host_of(exchange: Exchange) -> str:
    """Return what distinguishes the apps that are watched at once."""
    return exchange.head.host.decode("latin-1")


def has_followers(exchange: Exchange, notes: Iterable[tuple[What, Exchange]]) -> bool:
    """Check whether another request with the same cookies is noted, and not reported yet."""
    cookies = values(exchange.head.lines, b"cookie")
    return any(
        what == "started" and values(one.head.lines, b"cookie") == cookies for what, one in notes
    )

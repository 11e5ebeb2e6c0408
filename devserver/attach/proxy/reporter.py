"""Tells the journal of relayed exchanges, behind the hot path and in their order.

The proxy only takes notes; a task of the same loop turns them into the events that the lab's own
tap would have published. Where notes come faster than they can be told, whole exchanges are left
out and counted: the app's traffic never waits for us.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Literal, TypeAlias

from session_inspector.devserver.attach.proxy.endings import dated
from session_inspector.devserver.attach.proxy.exchange import Exchange
from session_inspector.devserver.attach.proxy.headers import Line
from session_inspector.devserver.attach.proxy.sessions import Sessions, Visit
from session_inspector.devserver.cookies.jar import RequestJar
from session_inspector.devserver.cookies.set_cookie import parse_set_cookie
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.correlation import BROWSER_HEADER
from session_inspector.devserver.core.events.base import CookieSeen
from session_inspector.devserver.core.events.exchange import ExchangeEnded, ExchangeStarted
from session_inspector.devserver.core.events.server import ExchangesSkipped, UpstreamStateChanged
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.web.tap import client_name, cookie_set, mask_url

MOST = 10_000
"""Notes that wait; a browser makes a dozen at once, a load test ten thousand a second."""
BATCH = 50
"""Notes told in one go, before requests have their turn again."""
PAUSE = 0.01
"""Seconds between a note and its events: they come in batches, and cost no request its time."""
What = Literal["started", "responded", "ended"]
Note: TypeAlias = tuple[What, Exchange]


class Reporter:
    """The audience of one proxy."""

    def __init__(self, url: str, sessions: Sessions, clock: Clock, publish: Publish) -> None:
        self._url = url
        self._sessions = sessions
        self._clock = clock
        self._publish = publish
        self._notes: deque[Note] = deque()
        self._news = asyncio.Event()
        self._telling = asyncio.Lock()
        self._visits: dict[str, Visit] = {}
        self._names: dict[str, str] = {}
        """Exchange under way to the session it was about."""
        self._skipped: set[str] = set()
        self._skips = 0
        self._is_up: bool | None = None

    # -- what the proxy says ---------------------------------------------------------------

    def started(self, exchange: Exchange) -> None:
        """Take note, unless too many wait."""
        if len(self._notes) > MOST:
            self._skipped.add(exchange.name)
            self._skips += 1
            return
        self._note("started", exchange)

    def responded(self, exchange: Exchange) -> None:
        """Take note."""
        self._note("responded", exchange)

    def ended(self, exchange: Exchange) -> None:
        """Take note."""
        self._note("ended", exchange)
        self._skipped.discard(exchange.name)

    def upstream(self, is_up: bool, reason: str) -> None:
        """Tell when the app goes away or comes back."""
        if is_up == self._is_up:
            return
        self._is_up = is_up
        self._publish(
            UpstreamStateChanged(
                at=self._clock.now(), upstream=self._url, is_up=is_up, reason=reason
            )
        )

    def _note(self, what: What, exchange: Exchange) -> None:
        if not self._skipped or exchange.name not in self._skipped:
            self._notes.append((what, exchange))
            self._news.set()

    # -- what the journal hears ------------------------------------------------------------

    async def run(self) -> None:
        """Tell what was noted, until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            await asyncio.sleep(PAUSE)
            await self.tell()

    async def tell(self) -> None:
        """Tell all that waits now; a second caller waits until it is told."""
        async with self._telling:
            await self._tell()

    async def _tell(self) -> None:
        told = 0
        while self._notes:
            what, exchange = self._notes.popleft()
            match what:
                case "started":
                    await self._started(exchange)
                case "responded":
                    await self._responded(exchange)
                case "ended":
                    self._ended(exchange)
            told += 1
            if told % BATCH == 0:
                await asyncio.sleep(0)
        if self._skips:
            self._publish(ExchangesSkipped(at=self._clock.now(), count=self._skips))
            self._skips = 0

    async def _started(self, exchange: Exchange) -> None:
        head = exchange.head
        line = "; ".join(_texts(head.lines, b"cookie"))
        pairs = [pair.strip().partition("=") for pair in line.split(";") if pair.strip()]
        agent = (_texts(head.lines, b"user-agent") or [""])[0]
        browser = (_texts(head.lines, BROWSER_HEADER.encode()) or [""])[0]
        self._publish(
            ExchangeStarted(
                at=exchange.at,
                cause=exchange.name,
                exchange=exchange.name,
                method=head.method.decode("latin-1"),
                path=mask_url(head.target.decode("latin-1")),
                client=client_name(browser, agent),
                cookie_bytes=len(line),
                cookies=tuple(CookieSeen(name=n, size=len(value)) for n, _, value in pairs),
            )
        )
        jar = dict(RequestJar.parse(line).items()) if line else {}
        visit = await self._sessions.arrived(exchange.name, exchange.at, jar)
        self._visits[exchange.name] = visit

    async def _responded(self, exchange: Exchange) -> None:
        visit = self._visits.get(exchange.name)
        if visit is None or exchange.response is None:
            return
        at = exchange.responded_at
        lines = _texts(exchange.response.lines, b"set-cookie")
        cookies = [dated(parse_set_cookie(line), at) for line in lines]
        holders = await self._sessions.answered(visit, at, cookies)
        for cookie in cookies:
            self._publish(cookie_set(at, exchange.name, holders.get(cookie.name, ""), cookie))
        written = [holders[cookie.name] for cookie in cookies if cookie.name in holders]
        self._names[exchange.name] = written[0] if written else visit.session

    def _ended(self, exchange: Exchange) -> None:
        lines: Sequence[Line] = exchange.response.lines if exchange.response else ()
        visit = self._visits.pop(exchange.name, None)
        name = self._names.pop(exchange.name, visit.session if visit else "")
        self._publish(
            ExchangeEnded(
                at=exchange.ended_at,
                cause=exchange.name,
                session=name,
                exchange=exchange.name,
                status=exchange.status,
                duration=exchange.duration,
                set_cookies=len(_texts(lines, b"set-cookie")),
                cache_control=", ".join(_texts(lines, b"cache-control")),
                location=mask_url("".join(_texts(lines, b"location")[:1])),
            )
        )


def _texts(lines: Sequence[Line], name: bytes) -> list[str]:
    return [line.value.decode("latin-1") for line in lines if line.name == name]

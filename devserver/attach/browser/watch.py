"""Watches one real browser: starts or joins it, publishes what it does, and finds it again.

A jar wakes nobody when a script writes into it: it is read after each response, and every second.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from session_inspector.devserver.attach.browser.chromium.browser import ChromiumBrowser
from session_inspector.devserver.attach.browser.crossings import Crossings
from session_inspector.devserver.attach.browser.firefox import FirefoxBrowser
from session_inspector.devserver.attach.browser.launching import AFTER_OTHERS, LaunchedBrowser
from session_inspector.devserver.attach.browser.observed import Hop, Issue, RealBrowser
from session_inspector.devserver.attach.browser.origins import Origins
from session_inspector.devserver.attach.browser.reasons import explain
from session_inspector.devserver.attach.browser.verdicts import (
    is_unclear,
    judge_hop,
    list_since,
)
from session_inspector.devserver.attach.browser.wish import BrowserWish, find_endpoint
from session_inspector.devserver.cookies.browsers.rules import BrowserName
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import BrowserRefused, BrowserUnavailable
from session_inspector.devserver.core.events.browser import (
    BrowserStateChanged,
    CookieIssueSeen,
    CookiesNotSent,
    HeldCookie,
    JarSeen,
    WatchState,
)
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.masking import mask_url
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.web.urgency import Urgency

EVERY: Seconds = 1.0
"""Between two looks into the jar when nothing happens."""
PACE: Seconds = 0.1
"""Between two looks at least: a busy page makes hundreds of requests a second."""
AGAIN: Seconds = 1.0
"""Until a browser that is away is looked for again; twice as long each time it is in vain."""
LONGEST: Seconds = 30.0
MOST = 5_000
"""Responses that wait to be judged; more are not judged, only shown."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A response that is to be judged."""

    hop: Hop
    exchange: str
    before: Sequence[HeldCookie]
    """The jar as it was when it came, or earlier."""


class BrowserWatch:
    """One browser; it lives in the server's loop."""

    def __init__(
        self,
        wish: BrowserWish,
        url: str,
        origins: Origins,
        clock: Clock,
        publish: Publish,
        urgency: Urgency | None = None,
    ) -> None:
        """While something is urgent, the browser's messages wait."""
        self._wish = wish
        self._urgency = urgency or Urgency()
        self._url = url
        self.origins = origins
        """What is watched."""
        self._clock = clock
        self._publish = publish
        self.report_exchange: Callable[[Hop], str] | None = None
        """Reports an exchange and returns its name; None: a proxy does."""
        self._hops: deque[tuple[Hop, str]] = deque(maxlen=MOST)
        self._unclear: list[_Waiting] = []
        """Those whose cookies were not in the jar: judged at the next look, whatever it shows."""
        self._news = asyncio.Event()
        self._reopened = asyncio.Event()
        self._name = wish.installed.name if wish.installed else "the browser"
        self._state: tuple[WatchState, str] | None = None
        self._jar: JarSeen | None = None
        self._crossings = Crossings()
        self.rules: BrowserName = "Chrome"
        """Whose rules the browser follows."""
        self._launched: LaunchedBrowser | None = None
        self.browser: RealBrowser | None = None
        """None: it is away."""

    # -- what the browser tells ------------------------------------------------------------

    def saw_hop(self, hop: Hop) -> None:
        """Take a response; it is judged when the jar has been read."""
        exchange = ""
        if self.report_exchange is not None:
            exchange = self.report_exchange(hop)
        self._hops.append((hop, exchange))
        self._news.set()

    def saw_issue(self, issue: Issue) -> None:
        """Publish a warning in words."""
        why, fix = explain(issue.reasons)
        self._publish(
            CookieIssueSeen(
                at=self._clock.now(),
                browser=self._name,
                name=issue.name,
                url=_without_query(issue.url),
                code=", ".join(issue.reasons),
                why="; ".join(why),
                fix=fix,
                is_warning=issue.is_warning,
            )
        )

    @property
    def process_id(self) -> int:
        """The browser that we started, which leads a process group; 0: there is none."""
        if self._launched is None:
            return 0
        return self._launched.process_id

    async def open(self, url: str) -> None:
        """Open a page. Raises: BrowserUnavailable, BrowserRefused."""
        if self.browser is None:
            raise BrowserUnavailable("no browser is there")
        await self.browser.open(url)

    @property
    def page_url(self) -> str:
        """The page that was opened in it."""
        return self._url

    def look_again(self) -> None:
        """Read the jar at once: it was changed."""
        self._news.set()

    def widen(self, url: str) -> None:
        """Watch one origin more: the app goes by another name. Raises: InputError."""
        if not self.origins.has(url):
            self.origins.add(url)
            self.tell_again()

    def tell_again(self) -> None:
        """Publish state and jar anew: somebody else's were shown meanwhile."""
        if self._state is None:
            return
        state, reason = self._state
        self._state = None
        self._jar = None
        gives_reasons = self.browser is None or self.browser.gives_reasons
        self._tell(state, reason, gives_reasons=gives_reasons)
        self._news.set()

    def reopen(self) -> None:
        """Open a browser again that a person has closed."""
        self._reopened.set()

    # -- its life --------------------------------------------------------------------------

    async def run(self) -> None:
        """Watch until cancelled; a browser that goes away is a state, and is looked for again."""
        pause = AGAIN
        while True:
            self._tell("starting")
            reason = ""
            is_closed = False
            try:
                is_closed = await self._watch_once()
                reason = "it was closed"
                pause = AGAIN
            except (BrowserUnavailable, BrowserRefused) as error:
                reason = error.message
            if is_closed:
                await self._wait_reopened()
            else:
                self._tell("lost", reason)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST)

    async def _wait_reopened(self) -> None:
        self._tell("closed", "a person closed it")
        self._reopened.clear()
        await self._reopened.wait()

    async def _watch_once(self) -> bool:
        """Watch one life of the browser; returns whether a person has ended it."""
        if self._wish.installed is None:
            engine, endpoint = await find_endpoint(self._wish)
            await self._watch_at(engine, endpoint, is_own=False)
            return False
        launched = LaunchedBrowser(
            self._wish.installed,
            is_headless=self._wish.is_headless,
            hosts=self._wish.hosts,
            nice=AFTER_OTHERS,
        )
        self._launched = launched
        try:
            endpoint = await launched.start()
            await self._watch_at(self._wish.installed.engine, endpoint, is_own=True)
            return await launched.was_closed() and not self._wish.is_headless
        finally:
            self._launched = None
            await asyncio.shield(launched.close())

    async def _watch_at(self, engine: str, endpoint: str, *, is_own: bool) -> None:
        kind: type[ChromiumBrowser] | type[FirefoxBrowser] = ChromiumBrowser
        self.rules = "Chrome"
        if engine == "firefox":
            kind = FirefoxBrowser
            self.rules = "Firefox"
        browser: RealBrowser = await kind.connect(
            endpoint,
            self.origins,
            self,
            is_own=is_own,
            is_timed=self.report_exchange is not None,
            urgency=self._urgency,
        )
        try:
            await browser.watch(self._url)
            self.browser = browser
            self._name = browser.version
            self._jar = None
            self._tell("watching", gives_reasons=browser.gives_reasons)
            await self._follow(browser)
        finally:
            self.browser = None
            await browser.close()

    def _tell(self, state: WatchState, reason: str = "", *, gives_reasons: bool = True) -> None:
        if self._state == (state, reason) or (state == "starting" and self._state is not None):
            return
        self._state = (state, reason)
        self._publish(
            BrowserStateChanged(
                at=self._clock.now(),
                browser=self._name,
                state=state,
                reason=reason,
                origins=self.origins.names,
                gives_reasons=gives_reasons,
                has_window=not self._wish.is_headless,
            )
        )

    # -- its jar ---------------------------------------------------------------------------

    async def _follow(self, browser: RealBrowser) -> None:
        closed = asyncio.ensure_future(browser.wait_closed())
        try:
            while not closed.done():
                await _wait_for_either(closed, self._news)
                if not closed.done():
                    await self._look(browser)
                    await asyncio.wait({closed}, timeout=PACE)
        finally:
            closed.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await closed

    async def _look(self, browser: RealBrowser) -> None:
        """Read the jar, judge what has come since the last look, and publish what changed."""
        hops = list(self._hops)
        self._hops.clear()
        jar = await browser.read_jar()
        before = self._jar.cookies if self._jar else ()
        self._publish_verdicts(hops, jar, before)
        for hop, exchange in hops:
            self._publish_unsent(hop, exchange, jar, before)
        await self._publish_jar(browser, jar)

    def _publish_verdicts(
        self,
        hops: list[tuple[Hop, str]],
        jar: Sequence[HeldCookie],
        before: Sequence[HeldCookie],
    ) -> None:
        """Judge each line; what is not in the jar waits for one look more.

        A response that was not read yet may have replaced it, and its own cookie may come late.
        """
        now = self._clock.now()
        known = len(self._unclear)
        judging = [*self._unclear, *(_Waiting(hop, exchange, before) for hop, exchange in hops)]
        later = [hop for hop, _ in self._hops]
        since = list_since([*(one.hop for one in judging), *later])
        self._unclear = []
        for number, one in enumerate(judging):
            seen = since[number]
            is_new = number >= known
            if is_new and is_unclear(one.hop, jar, self.rules, since=seen, now=now):
                self._unclear.append(one)
                continue
            for judged in judge_hop(
                one.hop,
                jar,
                self.rules,
                browser=self._name,
                since=seen,
                before=one.before,
                now=now,
            ):
                self._publish(replace(judged, cause=one.exchange))

    def _publish_unsent(
        self, hop: Hop, exchange: str, jar: Sequence[HeldCookie], before: Sequence[HeldCookie]
    ) -> None:
        """Publish what was not sent; the same again is no news."""
        unsent = self._crossings.find_news(hop, jar, before)
        self._crossings.note(hop)
        if not unsent:
            return
        self._publish(
            CookiesNotSent(
                at=self._clock.now(),
                cause=exchange,
                browser=self._name,
                method=hop.method,
                url=_without_query(hop.url),
                cookies=unsent,
                top=hop.top,
            )
        )

    async def _publish_jar(self, browser: RealBrowser, jar: Sequence[HeldCookie]) -> None:
        page, readable = await browser.read_document_cookie()
        event = JarSeen(
            at=0,
            browser=self._name,
            cookies=tuple(sorted(jar, key=_order)),
            page=page,
            readable=readable,
            equal_names=_find_equal_names(jar),
        )
        if event == self._jar:
            return
        self._jar = event
        self._publish(replace(event, at=self._clock.now()))


async def _wait_for_either(closed: asyncio.Future[None], news: asyncio.Event) -> None:
    """Wait until a browser has gone, until there is news, or for a while."""
    waking = asyncio.ensure_future(news.wait())
    either: set[asyncio.Future[None] | asyncio.Task[Literal[True]]] = {closed, waking}
    try:
        await asyncio.wait(either, timeout=EVERY, return_when="FIRST_COMPLETED")
    finally:
        waking.cancel()
    news.clear()


def _order(cookie: HeldCookie) -> tuple[str, ...]:
    return cookie.domain, cookie.name, cookie.path, cookie.partition


def _find_equal_names(jar: Sequence[HeldCookie]) -> tuple[str, ...]:
    """Return names that a server may get twice: of one site, with other paths or domains."""
    counts = Counter((cookie.name, cookie.partition) for cookie in jar)
    return tuple(sorted({name for (name, _), number in counts.items() if number > 1}))


def _without_query(url: str) -> str:
    return mask_url(url.partition("?")[0])

"""A real browser for a scenario of the lab: its own, without a window, gone when it is over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import count

from session_inspector.devserver.attach.browser.exchanges import BrowserExchanges
from session_inspector.devserver.attach.browser.opening import BrowserOpener, find_wish, show_again
from session_inspector.devserver.attach.browser.origins import Origins
from session_inspector.devserver.attach.browser.watch import BrowserWatch
from session_inspector.devserver.attach.browser.wish import BrowserWish
from session_inspector.devserver.attach.proxy.reporter import ExchangeReporter
from session_inspector.devserver.attach.traffic.opener import Opener
from session_inspector.devserver.attach.traffic.sessions import SessionReporter
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import BrowserUnavailable
from session_inspector.devserver.core.events.browser import BrowserStateChanged
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.decoders.registry import load_decoders
from session_inspector.devserver.host import RunningLab
from session_inspector.devserver.lab.scenario_context import ScenarioBrowser

BLANK = "about:blank"
START_SECONDS = 90.0
"""Until a browser is watched; a busy machine takes its time."""
OVER = "the scenario is over"


class ScenarioBrowsers:
    """Opens them one after the other; their exchanges are `b1`, `b2`, …, beside the lab's own."""

    def __init__(
        self,
        clock: Clock,
        publish: Publish,
        env: Mapping[str, str],
        *,
        after: Callable[[], None] = lambda: None,
    ) -> None:
        """`after` is called when one is gone: another one may be watched here."""
        self._clock = clock
        self._publish = publish
        self._env = env
        self._after = after
        self._names = (f"b{number}" for number in count(1))

    def open(
        self, name: str, urls: Sequence[str], hosts: Sequence[str]
    ) -> AbstractAsyncContextManager[ScenarioBrowser]:
        """Open a browser that is watched on these URLs. Raises: InputError without one."""
        wish = replace(find_wish(name, urls[0], self._env), is_headless=True, hosts=tuple(hosts))
        return self._watch(wish, urls)

    @asynccontextmanager
    async def _watch(
        self, wish: BrowserWish, urls: Sequence[str]
    ) -> AsyncIterator[ScenarioBrowser]:
        opener = Opener(load_decoders(), (), self._clock)
        reporter = ExchangeReporter(
            urls[0], SessionReporter(opener, self._publish), self._clock, self._publish
        )
        watched = _WatchedBrowser(wish, urls, self._clock, self._publish)
        watched.watch.report_exchange = BrowserExchanges(reporter, self._clock, self._names).report
        tasks = [asyncio.ensure_future(work()) for work in (watched.watch.run, reporter.run)]
        try:
            await watched.wait()
            yield watched
            await reporter.publish_notes()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            opener.close()
            watched.report_end()
            self._after()


def offer_to_scenarios(
    lab: RunningLab, env: Mapping[str, str], opener: BrowserOpener
) -> ScenarioBrowsers:
    """Let the lab's scenarios open a real browser beside the one that a key opens."""
    browsers = ScenarioBrowsers(lab.clock, lab.publish, env, after=lambda: show_again(opener))
    lab.scenarios.open_browser = browsers.open
    return browsers


class _WatchedBrowser:
    """A watch that can be waited for."""

    def __init__(
        self, wish: BrowserWish, urls: Sequence[str], clock: Clock, publish: Publish
    ) -> None:
        self.version = ""
        self._clock = clock
        self._publish = publish
        self._states: asyncio.Queue[BrowserStateChanged] = asyncio.Queue()
        self.watch = BrowserWatch(wish, BLANK, Origins(urls), clock, self._hear)

    async def open(self, url: str) -> None:
        """Open a page in a tab of its own. Raises: BrowserUnavailable, BrowserRefused."""
        await self.watch.open(url)

    async def wait(self) -> None:
        """Wait until it is watched. Raises: BrowserUnavailable, with its reason."""
        try:
            async with asyncio.timeout(START_SECONDS):
                state = await self._states.get()
                while state.state == "starting":
                    state = await self._states.get()
        except TimeoutError as error:
            raise BrowserUnavailable("the browser does not start") from error
        if state.state != "watching":
            raise BrowserUnavailable(state.reason)
        self.version = state.browser

    def report_end(self) -> None:
        """Publish that it is gone."""
        self._publish(
            BrowserStateChanged(
                at=self._clock.now(),
                browser=self.version or "the browser",
                state="closed",
                reason=OVER,
                is_over=True,
            )
        )

    def _hear(self, event: Event) -> None:
        if isinstance(event, BrowserStateChanged):
            self._states.put_nowait(event)
        self._publish(event)

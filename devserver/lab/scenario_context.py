"""What a scenario works with: browsers, the lab behind them, and the events since it began."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

import httpx

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.events.base import TimerName
from session_inspector.devserver.core.events.exchange import ExchangeStarted
from session_inspector.devserver.core.events.server import ScenarioTold
from session_inspector.devserver.core.events.session import SessionWritten
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.journal import Journal, Publish
from session_inspector.devserver.lab.browser import Browser
from session_inspector.devserver.lab.browsers import LAB, Browsers
from session_inspector.devserver.lab.demo import Wait
from session_inspector.devserver.lab.provider_control import ProviderControl
from session_inspector.devserver.lab.stacks import Stacks

T = TypeVar("T", bound=Event)
PATIENCE = 10.0
"""Seconds a step may take."""
BROWSER_PATIENCE = 40.0
"""Seconds a step of a real browser may take."""
NO_REAL_BROWSER = "no real browser can be opened from here: session-inspector scenario can"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How a scenario ended."""

    is_ok: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioParts:
    """The parts of the lab that scenarios use."""

    browsers: Browsers
    stacks: Stacks
    provider: ProviderControl
    secret: str
    """The settings' own session secret."""
    waits: dict[str, Wait]
    """Where requests to /api/slow wait, by name."""
    clock: Clock
    publish: Publish
    journal: Journal


class ScenarioBrowser(Protocol):
    """A real browser that is watched while a scenario is played."""

    @property
    def version(self) -> str:
        """`Chromium 156`."""
        ...

    async def open(self, url: str) -> None:
        """Open a page in a tab of its own. Raises: InspectorError."""
        ...


class OpenScenarioBrowser(Protocol):
    """Who opens a real browser for a scenario."""

    def __call__(
        self, name: str, urls: Sequence[str], hosts: Sequence[str]
    ) -> AbstractAsyncContextManager[ScenarioBrowser]:
        """Open and watch it on these URLs; `hosts` are names that it takes for this machine.

        Raises: InspectorError when it is not there, or does not start.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserToUse:
    """Which real browser a scenario gets."""

    open: OpenScenarioBrowser | None = None
    """None: nobody here can open one."""
    name: str = ""
    """As the command names it; empty: the first that is installed."""


class ScenarioContext:
    """The lab as one scenario sees it."""

    def __init__(
        self,
        parts: ScenarioParts,
        *,
        scenario: str,
        cause: str,
        browser: BrowserToUse | None = None,
    ) -> None:
        self._browser = browser or BrowserToUse()
        self.browsers = parts.browsers
        self.stacks = parts.stacks
        self.provider = parts.provider
        self.secret = parts.secret
        self._parts = parts
        self._scenario = scenario
        self._cause = cause
        self._first = parts.journal.last

    @property
    def host(self) -> str:
        """The host of the demo app."""
        return urlsplit(self.browsers.base_url).hostname or ""

    def report(self, text: str, *, is_ok: bool = True, is_verdict: bool = False) -> None:
        """Publish a step that was done, or the verdict."""
        self._parts.publish(
            ScenarioTold(
                at=self._parts.clock.now(),
                cause=self._cause,
                scenario=self._scenario,
                text=text,
                is_ok=is_ok,
                is_verdict=is_verdict,
            )
        )

    async def login(self, user: str = "local|alice") -> Browser:
        """Return a browser that is logged in. Raises: InspectorError."""
        browser = await self.browsers.open_logged_in(user)
        self.report(f"{browser.name} logged in")
        return browser

    async def expire(self, session: str, clock: TimerName) -> None:
        """Put one clock of a session into the past and report it. Raises: InspectorError."""
        administration = self.stacks.current.admin
        self.report(await administration.expire(session, clock, cause=self._cause))

    def events_of(self, kind: type[T]) -> list[T]:
        """Return the events of a kind since the scenario began."""
        events, _ = self._parts.journal.since(self._first)
        return [event for event in events if isinstance(event, kind)]

    async def wait_for(self, kind: type[T], is_wanted: Callable[[T], bool], what: str) -> T:
        """Return the first event of a kind that is wanted, once it is there.

        Raises: InspectorError, which names `what` was waited for.
        """
        loop = asyncio.get_running_loop()
        news = asyncio.Event()

        def wake() -> None:
            loop.call_soon_threadsafe(news.set)

        stop = self._parts.journal.on_change(wake)
        try:
            async with asyncio.timeout(BROWSER_PATIENCE):
                while True:
                    news.clear()
                    found = next(filter(is_wanted, self.events_of(kind)), None)
                    if found is not None:
                        return found
                    await news.wait()
        except TimeoutError as error:
            raise InspectorError(f"{what} was not seen in {BROWSER_PATIENCE:.0f} s") from error
        finally:
            stop()

    @asynccontextmanager
    async def real_browser(
        self, urls: Sequence[str], hosts: Sequence[str] = ()
    ) -> AsyncIterator[ScenarioBrowser]:
        """Open a real browser that is watched on these URLs. Raises: InspectorError."""
        if self._browser.open is None:
            raise InspectorError(NO_REAL_BROWSER)
        async with self._browser.open(self._browser.name, urls, hosts) as browser:
            self.report(f"{browser.version} is open, with a profile of its own")
            yield browser

    def session_of(self, browser: Browser) -> str:
        """Return the session a browser was given last. Raises: InspectorError when none."""
        client = f"{LAB}{browser.name}"
        started = self.events_of(ExchangeStarted)
        exchanges = {event.exchange for event in started if event.client == client}
        written = [event for event in self.events_of(SessionWritten) if event.cause in exchanges]
        if not written:
            raise InspectorError(f"{browser.name} was given no session")
        return written[-1].session

    @contextmanager
    def hold_requests(self, name: str) -> Iterator[Wait]:
        """Hold requests to /api/slow?wait=NAME until they may go on."""
        wait = Wait()
        self._parts.waits[name] = wait
        try:
            yield wait
        finally:
            wait.go_on.set()
            del self._parts.waits[name]


async def gather_responses(*visits: asyncio.Future[httpx.Response]) -> list[httpx.Response]:
    """Return the responses of visits that run beside each other. Raises: InspectorError."""
    try:
        return list(await asyncio.wait_for(asyncio.gather(*visits), PATIENCE))
    except TimeoutError as error:
        raise InspectorError(f"the server did not answer in {PATIENCE:.0f} s") from error


async def wait_for_arrival(wait: Wait) -> None:
    """Wait until a request has arrived where it is held. Raises: InspectorError."""
    try:
        await asyncio.wait_for(wait.arrived.wait(), PATIENCE)
    except TimeoutError as error:
        raise InspectorError("the slow request never arrived") from error

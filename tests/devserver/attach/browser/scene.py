"""A real browser that is watched, a server of cookies, and what was published."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest

from session_inspector.devserver.attach.browser.finding import find_browser
from session_inspector.devserver.attach.browser.observed import Hop
from session_inspector.devserver.attach.browser.origins import Origins
from session_inspector.devserver.attach.browser.watch import BrowserWatch
from session_inspector.devserver.attach.browser.wish import BrowserWish
from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.events.browser import CookieJudged, JarSeen
from session_inspector.devserver.core.events.union import Event
from tests.devserver.cookies.browsers.places import CookieServer
from tests.servers import binary
from tests.waiting import PATIENCE

T = TypeVar("T")
COMMANDS = {"chromium": "chromium", "firefox": "firefox-esr"}


@dataclass
class Scene:
    """One browser on one server."""

    server: CookieServer
    watch: BrowserWatch
    running: asyncio.Future[None]
    heard: list[Event] = field(default_factory=list)
    hops: list[Hop] = field(default_factory=list)

    async def until(self, look: Callable[[], T]) -> T:
        """Return the first true answer; it is asked after each event."""
        loop = asyncio.get_running_loop()
        end = loop.time() + PATIENCE
        while not (found := look()):
            assert loop.time() < end, f"it never came; heard: {self.heard[-5:]}"
            assert not self.running.done(), self.running
            await asyncio.sleep(0.02)  # another process goes on in real time
        return found

    async def evaluates(self, origin: str, expression: str, wanted: object) -> None:
        """Wait until a page says so: what is cleared in the browser reaches its pages later."""
        found: object = None
        for _ in range(round(PATIENCE / 0.02)):
            assert self.watch.browser is not None
            found = await self.watch.browser.evaluate(origin, expression)
            if found == wanted:
                return
            await asyncio.sleep(0.02)  # another process goes on in real time
        raise AssertionError(f"{expression} is {found!r}, not {wanted!r}")

    def all_of(self, kind: type[T]) -> list[T]:
        return [event for event in self.heard if isinstance(event, kind)]

    async def judged(self, name: str) -> CookieJudged:
        def look() -> list[CookieJudged]:
            return [one for one in self.all_of(CookieJudged) if one.name == name]

        return (await self.until(look))[-1]

    async def jar(self, is_wanted: Callable[[JarSeen], bool]) -> JarSeen:
        def look() -> list[JarSeen]:
            return [one for one in self.all_of(JarSeen) if is_wanted(one)]

        return (await self.until(look))[-1]


def note_hops(watch: BrowserWatch) -> list[Hop]:
    """Return a list that gets what the browser is seen to do."""
    hops: list[Hop] = []

    def note(hop: Hop) -> str:
        hops.append(hop)
        return ""

    watch.report_exchange = note
    return hops


def wish_for(name: str) -> BrowserWish:
    binary(COMMANDS[name])
    pytest.importorskip("websockets")
    installed = find_browser(name, sys.platform, os.environ)
    return BrowserWish(installed=installed, is_headless=True)


@asynccontextmanager
async def watching(
    name: str, tmp_path: Path, lines: dict[str, list[str]], *, host: str = "localhost"
) -> AsyncIterator[Scene]:
    """Watch a browser on `/`, of a server that sets these lines, by target."""
    server = CookieServer()
    await server.start(tmp_path)
    server.lines.update(lines)
    url = server.url("http", host, "/")
    heard: list[Event] = []
    watch = BrowserWatch(wish_for(name), url, Origins([url]), SystemClock(), heard.append)
    hops = note_hops(watch)
    running = asyncio.ensure_future(watch.run())
    try:
        yield Scene(server, watch, running, heard, hops)
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await server.stop()

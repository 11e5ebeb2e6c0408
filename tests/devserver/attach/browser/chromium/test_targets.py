"""In a Chromium that runs already, every tab of the origins asked for is watched, and no other."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from session_inspector.devserver.attach.browser.connection import BrowserConnection
from session_inspector.devserver.attach.browser.finding import find_browser
from session_inspector.devserver.attach.browser.launching import LaunchedBrowser
from session_inspector.devserver.attach.browser.origins import Origins
from session_inspector.devserver.attach.browser.watch import BrowserWatch
from session_inspector.devserver.attach.browser.wish import BrowserWish
from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.events.union import Event
from tests.devserver.attach.browser.scene import Scene, note_hops
from tests.devserver.cookies.browsers.places import CookieServer
from tests.servers import binary


class Person:
    """Somebody who uses the browser by hand."""

    def __init__(self, connection: BrowserConnection) -> None:
        self._connection = connection

    async def open(self, url: str) -> str:
        made = await self._connection.call("Target.createTarget", {"url": url})
        params = {"targetId": made["targetId"], "flatten": True}
        return str((await self._connection.call("Target.attachToTarget", params))["sessionId"])

    async def go(self, tab: str, url: str) -> None:
        await self._connection.call("Page.navigate", {"url": url}, tab)


@pytest.fixture
async def joined(tmp_path: Path) -> AsyncIterator[tuple[Scene, Person]]:
    """A browser of somebody else, joined and watched on localhost."""
    binary("chromium")
    pytest.importorskip("websockets")
    server = CookieServer()
    await server.start(tmp_path)
    launched = LaunchedBrowser(find_browser("chromium", sys.platform, os.environ), is_headless=True)
    endpoint = await launched.start()
    person = Person(await BrowserConnection.open(endpoint, lambda *event: None))
    url = server.url("http", "localhost", "/")
    heard: list[Event] = []
    wish = BrowserWish(socket=endpoint)
    watch = BrowserWatch(wish, url, Origins([url]), SystemClock(), heard.append)
    hops = note_hops(watch)
    running = asyncio.ensure_future(watch.run())
    try:
        yield Scene(server, watch, running, heard, hops), person
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await person._connection.close()
        await launched.close()
        await server.stop()


async def test_tabs_that_a_person_opens_are_watched_while_they_show_the_origin(
    joined: tuple[Scene, Person],
) -> None:
    scene, person = joined
    server = scene.server
    await scene.until(lambda: scene.watch.browser)
    other = await person.open(server.url("http", "127.0.0.1", "/private"))
    tab = await person.open(server.url("http", "localhost", "/tab"))
    paths = iter(range(1000))

    async def visit(host: str) -> str:
        path = f"/visit{next(paths)}"
        await person.go(tab, server.url("http", host, path))
        await scene.until(lambda: path in server.asked)
        return path

    async def is_seen(host: str) -> bool:
        path = await visit(host)
        await asyncio.sleep(0.3)  # another process goes on in real time
        return any(hop.url.endswith(path) for hop in scene.hops)

    for _ in range(60):
        if await is_seen("localhost"):
            break
    else:
        pytest.fail("the tab is not watched")
    assert not await is_seen("127.0.0.1")
    await person.go(other, server.url("http", "127.0.0.1", "/private2"))
    await scene.until(lambda: "/private2" in server.asked)
    for _ in range(60):
        if await is_seen("localhost"):
            break
    else:
        pytest.fail("it is not watched again when it comes back")
    assert not [hop.url for hop in scene.hops if "127.0.0.1" in hop.url]
    assert "private" not in repr(scene.heard)

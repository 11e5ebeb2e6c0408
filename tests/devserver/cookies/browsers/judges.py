"""Real browsers as judges: they load a page, alone or in a frame, and show their jar."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from typing import Protocol

from session_inspector.devserver.attach.browser.answers import (
    number_in,
    object_in,
    objects_in,
    switch_in,
    text_in,
    texts_in,
)
from session_inspector.devserver.attach.browser.connection import BrowserConnection
from session_inspector.devserver.attach.browser.finding import find_browser
from session_inspector.devserver.attach.browser.launching import LaunchedBrowser
from session_inspector.devserver.cookies.browsers.rules import BrowserName
from session_inspector.devserver.core.values import JsonObject

FRAME = """new Promise((done) => {
  const frame = document.createElement("iframe");
  frame.onload = () => { frame.remove(); done(1); };
  frame.src = URL;
  document.body.append(frame);
})"""


@dataclass(frozen=True, slots=True, kw_only=True)
class JarCookie:
    """A cookie that a real browser holds."""

    name: str
    value: str
    domain: str
    """With a dot before it: hosts below get it as well."""
    path: str
    ends: float | None
    is_secure: bool
    is_partitioned: bool


class Judge(Protocol):
    """A real browser under remote control."""

    reasons: dict[str, list[str]]
    """By Set-Cookie line: why it was dropped, in the browser's word; Firefox has none."""

    version: str
    """As people know it: `Chromium 156`."""

    async def open(self) -> None: ...

    async def show(self, url: str) -> None: ...

    async def frame(self, url: str) -> None: ...

    async def cookies(self) -> list[JarCookie]: ...

    async def clear(self) -> None: ...

    async def close(self) -> None: ...


class ChromiumJudge:
    """Chromium, over the DevTools Protocol."""

    def __init__(self) -> None:
        installed = find_browser("chromium", sys.platform, os.environ)
        flags = ["--host-resolver-rules=MAP * 127.0.0.1", "--ignore-certificate-errors"]
        self._browser = LaunchedBrowser(installed, is_headless=True, flags=flags)
        self._session = ""
        self.version = ""
        self._loaded = asyncio.Event()
        self.reasons: dict[str, list[str]] = {}

    async def open(self) -> None:
        self._connection = await BrowserConnection.open(await self._browser.start(), self._hear)
        product = text_in(await self._connection.call("Browser.getVersion"), "product")
        self.version = f"Chromium {product.rpartition('/')[2].partition('.')[0]}"
        made = await self._call("Target.createTarget", {"url": "about:blank"})
        target = text_in(made, "targetId")
        joined = await self._call("Target.attachToTarget", {"targetId": target, "flatten": True})
        self._session = text_in(joined, "sessionId")
        await self._call("Page.enable")
        await self._call("Network.enable")

    async def show(self, url: str) -> None:
        self._loaded.clear()
        await self._call("Page.navigate", {"url": url})
        await self._loaded.wait()

    async def frame(self, url: str) -> None:
        script = FRAME.replace("URL", json.dumps(url))
        await self._call("Runtime.evaluate", {"expression": script, "awaitPromise": True})

    async def cookies(self) -> list[JarCookie]:
        found = await self._connection.call("Storage.getCookies")
        return [_from_chromium(cookie) for cookie in objects_in(found, "cookies")]

    async def clear(self) -> None:
        await self._connection.call("Storage.clearCookies")

    async def close(self) -> None:
        await self._connection.close()
        await self._browser.close()

    async def _call(self, method: str, params: JsonObject | None = None) -> JsonObject:
        return await self._connection.call(method, params, self._session)

    def _hear(self, method: str, params: JsonObject, session: str) -> None:
        if method == "Page.loadEventFired":
            self._loaded.set()
        for blocked in objects_in(params, "blockedCookies"):
            self.reasons[text_in(blocked, "cookieLine")] = texts_in(blocked, "blockedReasons")


class FirefoxJudge:
    """Firefox, over WebDriver BiDi."""

    def __init__(self) -> None:
        installed = find_browser("firefox", sys.platform, os.environ)
        names = {"network.dns.forceResolve": "127.0.0.1"}
        self._browser = LaunchedBrowser(installed, is_headless=True, preferences=names)
        self._context = ""
        self.version = ""
        self.reasons: dict[str, list[str]] = {}

    async def open(self) -> None:
        url = await self._browser.start()
        self._connection = await BrowserConnection.open(url, lambda *event: None)
        wanted: JsonObject = {"alwaysMatch": {"acceptInsecureCerts": True}}
        made = await self._connection.call("session.new", {"capabilities": wanted})
        version = text_in(object_in(made, "capabilities"), "browserVersion")
        self.version = f"Firefox {version.partition('.')[0]}"
        tree = await self._connection.call("browsingContext.getTree")
        self._context = text_in(objects_in(tree, "contexts")[0], "context")

    async def show(self, url: str) -> None:
        params: JsonObject = {"context": self._context, "url": url, "wait": "complete"}
        await self._connection.call("browsingContext.navigate", params)

    async def frame(self, url: str) -> None:
        params: JsonObject = {
            "expression": FRAME.replace("URL", json.dumps(url)),
            "target": {"context": self._context},
            "awaitPromise": True,
        }
        await self._connection.call("script.evaluate", params)

    async def cookies(self) -> list[JarCookie]:
        found = await self._connection.call("storage.getCookies")
        return [_from_firefox(cookie) for cookie in objects_in(found, "cookies")]

    async def clear(self) -> None:
        await self._connection.call("storage.deleteCookies")

    async def close(self) -> None:
        await self._connection.close()
        await self._browser.close()


JUDGES: dict[BrowserName, type[ChromiumJudge] | type[FirefoxJudge]] = {
    "Chrome": ChromiumJudge,
    "Firefox": FirefoxJudge,
}
"""By the name of the rules."""


def _from_chromium(cookie: JsonObject) -> JarCookie:
    ends = number_in(cookie, "expires")
    return JarCookie(
        name=text_in(cookie, "name"),
        value=text_in(cookie, "value"),
        domain=text_in(cookie, "domain"),
        path=text_in(cookie, "path"),
        ends=None if ends == -1 else ends,
        is_secure=switch_in(cookie, "secure"),
        is_partitioned="partitionKey" in cookie,
    )


def _from_firefox(cookie: JsonObject) -> JarCookie:
    return JarCookie(
        name=text_in(cookie, "name"),
        value=text_in(object_in(cookie, "value"), "value"),
        domain=text_in(cookie, "domain"),
        path=text_in(cookie, "path"),
        ends=number_in(cookie, "expiry"),
        is_secure=switch_in(cookie, "secure"),
        is_partitioned=False,  # it does not say
    )

"""Chromium and its kin, watched over the DevTools Protocol."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress

from session_inspector.devserver.attach.browser.answers import (
    number_in,
    object_in,
    objects_in,
    switch_in,
    text_in,
    texts_in,
)
from session_inspector.devserver.attach.browser.connection import PATIENCE, BrowserConnection
from session_inspector.devserver.attach.browser.observed import BrowserAudience, Issue
from session_inspector.devserver.attach.browser.origins import Origins, origin_of
from session_inspector.devserver.attach.browser.pairing import Pairing
from session_inspector.devserver.core.errors import BrowserRefused, BrowserUnavailable
from session_inspector.devserver.core.events.browser import HeldCookie
from session_inspector.devserver.core.values import Json, JsonObject, Secret

PAGES = ("page", "iframe", "service_worker", "shared_worker", "worker")
"""Kinds of targets that make requests."""
NAMES = {"Edg": "Edge", "HeadlessChrome": "Chromium", "Chrome": "Chromium"}


class ChromiumBrowser:
    """One browser of Chromium's family."""

    gives_reasons = True

    def __init__(
        self,
        connection: BrowserConnection,
        origins: Origins,
        audience: BrowserAudience,
        *,
        is_own: bool,
    ) -> None:
        self._connection = connection
        self._origins = origins
        self._audience = audience
        self._is_own = is_own
        self._pairings: dict[str, Pairing] = {}
        """By session: request ids are only different within one."""
        self._pages: dict[str, str] = {}
        """Session of a page to its URL."""
        self._sessions: dict[str, asyncio.Future[str]] = {}
        """By target."""
        self._tasks: set[asyncio.Task[None]] = set()
        self.version = "Chromium"

    @classmethod
    async def connect(
        cls, url: str, origins: Origins, audience: BrowserAudience, *, is_own: bool
    ) -> ChromiumBrowser:
        """Connect. `is_own`: the profile is ours, with no other site in it."""
        made: list[ChromiumBrowser] = []

        def hear(method: str, params: JsonObject, session: str) -> None:
            for browser in made:
                browser.hear(method, params, session)

        connection = await BrowserConnection.open(url, hear)
        browser = cls(connection, origins, audience, is_own=is_own)
        made.append(browser)
        return browser

    async def watch(self, url: str) -> None:
        """Begin to report, and open a page. Raises: BrowserUnavailable, BrowserRefused."""
        version = await self._connection.call("Browser.getVersion")
        self.version = _name_version(text_in(version, "product"))
        if self._is_own:
            await self._connection.call(
                "Target.setAutoAttach",
                {"autoAttach": True, "flatten": True, "waitForDebuggerOnStart": True},
            )
        await self.open(url)

    async def open(self, url: str) -> None:
        """Open a page in a tab of its own. Raises: BrowserUnavailable, BrowserRefused."""
        made = await self._connection.call("Target.createTarget", {"url": "about:blank"})
        target = text_in(made, "targetId")
        if self._is_own:
            async with asyncio.timeout(PATIENCE):
                session = await self._session_of(target)
        else:
            session = await self._attach(target)
        await self._connection.call("Page.navigate", {"url": url}, session)

    async def read_jar(self) -> tuple[HeldCookie, ...]:
        """Return the cookies of the origins that were asked for."""
        if self._is_own:
            found = await self._connection.call("Storage.getCookies")
        else:
            # of somebody's own profile only what goes to these URLs is asked for
            found = await self._connection.call(
                "Network.getCookies", {"urls": list(self._origins.names)}, self._any_session()
            )
        cookies = [_to_cookie(cookie) for cookie in objects_in(found, "cookies")]
        return tuple(
            cookie
            for cookie in cookies
            if self._origins.may_get(cookie.domain, is_host_only=cookie.is_host_only)
        )

    async def read_document_cookie(self) -> tuple[str, tuple[str, ...]]:
        """Return a page's origin and the names `document.cookie` has there; empty: no page."""
        for session, url in self._pages.items():
            if self._origins.has(url):
                params: JsonObject = {"expression": "document.cookie", "returnByValue": True}
                answer = await self._connection.call("Runtime.evaluate", params, session)
                return origin_of(url), names_in(text_in(object_in(answer, "result"), "value"))
        return "", ()

    async def put_cookie(self, cookie: HeldCookie) -> None:
        """Put a cookie into its jar; one that is over goes."""
        # of the browser, not of a page: it works when every page is closed
        cookies: list[Json] = [to_params(cookie)]
        await self._connection.call("Storage.setCookies", {"cookies": cookies})

    async def wait_closed(self) -> None:
        """Wait until it has gone."""
        await self._connection.wait_closed()

    async def close(self) -> None:
        """Let go of it."""
        for task in self._tasks:
            task.cancel()
        await self._connection.close()

    # -- what it tells ---------------------------------------------------------------------

    def hear(self, method: str, params: JsonObject, session: str) -> None:
        """Take an event."""
        if method == "Target.attachedToTarget":
            self._spawn(self._enable(params))
        elif method == "Target.detachedFromTarget":
            self._forget(text_in(params, "sessionId"))
        elif method == "Page.frameNavigated":
            self._note_page(params, session)
        elif method == "Audits.issueAdded":
            self._report_issue(object_in(params, "issue"))
        elif method.startswith("Network.") and session in self._pairings:
            self._pairings[session].take(method, params)

    def _forget(self, session: str) -> None:
        self._pairings.pop(session, None)
        self._pages.pop(session, None)

    def _note_page(self, params: JsonObject, session: str) -> None:
        frame = object_in(params, "frame")
        if session in self._pages and not text_in(frame, "parentId"):
            self._pages[session] = text_in(frame, "url")

    def _report_issue(self, issue: JsonObject) -> None:
        details = object_in(object_in(issue, "details"), "cookieIssueDetails")
        request = object_in(details, "request")
        url = text_in(details, "cookieUrl") or text_in(request, "url")
        if not details or not self._origins.has(url):
            return
        excluded = texts_in(details, "cookieExclusionReasons")
        warned = texts_in(details, "cookieWarningReasons")
        name = text_in(object_in(details, "cookie"), "name")
        name = name or text_in(details, "rawCookieLine").partition("=")[0]
        reasons = tuple(excluded or warned)
        self._audience.saw_issue(
            Issue(name=name, url=url, reasons=reasons, is_warning=not excluded)
        )

    # -- its targets -----------------------------------------------------------------------

    def _session_of(self, target: str) -> asyncio.Future[str]:
        """Return the session of a target, once its events are on."""
        loop = asyncio.get_running_loop()
        return self._sessions.setdefault(target, loop.create_future())

    async def _attach(self, target: str) -> str:
        """Return the session of a target that we made; its events are on when it returns."""
        params: JsonObject = {"targetId": target, "flatten": True}
        session = text_in(await self._connection.call("Target.attachToTarget", params), "sessionId")
        await self._enable_session(session, "page")
        return session

    async def _enable(self, params: JsonObject) -> None:
        info = object_in(params, "targetInfo")
        session = text_in(params, "sessionId")
        # somebody may close it at any moment
        with suppress(BrowserRefused, BrowserUnavailable):
            if session not in self._pairings and text_in(info, "type") in PAGES:
                await self._enable_session(session, text_in(info, "type"))
                self._announce(text_in(info, "targetId"), session)
            if switch_in(params, "waitingForDebugger"):
                await self._connection.call("Runtime.runIfWaitingForDebugger", {}, session)

    def _announce(self, target: str, session: str) -> None:
        waiting = self._session_of(target)
        if not waiting.done():
            waiting.set_result(session)

    async def _enable_session(self, session: str, kind: str) -> None:
        self._pairings[session] = Pairing(self._origins.has, self._audience.saw_hop)
        await self._connection.call("Network.enable", {}, session)
        if kind not in ("page", "iframe"):
            return
        if kind == "page":
            self._pages.setdefault(session, "")
        await self._connection.call("Page.enable", {}, session)
        await self._connection.call("Audits.enable", {}, session)
        await self._connection.call(
            "Target.setAutoAttach",
            {"autoAttach": True, "flatten": True, "waitForDebuggerOnStart": self._is_own},
            session,
        )

    def _any_session(self) -> str:
        return next(iter(self._pairings), "")

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def names_in(cookie_text: str) -> tuple[str, ...]:
    """Return the names of what `document.cookie` answered."""
    pairs = [pair.strip() for pair in cookie_text.split(";")]
    return tuple(pair.partition("=")[0] for pair in pairs if pair)


def _name_version(product: str) -> str:
    """Return `Chromium 156` of `HeadlessChrome/156.0.8078.108`."""
    name, _, version = product.partition("/")
    return f"{NAMES.get(name, name)} {version.partition('.')[0]}".strip()


def _to_cookie(cookie: JsonObject) -> HeldCookie:
    domain = text_in(cookie, "domain")
    ends = number_in(cookie, "expires")
    if ends is not None and ends < 0:
        ends = None
    return HeldCookie(
        name=text_in(cookie, "name"),
        value=Secret.of(text_in(cookie, "value")),
        domain=domain.removeprefix("."),
        is_host_only=not domain.startswith("."),
        path=text_in(cookie, "path"),
        size=int(number_in(cookie, "size") or 0),
        ends=ends,
        secure=switch_in(cookie, "secure"),
        http_only=switch_in(cookie, "httpOnly"),
        same_site=text_in(cookie, "sameSite"),
        partition=_partition_of(cookie),
        is_partition_crossed=switch_in(object_in(cookie, "partitionKey"), "hasCrossSiteAncestor"),
        source_port=max(0, int(number_in(cookie, "sourcePort") or 0)),
    )


def to_params(cookie: HeldCookie) -> JsonObject:
    """Return a cookie as the DevTools Protocol takes it (`Network.CookieParam`).

    Raises: LookupError when its value is not at hand.
    """
    params: JsonObject = {
        "name": cookie.name,
        "value": cookie.value.reveal(),
        "url": url_of(cookie),
        "path": cookie.path,
        "secure": cookie.secure,
        "httpOnly": cookie.http_only,
    }
    if not cookie.is_host_only:
        params["domain"] = f".{cookie.domain}"
    if cookie.same_site:
        params["sameSite"] = cookie.same_site
    if cookie.ends is not None:
        params["expires"] = cookie.ends
    if cookie.source_port:
        params["sourcePort"] = cookie.source_port
    if cookie.partition:
        params["partitionKey"] = {
            "topLevelSite": cookie.partition,
            "hasCrossSiteAncestor": cookie.is_partition_crossed,
        }
    return params


def url_of(cookie: HeldCookie) -> str:
    """Return a URL that a cookie goes to."""
    scheme = "http"
    if cookie.secure:
        scheme = "https"
    host = cookie.domain
    if ":" in host:
        host = f"[{host}]"
    return f"{scheme}://{host}{cookie.path}"


def _partition_of(cookie: JsonObject) -> str:
    key = object_in(cookie, "partitionKey")
    return text_in(key, "topLevelSite") or text_in(cookie, "partitionKey")

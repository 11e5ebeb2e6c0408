"""Firefox, watched over WebDriver BiDi: its headers and its jar; it gives no reasons."""

from __future__ import annotations

from contextlib import suppress

from session_inspector.devserver.attach.browser.answers import (
    number_in,
    object_in,
    objects_in,
    switch_in,
    text_in,
)
from session_inspector.devserver.attach.browser.chromium.browser import names_in
from session_inspector.devserver.attach.browser.connection import BrowserConnection
from session_inspector.devserver.attach.browser.observed import (
    BrowserAudience,
    Hop,
    Lines,
    name_absent_page,
    split_header,
)
from session_inspector.devserver.attach.browser.origins import Origins, origin_of
from session_inspector.devserver.cookies.scope import is_same_site
from session_inspector.devserver.core.errors import BrowserRefused
from session_inspector.devserver.core.events.browser import HeldCookie
from session_inspector.devserver.core.values import Json, JsonObject, Seconds, Secret
from session_inspector.devserver.web.urgency import Urgency

EVENTS = ("network.responseCompleted", "browsingContext.load", "browsingContext.contextCreated")
CLEAR = """(async () => {
  localStorage.clear();
  sessionStorage.clear();
  for (const one of await indexedDB.databases()) indexedDB.deleteDatabase(one.name);
  if (!window.isSecureContext) return;
  for (const name of await caches.keys()) await caches.delete(name);
  const workers = await navigator.serviceWorker.getRegistrations();
  for (const worker of workers) await worker.unregister();
})()"""
"""Removes what a page's origin has stored beside cookies."""


class FirefoxBrowser:
    """One Firefox."""

    gives_reasons = False

    def __init__(
        self, connection: BrowserConnection, origins: Origins, audience: BrowserAudience
    ) -> None:
        self._connection = connection
        self._origins = origins
        self._audience = audience
        self._pages: dict[str, str] = {}
        """Browsing context of a page to its URL."""
        self._parents: dict[str, str] = {}
        """Browsing context of a frame to the one around it."""
        self.version = "Firefox"

    @classmethod
    async def connect(
        cls,
        url: str,
        origins: Origins,
        audience: BrowserAudience,
        *,
        is_own: bool,
        is_timed: bool,
        urgency: Urgency,
    ) -> FirefoxBrowser:
        """Connect; the profile may be ours or somebody's own, the jar is asked by host anyway.

        It tells the times of each request unasked.
        """
        made: list[FirefoxBrowser] = []

        def hear(method: str, params: JsonObject, session: str) -> None:
            for browser in made:
                browser.hear(method, params)

        connection = await BrowserConnection.open(url, hear, urgency=urgency)
        browser = cls(connection, origins, audience)
        made.append(browser)
        return browser

    async def watch(self, url: str) -> None:
        """Begin to report, and open a page. Raises: BrowserUnavailable, BrowserRefused."""
        made = await self._connection.call("session.new", {"capabilities": {}})
        version = text_in(object_in(made, "capabilities"), "browserVersion")
        self.version = f"Firefox {version.partition('.')[0]}"
        await self._connection.call("session.subscribe", {"events": list(EVENTS)})
        await self.open(url)

    async def open(self, url: str) -> None:
        """Open a page in a tab of its own. Raises: BrowserUnavailable, BrowserRefused."""
        tab = await self._connection.call("browsingContext.create", {"type": "tab"})
        context = text_in(tab, "context")
        self._pages[context] = url
        # not waited for: a page may load for as long as it likes
        params: JsonObject = {"context": context, "url": url, "wait": "none"}
        # of a page that does not load (a redirect loop) it says so here: that is no trouble of ours
        with suppress(BrowserRefused):
            await self._connection.call("browsingContext.navigate", params)

    async def read_jar(self) -> tuple[HeldCookie, ...]:
        """Return the cookies of the origins that were asked for."""
        cookies: list[HeldCookie] = []
        for domain in self._origins.cookie_domains():
            wanted: JsonObject = {"filter": {"domain": domain}}
            found = await self._connection.call("storage.getCookies", wanted)
            cookies += [_to_cookie(cookie) for cookie in objects_in(found, "cookies")]
        return tuple(cookies)

    async def read_document_cookie(self) -> tuple[str, tuple[str, ...]]:
        """Return a page's origin and the names `document.cookie` has there; empty: no page."""
        for context, url in list(self._pages.items()):
            if not self._origins.has(url):
                continue
            try:
                value = await self._evaluate_in(context, "document.cookie")
            except BrowserRefused:  # it was closed meanwhile
                self._pages.pop(context, None)
                continue
            return origin_of(url), names_in(str(value or ""))
        return "", ()

    async def evaluate(self, origin: str, expression: str) -> Json:
        """Return what a script returns in a page of an origin. Raises: InspectorError."""
        for context, url in list(self._pages.items()):
            if origin_of(url) == origin:
                return await self._evaluate_in(context, expression)
        raise BrowserRefused(name_absent_page(origin))

    async def _evaluate_in(self, context: str, expression: str) -> Json:
        params: JsonObject = {
            "expression": expression,
            "target": {"context": context},
            "awaitPromise": True,
        }
        answer = await self._connection.call("script.evaluate", params)
        return object_in(answer, "result").get("value")

    async def clear_storage(self, origin: str) -> None:
        """Remove what an origin has stored beside its cookies: only its own page can."""
        await self.evaluate(origin, CLEAR)

    async def put_cookie(self, cookie: HeldCookie) -> None:
        """Put a cookie into its jar; one that is over goes."""
        await self._connection.call("storage.setCookie", {"cookie": to_bidi(cookie)})

    async def wait_closed(self) -> None:
        """Wait until it has gone."""
        await self._connection.wait_closed()

    async def close(self) -> None:
        """Let go of it."""
        await self._connection.close()

    def hear(self, method: str, params: JsonObject) -> None:
        """Take an event."""
        if method == "browsingContext.contextCreated":
            self._note_frame(params)
        if method == "browsingContext.load" and text_in(params, "context") in self._pages:
            self._pages[text_in(params, "context")] = text_in(params, "url")
        if method != "network.responseCompleted":
            return
        request = object_in(params, "request")
        url = text_in(request, "url").partition("#")[0]
        if not self._origins.has(url):
            return
        response = object_in(params, "response")
        began, duration = _times_of(request)
        self._audience.saw_hop(
            Hop(
                method=text_in(request, "method"),
                url=url,
                request=_lines_of(request),
                response=_lines_of(response),
                status=int(number_in(response, "status") or 0),
                body=_body_of(request),
                top=self._top_of(params, url),
                began=began,
                duration=duration,
            )
        )

    def _note_frame(self, params: JsonObject) -> None:
        parent = text_in(params, "parent")
        if parent:
            self._parents[text_in(params, "context")] = parent

    def _top_of(self, params: JsonObject, url: str) -> str:
        """Return the page around a frame of another site, or of a script's request."""
        context = text_in(params, "context")
        is_page_itself = context in self._pages and bool(text_in(params, "navigation"))
        while context in self._parents:
            context = self._parents[context]
        top = self._pages.get(context, "")
        if is_page_itself or not top or is_same_site(top, url):
            return ""
        return origin_of(top)


def _times_of(request: JsonObject) -> tuple[Seconds | None, Seconds | None]:
    """Return when a request was sent and how long its response took; None: not told.

    Milliseconds since `timeOrigin`, or since 1970 where that is 0; 0 is what did not happen.
    """
    timings = object_in(request, "timings")
    origin = number_in(timings, "timeOrigin") or 0.0
    sent = number_in(timings, "requestTime")
    answered = number_in(timings, "responseStart")
    if not sent:
        return None, None
    began = (origin + sent) / 1000
    if not answered:
        return began, None
    return began, max(0.0, answered - sent) / 1000


def _body_of(request: JsonObject) -> str | None:
    if number_in(request, "bodySize"):
        return None
    return ""


def _lines_of(message: JsonObject) -> Lines:
    lines: list[tuple[str, str]] = []
    for header in objects_in(message, "headers"):
        value = text_in(object_in(header, "value"), "value")
        lines += split_header(text_in(header, "name"), value)
    return lines


def to_bidi(cookie: HeldCookie) -> JsonObject:
    """Return a cookie as WebDriver BiDi takes it (`storage.PartialCookie`).

    Raises: LookupError when its value is not at hand.
    """
    found: JsonObject = {
        "name": cookie.name,
        "value": {"type": "string", "value": cookie.value.reveal()},
        "domain": jar_domain(cookie),
        "path": cookie.path,
        "secure": cookie.secure,
        "httpOnly": cookie.http_only,
    }
    if cookie.same_site:
        found["sameSite"] = cookie.same_site.lower()
    if cookie.ends is not None:
        found["expiry"] = int(cookie.ends)
    return found


def jar_domain(cookie: HeldCookie) -> str:
    """Return a cookie's domain as jars write it: `.app.test` goes to its subdomains too."""
    if cookie.is_host_only:
        return cookie.domain
    return f".{cookie.domain}"


def _to_cookie(cookie: JsonObject) -> HeldCookie:
    domain = text_in(cookie, "domain")
    same_site = text_in(cookie, "sameSite")
    if same_site == "default":
        same_site = ""
    return HeldCookie(
        name=text_in(cookie, "name"),
        value=Secret.of(text_in(object_in(cookie, "value"), "value")),
        domain=domain.removeprefix("."),
        is_host_only=not domain.startswith("."),
        path=text_in(cookie, "path"),
        size=int(number_in(cookie, "size") or 0),
        ends=number_in(cookie, "expiry"),
        secure=switch_in(cookie, "secure"),
        http_only=switch_in(cookie, "httpOnly"),
        same_site=same_site.capitalize(),
    )

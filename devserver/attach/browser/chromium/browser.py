"""Chromium and its kin, watched over the DevTools Protocol."""

from __future__ import annotations

from session_inspector.devserver.attach.browser.answers import (
    number_in,
    object_in,
    objects_in,
    switch_in,
    text_in,
    texts_in,
)
from session_inspector.devserver.attach.browser.chromium.targets import ChromiumTargets
from session_inspector.devserver.attach.browser.connection import BrowserConnection
from session_inspector.devserver.attach.browser.observed import (
    BrowserAudience,
    Issue,
    name_absent_page,
)
from session_inspector.devserver.attach.browser.origins import Origins, origin_of
from session_inspector.devserver.core.errors import BrowserRefused
from session_inspector.devserver.core.events.browser import HeldCookie
from session_inspector.devserver.core.values import Json, JsonObject, Secret
from session_inspector.devserver.web.urgency import Urgency

UNHEARD = (
    "Network.dataReceived",
    "Network.loadingFinished",
    "Network.resourceChangedPriority",
    "Network.policyUpdated",
    "Page.frameStartedLoading",
    "Page.frameStoppedLoading",
)
"""Events that the domains tell as well; each request has three of them."""
UNTIMED = (*UNHEARD, "Network.responseReceived", "Network.loadingFailed")
"""What is not heard where nobody asks how long a request took: a proxy has measured that."""
STORAGE = "local_storage,indexeddb,websql,service_workers,cache_storage,file_systems"
"""What an origin stores beside cookies, in the protocol's words."""
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
        is_timed: bool,
    ) -> None:
        self._connection = connection
        self._origins = origins
        self._audience = audience
        self._is_own = is_own
        self._targets = ChromiumTargets(
            connection, origins, audience, is_own=is_own, is_timed=is_timed
        )
        self.version = "Chromium"

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
    ) -> ChromiumBrowser:
        """Connect. `is_own`: the profile is ours, with no other site in it.

        `is_timed`: how long each request took is asked for.
        """
        made: list[ChromiumBrowser] = []

        def hear(method: str, params: JsonObject, session: str) -> None:
            for browser in made:
                browser.hear(method, params, session)

        unheard = UNHEARD if is_timed else UNTIMED
        connection = await BrowserConnection.open(url, hear, unheard=unheard, urgency=urgency)
        browser = cls(connection, origins, audience, is_own=is_own, is_timed=is_timed)
        made.append(browser)
        return browser

    async def watch(self, url: str) -> None:
        """Begin to report, and open a page. Raises: BrowserUnavailable, BrowserRefused."""
        version = await self._connection.call("Browser.getVersion")
        self.version = _name_version(text_in(version, "product"))
        await self._targets.start()
        await self.open(url)

    async def open(self, url: str) -> None:
        """Open a page in a tab of its own. Raises: BrowserUnavailable, BrowserRefused."""
        session = await self._targets.open_tab()
        await self._connection.call("Page.navigate", {"url": url}, session)

    async def read_jar(self) -> tuple[HeldCookie, ...]:
        """Return the cookies of the origins that were asked for."""
        if self._is_own:
            found = await self._connection.call("Storage.getCookies")
        else:
            # of somebody's own profile only what goes to these URLs is asked for
            found = await self._connection.call(
                "Network.getCookies",
                {"urls": list(self._origins.names)},
                self._targets.any_session(),
            )
        cookies = [_to_cookie(cookie) for cookie in objects_in(found, "cookies")]
        return tuple(
            cookie
            for cookie in cookies
            if self._origins.may_get(cookie.domain, is_host_only=cookie.is_host_only)
        )

    async def read_document_cookie(self) -> tuple[str, tuple[str, ...]]:
        """Return a page's origin and the names `document.cookie` has there; empty: no page."""
        for session, url in list(self._targets.pages.items()):
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

    async def evaluate(self, origin: str, expression: str) -> Json:
        """Return what a script returns in a page of an origin. Raises: InspectorError."""
        for session, url in list(self._targets.pages.items()):
            if origin_of(url) == origin:
                params: JsonObject = {
                    "expression": expression,
                    "returnByValue": True,
                    "awaitPromise": True,
                }
                answer = await self._connection.call("Runtime.evaluate", params, session)
                return object_in(answer, "result").get("value")
        raise BrowserRefused(name_absent_page(origin))

    async def clear_storage(self, origin: str) -> None:
        """Remove what an origin has stored beside its cookies."""
        params: JsonObject = {"origin": origin, "storageTypes": STORAGE}
        await self._connection.call(
            "Storage.clearDataForOrigin", params, self._targets.any_session()
        )

    async def wait_closed(self) -> None:
        """Wait until it has gone."""
        await self._connection.wait_closed()

    async def close(self) -> None:
        """Let go of it."""
        self._targets.close()
        await self._connection.close()

    # -- what it tells ---------------------------------------------------------------------

    def hear(self, method: str, params: JsonObject, session: str) -> None:
        """Take an event."""
        if method == "Audits.issueAdded":
            self._report_issue(object_in(params, "issue"))
        else:
            self._targets.hear(method, params, session)

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

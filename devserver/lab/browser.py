"""Simulated browsers: a cookie jar each, driving the real flow over HTTP.

They keep cookies as browsers do, by the lab's own clock (`cookies/browser_jar.py`). They read
pages as a person would: where a page asks who you are, they fill in its form.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from html.parser import HTMLParser
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.parse import urljoin

import httpx

from session_inspector.devserver.cookies.browser_jar import BrowserJar
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.correlation import BROWSER_HEADER
from session_inspector.devserver.core.errors import InspectorError

HOPS = 12
"""Redirects and forms in one navigation; a login needs seven."""
TIMEOUT = 10.0


class BrowserError(InspectorError):
    """A page could not be reached, or a form led nowhere."""

    code = "browser_failed"


class Browser:
    """One simulated browser."""

    def __init__(
        self,
        name: str,
        base_url: str,
        clock: Clock,
        transport: httpx.AsyncBaseTransport | None = None,
        verify: ssl.SSLContext | bool = True,
    ) -> None:
        self.name = name
        self._clock = clock
        self._jar = BrowserJar()
        self._http = httpx.AsyncClient(
            base_url=base_url,
            headers=[
                (BROWSER_HEADER.encode(), name.encode()),
                (b"accept", b"text/html,application/json"),
            ],
            cookies=_no_cookies(),
            transport=transport,
            verify=verify,
            timeout=TIMEOUT,
            trust_env=False,
        )

    async def visit(self, url: str, *, user: str = "") -> httpx.Response:
        """Request a page, follow its redirects, and answer a login form as `user`.

        Raises: BrowserError when the server does not answer or the redirects do not end.
        """
        page = ""
        try:
            response = await self._navigate(self._http.build_request("GET", url), page)
            for _ in range(HOPS):
                following = response.next_request
                if following is None:
                    following = self._fill_in_form(response, user)
                    page = str(response.url)
                if following is None:
                    return response
                response = await self._navigate(following, page)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            # UnicodeError: a user or path with half of a surrogate pair
            raise BrowserError(f"{url}: {error or type(error).__name__}") from error
        raise BrowserError(f"{url}: more than {HOPS} redirects; the last went to {response.url}")

    @property
    def jar(self) -> BrowserJar:
        """Its cookies."""
        return self._jar

    def drop_cookies(self, name: str) -> list[str]:
        """Forget a cookie of any host; no name: all of them. Returns the names that went."""
        return self._jar.drop(name, self._clock.now())

    def cookie_names(self) -> list[str]:
        """Return the names of the cookies it holds."""
        return [cookie.name for cookie in self._jar.cookies(self._clock.now())]

    def cookies(self) -> dict[str, str]:
        """Return the cookies it holds, by name, as they go over the wire."""
        return {cookie.name: cookie.value for cookie in self._jar.cookies(self._clock.now())}

    def take(self, cookies: Mapping[str, str], host: str) -> None:
        """Put cookies into the jar, as somebody does who stole them."""
        self._jar.put(cookies, host, self._clock.now())

    async def close(self) -> None:
        """Let go of its connections."""
        await self._http.aclose()

    async def _navigate(self, request: httpx.Request, page: str) -> httpx.Response:
        """Send a request with the cookies that go with it, and keep those of its response.

        `page` is the one whose form began it; empty: somebody typed the address.
        """
        url = str(request.url)
        line = self._jar.header(url, self._clock.now(), method=request.method, initiator=page)
        if line:
            request.headers["cookie"] = line
        response = await self._http.send(request)
        for name, value in response.headers.raw:
            if name.lower() == b"set-cookie":
                self._jar.take(value.decode("latin-1"), url, self._clock.now())
        return response

    def _fill_in_form(self, response: httpx.Response, user: str) -> httpx.Request | None:
        if not user or not response.is_success:
            return None
        form = LoginForm.found_in(response.text)
        if form is None:
            return None
        target = urljoin(str(response.url), form.action)
        return self._http.build_request("POST", target, data=form.fill_in(user))


def _no_cookies() -> CookieJar:
    """Return a jar that stays empty: httpx would keep cookies by the machine's own clock."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))


class LoginForm(HTMLParser):
    """The first form of a page that asks for a `username`."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.hidden: dict[str, str] = {}
        self.asks = False
        self._is_open = False

    @classmethod
    def found_in(cls, html: str) -> LoginForm | None:
        """Return the form, None when the page has none that asks who you are."""
        form = cls()
        form.feed(html)
        if not form.asks:
            return None
        return form

    def fill_in(self, user: str) -> dict[str, str]:
        """Return the fields to send."""
        return {**self.hidden, "username": user}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect the form's action and hidden fields (called by the parser)."""
        found = {name: value or "" for name, value in attrs}
        if tag == "form" and not self.asks:
            self._is_open = True
            self.action = found.get("action", "")
            self.hidden = {}
        elif tag in ("input", "button") and self._is_open:
            if found.get("type") == "hidden":
                self.hidden[found.get("name", "")] = found.get("value", "")
            elif found.get("name") == "username":
                self.asks = True

    def handle_endtag(self, tag: str) -> None:
        """Stop collecting after the form that asks (called by the parser)."""
        if tag == "form":
            self._is_open = False

"""Simulated browsers: an httpx cookie jar each, driving the real flow over HTTP.

They read pages as a person would: where a page asks who you are, they fill in its form.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx

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
        transport: httpx.AsyncBaseTransport | None = None,
        verify: ssl.SSLContext | bool = True,
    ) -> None:
        self.name = name
        self._http = httpx.AsyncClient(
            base_url=base_url,
            headers={BROWSER_HEADER: name, "accept": "text/html,application/json"},
            transport=transport,
            verify=verify,
            timeout=TIMEOUT,
            trust_env=False,
        )

    async def visit(self, url: str, *, user: str = "") -> httpx.Response:
        """Request a page, follow its redirects, and answer a login form as `user`.

        Raises: BrowserError when the server does not answer or the redirects do not end.
        """
        try:
            response = await self._http.get(url)
            for _ in range(HOPS):
                following = self._following_request(response, user)
                if following is None:
                    return response
                response = await self._http.send(following)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            # UnicodeError: a user or path with half of a surrogate pair
            raise BrowserError(f"{url}: {error or type(error).__name__}") from error
        raise BrowserError(f"{url}: more than {HOPS} redirects; the last went to {response.url}")

    def drop_cookie(self, name: str) -> int:
        """Forget a cookie of any host; no name: all of them. Returns how many went."""
        doomed = [cookie for cookie in self._http.cookies.jar if name in ("", cookie.name)]
        for cookie in doomed:
            self._http.cookies.jar.clear(cookie.domain, cookie.path, cookie.name)
        return len(doomed)

    def cookie_names(self) -> list[str]:
        """Return the names of the cookies it holds."""
        return [cookie.name for cookie in self._http.cookies.jar]

    def cookies(self) -> dict[str, str]:
        """Return the cookies it holds, by name, as they go over the wire."""
        return {cookie.name: cookie.value or "" for cookie in self._http.cookies.jar}

    def take(self, cookies: Mapping[str, str], host: str) -> None:
        """Put cookies into the jar, as somebody does who stole them."""
        for name, value in cookies.items():
            self._http.cookies.set(name, value, domain=host, path="/")

    async def close(self) -> None:
        """Let go of its connections."""
        await self._http.aclose()

    def _following_request(self, response: httpx.Response, user: str) -> httpx.Request | None:
        if response.next_request is not None:
            return response.next_request
        if not user or not response.is_success:
            return None
        form = LoginForm.found_in(response.text)
        if form is None:
            return None
        target = urljoin(str(response.url), form.action)
        return self._http.build_request("POST", target, data=form.fill_in(user))


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

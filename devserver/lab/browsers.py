"""All simulated browsers of a lab: who holds which session."""

from __future__ import annotations

import ssl
import unicodedata
from collections.abc import Callable

import httpx

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.commands import Reply
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.lab.browser import Browser, BrowserError

LAB = "lab:"
"""What the name of a simulated browser begins with, where clients are named."""
LONGEST = 64
"""Characters of a name."""


class Browsers:
    """A new browser for each login; found again by the session it holds."""

    def __init__(
        self,
        base_url: str,
        holder_of: Callable[[str], str],
        clock: Clock,
        transport: httpx.AsyncBaseTransport | None = None,
        verify: ssl.SSLContext | bool = True,
    ) -> None:
        self.base_url = base_url
        self._holder_of = holder_of
        self._clock = clock
        self._transport = transport
        self._verify = verify
        self._by_name: dict[str, Browser] = {}
        self._logging_in: set[str] = set()
        """Names of those that are not logged in yet."""

    async def login(self, user: str) -> Reply:
        """Drive the whole login as a user, with a new browser of that name."""
        if not user.strip():
            return Reply(is_ok=False, message="a login needs a user; pick one or type a name")
        browser = await self.open_logged_in(user)
        return Reply(is_ok=True, message=f"{user} is logged in, in browser {browser.name}")

    async def open_logged_in(self, user: str) -> Browser:
        """Return a new browser that is logged in. Raises: BrowserError."""
        browser = self._new(user)
        self._logging_in.add(browser.name)
        try:
            response = await browser.visit("/auth/login?returnTo=/", user=user)
        finally:
            self._logging_in.discard(browser.name)
        is_home = str(response.url).startswith(self.base_url) and response.is_success
        if not is_home:
            await browser.close()
            raise BrowserError(_explain_failure(user, response))
        self._by_name[browser.name] = browser
        return browser

    def open_empty(self, name: str) -> Browser:
        """Return a new browser without a cookie."""
        browser = self._new(name)
        self._by_name[browser.name] = browser
        return browser

    def all(self) -> list[Browser]:
        """Return all browsers, the oldest first."""
        return list(self._by_name.values())

    def find_holder(self, session: str) -> Browser:
        """Return the browser that holds a session.

        Raises: InspectorError when it lives in a real browser, or nowhere.
        """
        holder = self._holder_of(session)
        browser = self._by_name.get(holder.removeprefix(LAB))
        if browser is not None and holder.startswith(LAB):
            return browser
        if not holder:
            raise InspectorError(
                "no browser here holds this session: it was found in the store, or made by a"
                " request that was sent again"
            )
        raise InspectorError(f"this session lives in {holder}: click there and watch it here")

    async def close(self) -> None:
        """Close them all."""
        for browser in self._by_name.values():
            await browser.close()
        self._by_name.clear()

    def _new(self, user: str) -> Browser:
        name = self._free_name(user)
        return Browser(name, self.base_url, self._clock, self._transport, self._verify)

    def _free_name(self, user: str) -> str:
        stem = name_browser(user)
        name = stem
        number = 1
        while name in self._by_name or name in self._logging_in:
            number += 1
            name = f"{stem}-{number}"
        return name


def name_browser(user: str) -> str:
    """Return a user's name as that of a browser: letters, marks and digits of any script.

    What is neither could be a control, change the direction of the text, or end the name.
    """
    letters = unicodedata.normalize("NFC", user.strip())
    plain = "".join(one if _is_plain(one) else "-" for one in letters)
    stem = plain.removeprefix("local-")[:LONGEST]
    if not stem.strip("-"):
        return "browser"
    return stem


def _is_plain(one: str) -> bool:
    return one in "_.-" or unicodedata.category(one)[0] in "LMN"


def _explain_failure(user: str, response: httpx.Response) -> str:
    if response.status_code < 400:
        return (
            f"{user} could not log in: the flow stopped at {response.url.host}{response.url.path};"
            " an outside provider needs a real browser"
        )
    text = f"{user} could not log in: {response.url.path} → {response.status_code}"
    if "html" in response.headers.get("content-type", ""):
        return text
    detail = " ".join(response.text.split())[:120]
    return f"{text} {detail}".strip()

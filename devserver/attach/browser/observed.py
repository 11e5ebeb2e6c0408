"""What both protocols report, in one form: requests with their responses, cookies, warnings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol
from urllib.parse import SplitResult

from session_inspector.devserver.cookies.cookie_date import parse_cookie_date
from session_inspector.devserver.cookies.url_parts import split_url
from session_inspector.devserver.core.events.browser import HeldCookie, UnsentCookie
from session_inspector.devserver.core.values import Json, Seconds

Lines = Sequence[tuple[str, str]]
"""(name in lower case, value), in their order; several Set-Cookie are several lines."""


@dataclass(kw_only=True)
class Hop:
    """One request and its response; each redirect is one of its own."""

    method: str
    url: str
    request: Lines = ()
    response: Lines = ()
    status: int = 0
    top: str = ""
    """The URL of the page around it, where that is another site's; empty: none."""
    blocked: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By Set-Cookie line: why the browser dropped it, in its own words."""
    unsent: tuple[UnsentCookie, ...] = ()
    body: str | None = ""
    """Of the request; None: it had one, which the browser does not tell."""
    began: Seconds | None = None
    """When it was sent, by the browser's machine; None: not told."""
    duration: Seconds | None = None
    """Until its response came; None: not told."""

    def header(self, name: str) -> str:
        """Return a header of the request, by its name in lower case; empty: it has none."""
        return next((value for known, value in self.request if known == name), "")

    @cached_property
    def parts(self) -> SplitResult:
        """The parts of its URL."""
        return split_url(self.url)

    @cached_property
    def set_cookies(self) -> list[str]:
        """The Set-Cookie lines."""
        return [value for name, value in self.response if name == "set-cookie"]

    @property
    def sent_at(self) -> Seconds | None:
        """When it was answered, by the server's clock; None: it has no Date that can be read."""
        return parse_cookie_date(next((v for name, v in self.response if name == "date"), ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A warning of the browser."""

    name: str
    url: str
    reasons: tuple[str, ...]
    is_warning: bool


class BrowserAudience(Protocol):
    """Hears of what a browser does; only of the origins that were asked for."""

    def saw_hop(self, hop: Hop) -> None:
        """A response was read."""
        ...

    def saw_issue(self, issue: Issue) -> None:
        """The browser warned."""
        ...


class RealBrowser(Protocol):
    """A browser that is watched, whatever protocol it speaks."""

    version: str
    """`Chromium 156`."""
    gives_reasons: bool

    async def watch(self, url: str) -> None:
        """Begin to report, and open a page. Raises: BrowserUnavailable, BrowserRefused."""
        ...

    async def open(self, url: str) -> None:
        """Open a page in a tab of its own. Raises: as above."""
        ...

    async def read_jar(self) -> tuple[HeldCookie, ...]:
        """Return the cookies of the origins that were asked for. Raises: as above."""
        ...

    async def read_document_cookie(self) -> tuple[str, tuple[str, ...]]:
        """Return a page's origin and the names `document.cookie` has there; empty: no page."""
        ...

    async def put_cookie(self, cookie: HeldCookie) -> None:
        """Put a cookie into its jar, in place of one of the same scope; one that is over goes.

        Raises: as above; LookupError when its value is not at hand.
        """
        ...

    async def evaluate(self, origin: str, expression: str) -> Json:
        """Return what a script of ours returns in an open page of an origin, once it is known.

        Raises: as above; InspectorError when no page of it is open.
        """
        ...

    async def clear_storage(self, origin: str) -> None:
        """Remove what an origin has stored beside its cookies. Raises: as above."""
        ...

    async def wait_closed(self) -> None:
        """Wait until it has gone."""
        ...

    async def close(self) -> None:
        """Let go of it."""
        ...


def name_absent_page(origin: str) -> str:
    """Return why nothing can be done in a page of an origin."""
    return f"no page of {origin} is open in the browser. Fix: open one there"


def split_header(name: str, value: str) -> list[tuple[str, str]]:
    """Return a header's lines: several Set-Cookie stand in one value, parted by newlines."""
    lower = name.lower()
    if lower != "set-cookie":
        return [(lower, value)]
    return [(lower, line) for line in value.split("\n")]

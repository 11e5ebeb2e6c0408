"""The cookies of one browser: kept, sent and forgotten by RFC 6265bis, as Chrome does by default.

The moment is handed in each time. A cookie whose time is over is neither sent nor shown, and is
there again when a clock is set back before its end: travel there and back changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import TypeAlias

from session_inspector.devserver.cookies.browsers.keeping import keeping_of
from session_inspector.devserver.cookies.browsers.lives import DELETES, find_life
from session_inspector.devserver.cookies.browsers.rules import BrowserName, limit_attribute
from session_inspector.devserver.cookies.scope import (
    cookie_path,
    is_domain_match,
    is_path_match,
    is_same_site,
    is_secure_url,
    is_whole_host,
)
from session_inspector.devserver.cookies.set_cookie import SetCookie, parse_set_cookie
from session_inspector.devserver.cookies.url_parts import split_url
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.values import Seconds

BROWSER: BrowserName = "Chrome"
"""Whose rules count where browsers differ."""
LAX_ALLOWANCE = 120.0
"""Seconds in which Chrome sends a new cookie without SameSite with a POST from another site."""
SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")
Scope: TypeAlias = tuple[str, str, bool, str]
"""(name, domain, host only, path): what makes a cookie another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCookie:
    """One cookie that a browser keeps."""

    name: str
    value: str
    domain: str
    """The host itself when `is_host_only`."""
    is_host_only: bool
    path: str
    ends: Seconds | None
    """None: with the browser."""
    is_secure: bool
    same_site: str
    """In lower case; empty: none, or one that is not known."""
    created: Seconds
    number: int
    """Cookies are sent in the order in which they first came."""
    is_http_only: bool = False
    is_partitioned: bool = False

    @property
    def scope(self) -> Scope:
        """What a later line must share to replace or delete it."""
        return self.name, self.domain, self.is_host_only, self.path

    def is_alive(self, now: Seconds) -> bool:
        """Check whether its time is not over."""
        return self.ends is None or self.ends > now


class BrowserJar:
    """Cookies by their scope."""

    def __init__(self, browser: BrowserName = BROWSER) -> None:
        self._browser = browser
        self._cookies: dict[Scope, KeptCookie] = {}
        self._numbers = count()

    def take(self, line: str, url: str, now: Seconds, *, top: str = "") -> None:
        """Keep, replace or delete a cookie by a Set-Cookie line of a response from a URL.

        `top` is the URL of the page around it; empty: it is the page.
        """
        found = parse_set_cookie(line)
        if keeping_of(self._browser, found, url, top=top, now=now).is_dropped:
            return
        cookie = self._make(found, url, now)
        old = self._cookies.pop(cookie.scope, None)
        if not cookie.is_alive(now):
            return
        if old is not None and old.is_alive(now):
            cookie = replace(cookie, created=old.created, number=old.number)
        self._cookies[cookie.scope] = cookie

    def put(self, cookies: Mapping[str, str], host: str, now: Seconds) -> None:
        """Put cookies in that no response of a URL has set, as somebody does who stole them."""
        for name, value in cookies.items():
            found = SetCookie(name=name, value=value, size=0, path="/")
            cookie = self._make(found, f"http://{host}/", now)
            self._cookies[cookie.scope] = cookie

    def header(self, url: str, now: Seconds, *, method: str = "GET", initiator: str = "") -> str:
        """Return the Cookie header of a navigation; empty: no cookie goes with it.

        `initiator` is the URL of the page that began it; empty: a person typed the address.
        """
        is_cross = bool(initiator) and not is_same_site(initiator, url)
        sent = [
            cookie
            for cookie in self._cookies.values()
            if cookie.is_alive(now)
            and _goes_to(cookie, url)
            and (not is_cross or _crosses_sites(cookie, method, now))
        ]
        sent.sort(key=lambda cookie: (-len(cookie.path), cookie.number))
        return "; ".join(_to_pair(cookie) for cookie in sent)

    def cookies(self, now: Seconds) -> list[KeptCookie]:
        """Return the cookies it holds, the oldest first."""
        alive = [cookie for cookie in self._cookies.values() if cookie.is_alive(now)]
        return sorted(alive, key=lambda cookie: cookie.number)

    def drop(self, name: str, now: Seconds) -> list[str]:
        """Forget the cookies of a name, all without one; returns the names of those that lived."""
        doomed = [cookie for cookie in self._cookies.values() if name in ("", cookie.name)]
        for cookie in doomed:
            del self._cookies[cookie.scope]
        return [cookie.name for cookie in doomed if cookie.is_alive(now)]

    def get(self, scope: Scope) -> KeptCookie | None:
        """Return the cookie of a scope, whether its time is over or not."""
        return self._cookies.get(scope)

    def make(self, line: str, url: str, now: Seconds) -> KeptCookie:
        """Return the cookie that a Set-Cookie line would make; the jar stays as it is.

        Raises: InputError for a line that the browser drops, with its rules.
        """
        found = parse_set_cookie(line)
        keeping = keeping_of(self._browser, found, url, now=now)
        if keeping.is_dropped:
            raise InputError(f"{self._browser} drops it: {'; '.join(keeping.why)}")
        return self._make(found, url, now)

    def place(self, scope: Scope, cookie: KeptCookie | None) -> None:
        """Put a cookie at a scope in place of what is there; None: nothing is there then."""
        self._cookies.pop(scope, None)
        if cookie is not None:
            self._cookies[scope] = cookie

    def _make(self, found: SetCookie, url: str, now: Seconds) -> KeptCookie:
        parts = split_url(url)
        host = (parts.hostname or "").lower()
        domain = limit_attribute(found.domain).lstrip(".").lower()
        return KeptCookie(
            name=found.name,
            value=found.value,
            domain=domain or host,
            is_host_only=not domain or is_whole_host(domain, host),
            path=cookie_path(limit_attribute(found.path), parts.path),
            ends=_find_end(self._browser, found, now),
            is_secure=found.secure,
            same_site=_known_same_site(found.same_site),
            created=now,
            number=next(self._numbers),
            is_http_only=found.http_only,
            is_partitioned=found.partitioned,
        )


def _find_end(browser: BrowserName, cookie: SetCookie, now: Seconds) -> Seconds | None:
    """Return when a cookie ends: Max-Age wins over Expires, and no cookie lives over 400 days."""
    life = find_life(browser, cookie, now)
    if life is None:
        return None
    if life == DELETES:
        return -math.inf
    return now + life


def _known_same_site(value: str) -> str:
    lower = value.lower()
    if lower in ("strict", "lax", "none"):
        return lower
    return ""


def _goes_to(cookie: KeptCookie, url: str) -> bool:
    parts = split_url(url)
    host = (parts.hostname or "").lower()
    if cookie.is_secure and not is_secure_url(url):
        return False
    if not is_path_match(parts.path or "/", cookie.path):
        return False
    if cookie.is_host_only:
        return host == cookie.domain
    return is_domain_match(host, cookie.domain)


def _crosses_sites(cookie: KeptCookie, method: str, now: Seconds) -> bool:
    """Check whether a cookie goes with a navigation that another site began."""
    match cookie.same_site:
        case "none":
            return True
        case "strict":
            return False
        case "lax":
            return method in SAFE_METHODS
        case _:
            return method in SAFE_METHODS or now - cookie.created <= LAX_ALLOWANCE


def _to_pair(cookie: KeptCookie) -> str:
    if not cookie.name:
        return cookie.value
    return f"{cookie.name}={cookie.value}"

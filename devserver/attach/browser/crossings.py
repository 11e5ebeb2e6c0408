"""Which cookies stay behind when a browser crosses hosts and sites, and why.

another site     a frame or a script of another site's page asks: third party
another name     localhost, 127.0.0.1 and [::1] are one machine, and three hosts with a jar each
a sibling        app.localhost and api.localhost are two sites, as com has many
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import SplitResult

from session_inspector.devserver.attach.browser.observed import Hop
from session_inspector.devserver.cookies.jar import parse_pairs
from session_inspector.devserver.cookies.scope import is_address, is_loopback, is_path_match
from session_inspector.devserver.cookies.set_cookie import parse_set_cookie
from session_inspector.devserver.cookies.url_parts import split_url
from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.events.browser import HeldCookie, UnsentCookie
from session_inspector.devserver.core.frozen import replace

EMBEDDED = ("", "iframe", "frame", "object", "embed", "empty")
"""What asks for a page or for data (Sec-Fetch-Dest); a picture of another site needs no cookie."""
CROSSING = ("SameSite", "SchemefulSameSite", "ThirdParty", "UserPreferences")
"""How the browser's reasons begin that blame the page around."""
DENIED = (401, 403)
KEPT = 2_000
"""Cookies whose port is remembered."""


class Crossings:
    """Follows one browser: which host has been given which cookie by which port."""

    def __init__(self) -> None:
        self._ports: Bounded[int] = Bounded(KEPT)
        self._told: Bounded[tuple[UnsentCookie, ...]] = Bounded(KEPT)

    def find_news(
        self, hop: Hop, jar: Sequence[HeldCookie], before: Sequence[HeldCookie]
    ) -> tuple[UnsentCookie, ...]:
        """Return what a request went without, unless the same was returned for its URL before."""
        unsent = self._find_unsent(hop, jar, before)
        request = f"{hop.method} {hop.url.partition('?')[0]}"
        if not unsent or self._told.get(request) == unsent:
            return ()
        self._told.put(request, unsent)
        return unsent

    def _find_unsent(
        self, hop: Hop, jar: Sequence[HeldCookie], before: Sequence[HeldCookie]
    ) -> tuple[UnsentCookie, ...]:
        """`before` is the jar of the look before: a cookie that came later was not left behind."""
        if not hop.unsent and not jar:
            return ()
        sent = _names_sent(hop)
        known = {_owner_of(cookie) for cookie in before}
        unsent = [_mark(cookie, hop, sent) for cookie in hop.unsent]
        for cookie in jar:
            owner = _owner_of(cookie)
            was_there = owner in known or self._ports.get(owner) is not None
            if was_there and cookie.name not in sent:
                unsent += self._find_neighbour(cookie, hop)
        return tuple(unsent)

    def note(self, hop: Hop) -> None:
        """Remember which port has set what."""
        for line in hop.set_cookies:
            name = parse_set_cookie(line).name
            self._ports.put(f"{hop.parts.hostname} {name}", hop.parts.port or 0)

    def _find_neighbour(self, cookie: HeldCookie, hop: Hop) -> Iterator[UnsentCookie]:
        parts = hop.parts
        host = parts.hostname or ""
        path = parts.path or "/"
        is_usable = cookie.is_host_only and not cookie.partition and cookie.domain != host
        if not is_usable or path == "/favicon.ico" or not is_path_match(path, cookie.path):
            return
        port = cookie.source_port or self._ports.get(_owner_of(cookie)) or 0
        if _is_other_name(cookie.domain, host) and port in (0, parts.port):
            why = f"it is of {cookie.domain}, and {host} is another host for a browser"
            yield _make(cookie, why)
        elif _is_denied_sibling(cookie.domain, parts, hop):
            why = f"it is of {cookie.domain}, and {host} is another site for a browser"
            yield _make(cookie, why)


def is_embedded(hop: Hop) -> bool:
    """Check for a frame or a script of another site's page."""
    return bool(hop.top) and hop.header("sec-fetch-dest") in EMBEDDED


def _owner_of(cookie: HeldCookie) -> str:
    return f"{cookie.domain} {cookie.name}"


def _names_sent(hop: Hop) -> set[str]:
    return {name for name, _ in parse_pairs(hop.header("cookie"))}


def _mark(cookie: UnsentCookie, hop: Hop, sent: set[str]) -> UnsentCookie:
    """Mark a cookie that the page around it keeps away, unless one of its name was sent."""
    is_crossing = any(reason.startswith(CROSSING) for reason in cookie.reasons)
    return replace(
        cookie, is_third_party=is_crossing and is_embedded(hop) and cookie.name not in sent
    )


def _make(cookie: HeldCookie, why: str) -> UnsentCookie:
    return UnsentCookie(name=cookie.name, why=why, reasons=(), domain=cookie.domain)


def _is_other_name(one: str, other: str) -> bool:
    return _is_name_of_machine(one) and _is_name_of_machine(other)


def _is_name_of_machine(host: str) -> bool:
    return host == "localhost" or (is_address(host) and is_loopback(host))


def _is_denied_sibling(domain: str, asked: SplitResult, hop: Hop) -> bool:
    """Check for a script of one `*.localhost` that another one turned away, without its cookie."""
    page = split_url(hop.header("origin"))
    host = asked.hostname or ""
    if page.hostname != domain or hop.header("sec-fetch-mode") not in ("", "cors"):
        return False
    is_by_token = bool(hop.header("authorization"))
    return is_sibling(domain, host) and hop.status in DENIED and not is_by_token


def is_sibling(one: str, other: str) -> bool:
    """Check for two names under `localhost`, which browsers treat as a public suffix."""
    return all(host == "localhost" or host.endswith(".localhost") for host in (one, other))

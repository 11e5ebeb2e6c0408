"""The rules by which a browser drops a Set-Cookie line, or changes what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from session_inspector.devserver.cookies.scope import (
    cookie_path,
    is_address,
    is_domain_match,
    is_loopback,
    is_public_suffix,
    is_same_site,
    is_whole_host,
)
from session_inspector.devserver.cookies.set_cookie import SetCookie
from session_inspector.devserver.cookies.url_parts import split_url
from session_inspector.devserver.core.values import Seconds

BrowserName: TypeAlias = Literal["Chrome", "Firefox", "Safari"]
LARGEST = 4096
"""Bytes of name and value together (RFC 6265bis §5.7)."""
LONGEST_ATTRIBUTE = 1024
"""Bytes of an attribute's value; a longer one is as if it were not there."""
LONGEST_LIFE = 400 * 86_400
"""Seconds; a later end is brought forward to this (RFC 6265bis §5.5)."""
SECURE_OVER_HTTP = "Secure over plain http"
"""Why a line is dropped; the page says http, and the host is not this machine."""
PREFIXES = ("__secure-", "__host-http-", "__host-", "__http-")
"""In lower case: browsers ignore case here."""
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
"""A control character that no browser takes; a tab has a rule of its own."""


@dataclass(frozen=True, slots=True)
class Situation:
    """Where a response was read."""

    url: str
    """Of the response; empty: not known."""
    top: str = ""
    """Of the page around its frame; empty: the response is the page, or of its site."""

    @property
    def host(self) -> str:
        """The host, in lower case; empty: not known."""
        return (split_url(self.url).hostname or "").lower()

    @property
    def scheme(self) -> str:
        """`http` or `https`; empty: not known."""
        return split_url(self.url).scheme

    @property
    def is_framed(self) -> bool:
        """True: the page around it is of another site."""
        return bool(self.top) and not is_same_site(self.top, self.url)


def find_broken_sizes(
    browser: BrowserName, cookie: SetCookie, *, is_whole: bool = True
) -> Iterator[str]:
    """Yield rules of names, values and sizes that a cookie breaks."""
    size = _bytes_of(cookie.name) + _bytes_of(cookie.value)
    if size > LARGEST:
        yield f"name and value have {size} bytes, {size - LARGEST} more than {LARGEST}"
    if not cookie.name and not cookie.value:
        yield "it has neither name nor value"
    elif is_whole and not cookie.name and browser == "Firefox" and not cookie.is_bare:
        yield "it has no name"
    if CONTROL.search(cookie.name + cookie.value):
        yield "its name or value has a control character"
    elif cookie.controls.strip("\t"):
        yield "it has a control character"
    if browser == "Chrome" and "\t" in cookie.name + cookie.value + cookie.controls:
        yield "it has a tab inside"


def find_broken_rules(
    browser: BrowserName, cookie: SetCookie, situation: Situation
) -> Iterator[str]:
    """Yield rules of attributes and sites that a whole line breaks."""
    yield from _broken_prefix(browser, cookie, situation)
    if browser != "Safari":
        yield from _broken_attributes(cookie)
    if cookie.secure and situation.scheme == "http":
        yield from _broken_secure(browser, situation.host)
    yield from _broken_domain(cookie, situation.host)
    if situation.is_framed:
        yield from _broken_frame(browser, cookie)


def find_changes(browser: BrowserName, cookie: SetCookie, now: Seconds | None) -> Iterator[str]:
    """Yield how a browser keeps a line otherwise than it says."""
    if (cookie.max_age or 0) > LONGEST_LIFE and browser != "Safari":
        yield "lives 400 days at most, whatever Max-Age says"
    if not _is_same_site_known(cookie) and browser == "Chrome":
        yield "no SameSite: treated as Lax"
    if cookie.is_bare and browser == "Firefox":
        yield "has no `=`: all of it is the name"
    for name, text in (("Path", cookie.path), ("Domain", cookie.domain)):
        if _bytes_of(text) > LONGEST_ATTRIBUTE:
            yield f"{name} is longer than {LONGEST_ATTRIBUTE} bytes, and ignored"


def find_nameless_prefix(cookie: SetCookie) -> str:
    """Return the protected prefix that the value of a cookie without a name begins with."""
    if cookie.name:
        return ""
    lower = cookie.value.lower()
    return next((prefix for prefix in PREFIXES if lower.startswith(prefix)), "")


def limit_attribute(text: str) -> str:
    """Return an attribute's value; one that is too long is as if it were not there."""
    if _bytes_of(text) > LONGEST_ATTRIBUTE:
        return ""
    return text


def _broken_prefix(browser: BrowserName, cookie: SetCookie, situation: Situation) -> Iterator[str]:
    lower = cookie.name.lower()
    if not lower:
        if find_nameless_prefix(cookie):
            yield "it has no name, and its value begins as the name of a protected cookie"
        return
    prefix = next((one for one in PREFIXES if lower.startswith(one)), "")
    if not prefix or (prefix.endswith("http-") and browser == "Safari" and "host" not in prefix):
        return
    shown = _SPELLED[prefix]
    if not cookie.secure:
        yield f"a {shown} name needs the Secure attribute"
    if prefix.endswith("http-") and not cookie.http_only and browser != "Safari":
        yield f"a {shown} name needs the HttpOnly attribute"
    if prefix.startswith("__host-"):
        yield from _broken_host_prefix(browser, cookie, situation, shown)


_SPELLED = {
    "__secure-": "__Secure-",
    "__host-http-": "__Host-Http-",
    "__host-": "__Host-",
    "__http-": "__Http-",
}


def _broken_host_prefix(
    browser: BrowserName, cookie: SetCookie, situation: Situation, shown: str
) -> Iterator[str]:
    domain = _strip_dot(limit_attribute(cookie.domain))
    host = situation.host
    is_own = is_whole_host(domain, host)
    if browser != "Firefox":
        is_own = is_own and is_address(host)  # here localhost is a Domain to the others
    if domain and not is_own:
        yield f"a {shown} name may have no Domain"
    path = limit_attribute(cookie.path)
    if browser == "Firefox" and situation.url:
        path = cookie_path(path, split_url(situation.url).path)
    if path != "/":
        yield f"a {shown} name needs Path=/"


def _broken_attributes(cookie: SetCookie) -> Iterator[str]:
    if cookie.same_site.lower() == "none" and not cookie.secure:
        yield "SameSite=None needs Secure"
    if cookie.partitioned and not cookie.secure:
        yield "Partitioned needs Secure"


def _broken_secure(browser: BrowserName, host: str) -> Iterator[str]:
    if not is_loopback(host):
        yield SECURE_OVER_HTTP
    elif browser == "Safari":
        yield "Secure on http://localhost: Safari does not take localhost for safe"


def _broken_domain(cookie: SetCookie, host: str) -> Iterator[str]:
    given = limit_attribute(cookie.domain)
    domain = _strip_dot(given)
    if not given or not host or domain == host:
        return
    if not domain or not is_domain_match(host, domain):
        yield f"Domain={cookie.domain} is not the host {host}, nor one above it"
    elif is_public_suffix(domain):
        yield f"Domain={cookie.domain} is nobody's own: {host} may not set cookies for all of it"


def _broken_frame(browser: BrowserName, cookie: SetCookie) -> Iterator[str]:
    """Yield what keeps a cookie out of a frame of another site."""
    same_site = cookie.same_site.lower()
    if same_site in ("lax", "strict"):
        yield f"SameSite={cookie.same_site} in a frame of another site"
    elif browser == "Chrome" and same_site != "none":
        yield "no SameSite, so Lax, in a frame of another site"
    if browser == "Firefox":
        return  # each site's frames have a jar of their own there
    if not cookie.partitioned:
        yield "third-party cookies are blocked, and it is not Partitioned"


def _is_same_site_known(cookie: SetCookie) -> bool:
    return cookie.same_site.lower() in ("none", "lax", "strict")


def _strip_dot(domain: str) -> str:
    return domain.lower().removeprefix(".")


def _bytes_of(text: str) -> int:
    return len(text.encode("utf-8", "replace"))

"""Which browsers keep a cookie: the rules of RFC 6265bis, and where browsers differ.

A rule that needs an attribute or the site is only applied when that is known: a Cookie header
has neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from session_inspector.devserver.cookies.scope import is_loopback, is_public_suffix
from session_inspector.devserver.cookies.set_cookie import SetCookie

LARGEST = 4096
"""Bytes of name and value together (RFC 6265bis §5.7)."""
LONGEST_ATTRIBUTE = 1024
"""Bytes of an attribute's value; a longer one is as if it were not there."""
LONGEST_LIFE = 400 * 86_400
"""Seconds; a later end is brought forward to this (RFC 6265bis §5.5)."""
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
"""Characters that no value may have; a tab is none of them."""
BROWSERS = ("Chrome", "Firefox", "Safari")


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """What one browser does with one cookie."""

    browser: str
    is_kept: bool
    why: tuple[str, ...] = ()
    """Rules that drop it; for a kept one, rules that change it."""


def judge_browsers(cookie: SetCookie, origin: str, *, is_whole: bool) -> tuple[Keeping, ...]:
    """Return a verdict a browser.

    `origin` is a URL of the response, empty when unknown. `is_whole` False: the attributes are
    not known, and only the rules of names and sizes apply.
    """
    return tuple(_judge_browser(browser, cookie, origin, is_whole) for browser in BROWSERS)


def keeping_of(browser: str, cookie: SetCookie, origin: str) -> Keeping:
    """Return what one browser does with a whole Set-Cookie line."""
    return _judge_browser(browser, cookie, origin, is_whole=True)


def _judge_browser(browser: str, cookie: SetCookie, origin: str, is_whole: bool) -> Keeping:
    why = list(_broken_sizes(cookie))
    if is_whole:
        why += _broken_attributes(browser, cookie, origin)
    if why:
        return Keeping(browser=browser, is_kept=False, why=tuple(why))
    changes: tuple[str, ...] = ()
    if is_whole:
        changes = tuple(_changes(browser, cookie))
    return Keeping(browser=browser, is_kept=True, why=changes)


def _broken_sizes(cookie: SetCookie) -> Iterator[str]:
    size = len(cookie.name.encode("utf-8", "replace")) + len(
        cookie.value.encode("utf-8", "replace")
    )
    if size > LARGEST:
        yield f"name and value have {size} bytes, {size - LARGEST} more than {LARGEST}"
    if not cookie.name and not cookie.value:
        yield "it has neither name nor value"
    if CONTROL.search(cookie.value):
        yield "its value has a control character"


def _broken_attributes(browser: str, cookie: SetCookie, origin: str) -> Iterator[str]:
    site = urlsplit(origin)
    host = site.hostname or ""
    yield from _broken_prefix(cookie)
    if _is_insecure_none(cookie) and browser == "Chrome":
        yield "SameSite=None needs Secure"
    if cookie.secure and site.scheme == "http":
        yield from _broken_secure(browser, host)
    domain = cookie.domain.lstrip(".").lower()
    if domain and host and host != domain and not host.endswith(f".{domain}"):
        yield f"Domain={cookie.domain} is not the host {host}, nor one above it"
    elif domain and host and host != domain and is_public_suffix(domain):
        yield f"Domain={cookie.domain} is nobody's own: {host} may not set cookies for all of it"


def _broken_prefix(cookie: SetCookie) -> Iterator[str]:
    lower = cookie.name.lower()
    if lower.startswith("__secure-") and not cookie.secure:
        yield "a __Secure- name needs the Secure attribute"
    if lower.startswith("__host-"):
        if not cookie.secure:
            yield "a __Host- name needs the Secure attribute"
        if cookie.domain:
            yield "a __Host- name may have no Domain"
        if cookie.path != "/":
            yield "a __Host- name needs Path=/"


def _broken_secure(browser: str, host: str) -> Iterator[str]:
    if not is_loopback(host):
        yield "Secure over plain http"
    elif browser == "Safari":
        yield "Secure on http://localhost: Safari does not take localhost for safe"


def _is_insecure_none(cookie: SetCookie) -> bool:
    return cookie.same_site.lower() == "none" and not cookie.secure


def _changes(browser: str, cookie: SetCookie) -> Iterator[str]:
    if (cookie.max_age or 0) > LONGEST_LIFE and browser != "Safari":
        yield "lives 400 days at most, whatever Max-Age says"
    if _is_insecure_none(cookie) and browser == "Firefox":
        yield "warns: SameSite=None without Secure is to be dropped"
    if not cookie.same_site and browser == "Chrome":
        yield "no SameSite: treated as Lax"
    for name, text in (("Path", cookie.path), ("Domain", cookie.domain)):
        if len(text.encode("utf-8", "replace")) > LONGEST_ATTRIBUTE:
            yield f"{name} is longer than {LONGEST_ATTRIBUTE} bytes, and ignored"

"""May a cache keep a response that sets a cookie, and give it to the next visitor (RFC 9111)?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from functools import lru_cache

from session_inspector.devserver.core.events.exchange import ExchangeEnded

HEURISTIC = frozenset({200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501})
"""Statuses that a cache may keep although nothing says for how long (RFC 9110 section 15.1)."""
LONGEST = 12
"""Digits of a lifetime that are read: longer ones are as good as for ever."""
HEADERS = 500
"""Cache-Control headers that are kept parsed: an app has few."""
CACHED_METHODS = ("GET", "HEAD")
_DIRECTIVE = re.compile(r'([\w-]+)(?:\s*=\s*(?:"([^"]*)"|([^\s,]*)))?')


def may_be_reused(method: str, event: ExchangeEnded) -> bool:
    """Check whether another visitor may get a stored response without asking the app."""
    rules = parse_directives(event.cache_control)
    if method not in CACHED_METHODS or event.vary.strip() == "*" or event.status == 304:
        return False
    if "no-store" in rules or _names_cookie(rules, "private") or _names_cookie(rules, "no-cache"):
        return False
    lifetime = _explicit_lifetime(rules, event)
    if lifetime is None:
        return event.status in HEURISTIC or "public" in rules
    return lifetime > 0 or "stale-while-revalidate" in rules


def is_kept_by_cookie(event: ExchangeEnded) -> bool:
    """Check whether a cache gives a stored response only to requests with the same cookies."""
    return "cookie" in {field.strip().lower() for field in event.vary.split(",")}


@lru_cache(HEADERS)
def parse_directives(header: str) -> Mapping[str, str]:
    """Return the directives of Cache-Control, in lower case; empty: without an argument."""
    found = _DIRECTIVE.finditer(header.lower())
    return {match[1]: match[2] or match[3] or "" for match in found}


def _names_cookie(rules: Mapping[str, str], name: str) -> bool:
    """Check whether a directive holds for Set-Cookie: for all headers, or for those it names."""
    fields = rules.get(name)
    if fields is None:
        return False
    return not fields or "set-cookie" in {field.strip() for field in fields.split(",")}


def _explicit_lifetime(rules: Mapping[str, str], event: ExchangeEnded) -> float | None:
    """Return the seconds that a shared cache may keep it; None: nothing says so."""
    for name in ("s-maxage", "max-age"):
        if name in rules:
            return _to_seconds(rules[name])
    if not event.expires:
        return None
    try:
        return parsedate_to_datetime(event.expires).timestamp() - event.at
    except (ValueError, OverflowError):
        return 0.0  # a date that cannot be read is in the past (RFC 9111 section 5.3)


def _to_seconds(text: str) -> float:
    if not text.isascii() or not text.isdigit():
        return 0.0
    return float(text[:LONGEST])

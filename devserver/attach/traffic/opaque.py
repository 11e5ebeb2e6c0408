"""Cookies that no decoder knows: which of them behave like a session, and what is told of them.

A value that looks drawn by lot, which scripts may not read (HttpOnly) or which answers a form,
could be a session. It is no proof: it is listed with "format unknown".
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping

from session_inspector.devserver.cookies.set_cookie import SetCookie

SHORTEST = 16
"""Characters; 64 bits as hexadecimal digits (OWASP ASVS 7.2.3 asks for 128)."""
LEAST_BITS = 48
"""By the frequencies of its own characters, which a short value underrates."""
READING = ("GET", "HEAD", "OPTIONS")
_TOKEN = re.compile(r"[A-Za-z0-9+/=_.:|~!*'()-]+\Z")
_OTHERS = re.compile(
    r"csrf|xsrf|^_ga|^_gid|^__cf|^cf_|^awsalb|^arraffinity|^incap_|^visid_|^nlbi_|^bigip"
    r"|^__utm|^_fbp|^ajs_|^intercom-",
    re.IGNORECASE,
)
"""Names of request forgery tokens, load balancers and analytics: drawn by lot, and no session."""


def looks_drawn(value: str) -> bool:
    """Check whether a value looks as if it was drawn by lot, as ids and tokens are."""
    if len(value) < SHORTEST or not _TOKEN.match(value):
        return False
    has_digit = any(char.isdigit() for char in value)
    has_letter = any(char.isalpha() for char in value)
    is_digits = value.isdigit() and len(value) >= 2 * SHORTEST
    return ((has_digit and has_letter) or is_digits) and _bits(value) >= LEAST_BITS


def _bits(value: str) -> float:
    """Return the information of a value by the frequencies of its characters."""
    size = len(value)
    return -sum(count * math.log2(count / size) for count in Counter(value).values())


def is_like_session(cookie: SetCookie, value: str, method: str) -> bool:
    """Check whether a cookie that a response set behaves like a session's."""
    if _OTHERS.search(cookie.name) or not looks_drawn(value):
        return False
    return cookie.http_only or method not in READING


def describe_cookies(cookies: Mapping[str, str]) -> str:
    """Return the name of a session whose format is unknown; `cookies`: name to who set it."""
    return f"{', '.join(cookies)} · format unknown"

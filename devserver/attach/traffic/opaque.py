"""Cookies that no decoder knows: which of them behave like a session, and what is told of them.

A value that looks drawn by lot, which scripts may not read (HttpOnly) or which answers a form,
could be a session. It is no proof: it is listed with "format unknown".
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from session_inspector.devserver.cookies.set_cookie import SetCookie
from session_inspector.devserver.decoders.drawn import looks_drawn

READING = ("GET", "HEAD", "OPTIONS")
_OTHERS = re.compile(
    r"csrf|xsrf|^_ga|^_gid|^__cf|^cf_|^awsalb|^arraffinity|^incap_|^visid_|^nlbi_|^bigip"
    r"|^__utm|^_fbp|^ajs_|^intercom-",
    re.IGNORECASE,
)
"""Names of request forgery tokens, load balancers and analytics: drawn by lot, and no session."""


def is_like_session(cookie: SetCookie, value: str, method: str) -> bool:
    """Check whether a cookie that a response set behaves like a session's."""
    if _OTHERS.search(cookie.name) or not looks_drawn(value):
        return False
    return cookie.http_only or method not in READING


def describe_cookies(cookies: Mapping[str, str]) -> str:
    """Return the name of a session whose format is unknown; `cookies`: name to who set it."""
    return f"{', '.join(cookies)} · format unknown"

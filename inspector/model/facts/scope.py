"""What makes a cookie another one: its name, domain and path."""

from __future__ import annotations

from session_inspector.devserver.cookies.scope import cookie_path
from session_inspector.devserver.core.events.exchange import CookieSet


def scope_of(cookie: CookieSet, request_path: str) -> str:
    """Return the key of a cookie that a response to a request for a path has set or deleted.

    A deletion with another path or domain is about another cookie: the live one stays.
    """
    domain = cookie.domain.lstrip(".").lower()
    return f"{cookie.name};{domain};{cookie_path(cookie.path, request_path)}"

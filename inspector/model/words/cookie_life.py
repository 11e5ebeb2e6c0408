"""Until when a cookie lives, worded by the attribute that says so."""

from __future__ import annotations

from session_inspector.devserver.cookies.browsers.rules import LONGEST_LIFE
from session_inspector.devserver.core.events.exchange import CookieSet
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.words.text import duration, span

TOO_LONG = "> 400 d"
"""What is left of a cookie that browsers keep for 400 days, and Safari for longer."""


def is_by_expires(cookie: CookieSet) -> bool:
    """Check whether a cookie has no Max-Age that counts, and its Expires does."""
    return cookie.lifetime.startswith("Expires=")


def life_text(cookie: CookieSet) -> str:
    """Return `Max-Age 60 s`, or `Expires in 60 s`; what no browser keeps so long, as it stands."""
    if cookie.max_age is None:
        return "browser session"
    _, _, stands = cookie.lifetime.partition("=")
    if cookie.max_age > LONGEST_LIFE:
        name = "Expires" if is_by_expires(cookie) else "Max-Age"
        return f"{name} {stands or format(cookie.max_age, '.0f')}"
    if not is_by_expires(cookie):
        return f"Max-Age {span(cookie.max_age)}"
    if cookie.max_age <= 0:
        return "Expires in the past"
    return f"Expires in {span(cookie.max_age)}"


def describe_left(left: Seconds) -> str:
    """Return how much is left of a cookie that is to live for so long."""
    if left > LONGEST_LIFE:
        return TOO_LONG
    return duration(left)

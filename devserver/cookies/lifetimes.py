"""How long cookies live, one by its line and several together: with the browser, or to a moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from session_inspector.devserver.cookies.cookie_date import parse_cookie_date
from session_inspector.devserver.cookies.set_cookie import SetCookie
from session_inspector.devserver.core.values import Seconds


def cookie_end(line: SetCookie, at: Seconds) -> Seconds | None:
    """Return when a browser forgets a cookie; None: with its session. Max-Age wins over Expires."""
    if line.max_age is not None:
        return at + line.max_age
    ends = parse_cookie_date(line.expires)
    if ends is None or line.sent_at is None:
        return ends
    return at + ends - line.sent_at


def is_deleted(line: SetCookie, at: Seconds) -> bool:
    """Check whether a browser forgets a cookie at once, by Max-Age or Expires."""
    ends = cookie_end(line, at)
    return ends is not None and ends <= at


def only_dated(ends: Mapping[str, Seconds | None]) -> dict[str, Seconds]:
    """Return the cookies that end at a moment, by their names."""
    return {name: end for name, end in ends.items() if end is not None}


def last_dated_end(ends: Iterable[Seconds | None]) -> Seconds | None:
    """Return when the last one ends of those that end at a moment; None: none does."""
    return max((end for end in ends if end is not None), default=None)

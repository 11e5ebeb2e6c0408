"""How long a browser lets a cookie live: Max-Age wins over Expires, and 400 days are the most.

Max-Age is digits after a minus at most (RFC 6265 §5.2.2); anything else is as if it were not
there. Seen beside that: Chromium also takes a plus, and whatever begins with a minus is over in
Firefox. Both count Expires from the Date of the response, so that a server whose clock is off sets
the life that it means; Safari could not be tried.
"""

from __future__ import annotations

import math
import re

from session_inspector.devserver.cookies.browsers.rules import LONGEST_LIFE, BrowserName
from session_inspector.devserver.cookies.cookie_date import parse_cookie_date
from session_inspector.devserver.cookies.set_cookie import SetCookie
from session_inspector.devserver.core.values import Seconds

DELETES = -math.inf
"""A life that is over at once."""
_WITH_PLUS = re.compile(r"\+[0-9]{1,15}")


def find_life(browser: BrowserName, cookie: SetCookie, now: Seconds | None) -> Seconds | None:
    """Return seconds that a browser keeps a cookie; None: as long as itself; DELETES: none.

    Without `now` a date of an Expires is not judged.
    """
    age = find_max_age(browser, cookie)
    if age is None and cookie.expires and now is not None:
        ends = parse_cookie_date(cookie.expires)
        if ends is not None:
            age = ends - _expires_from(browser, cookie, now)
    if age is None:
        return None
    if age <= 0:
        return DELETES
    if browser == "Safari":
        return age
    return min(age, LONGEST_LIFE)


def _expires_from(browser: BrowserName, cookie: SetCookie, now: Seconds) -> Seconds:
    """Return the moment from which a browser counts Expires."""
    if browser == "Safari" or cookie.sent_at is None:
        return now
    return cookie.sent_at


def find_max_age(browser: BrowserName, cookie: SetCookie) -> Seconds | None:
    """Return the Max-Age that a browser reads; None: none that counts."""
    given = cookie.max_age_given
    if browser == "Chrome" and _WITH_PLUS.fullmatch(given):
        return float(given)
    if browser == "Firefox" and given.startswith("-"):
        return DELETES
    return cookie.max_age


def find_end(browser: BrowserName, cookie: SetCookie, now: Seconds | None) -> str:
    """Return which attribute deletes a cookie."""
    if find_max_age(browser, cookie) is None:
        ends = parse_cookie_date(cookie.expires)
        if now is not None and ends is not None and ends > now:
            return f"Expires={cookie.expires} is over by the Date of its response"
        return f"Expires={cookie.expires} is over"
    if not cookie.max_age_given:
        return "its end is in the past"
    return f"Max-Age={cookie.max_age_given} is over at once"

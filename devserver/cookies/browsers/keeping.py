"""What browsers do with a Set-Cookie line: keep it, drop it, or delete a cookie by it.

The rules are those of RFC 6265bis and of the layered cookies draft, where browsers follow them;
Chromium and Firefox have judged them (`tests/devserver/cookies/browsers`), Safari could not be
tried. A rule that needs an attribute or the site is only applied when that is known: a Cookie
header has neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from session_inspector.devserver.cookies.browsers.lives import DELETES, find_end, find_life
from session_inspector.devserver.cookies.browsers.rules import (
    BrowserName,
    Situation,
    find_broken_rules,
    find_broken_sizes,
    find_changes,
)
from session_inspector.devserver.cookies.set_cookie import SetCookie
from session_inspector.devserver.core.values import Seconds

BROWSERS: tuple[BrowserName, ...] = ("Chrome", "Firefox", "Safari")
UNTRIED = ("Safari",)
"""Browsers whose rules nobody could judge by the browser itself."""
What: TypeAlias = Literal["keeps", "drops", "deletes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """What one browser does with one cookie."""

    browser: str
    what: What
    why: tuple[str, ...] = ()
    """Rules that drop or change it; of a deletion, what makes it one."""

    @property
    def is_kept(self) -> bool:
        """True: the browser has the cookie after it."""
        return self.what == "keeps"

    @property
    def is_dropped(self) -> bool:
        """True: the line changes nothing; a deletion is obeyed."""
        return self.what == "drops"


def judge_browsers(
    cookie: SetCookie,
    url: str,
    *,
    is_whole: bool,
    top: str = "",
    now: Seconds | None = None,
) -> tuple[Keeping, ...]:
    """Return a verdict a browser.

    `url` is that of the response, as the browser has it; empty when unknown. `top` is the URL of
    the page around a frame; empty: the response is the page, or of its site. `is_whole` False: the
    attributes are not known, and only the rules of names and sizes apply. Without `now` no date of
    an Expires is over.
    """
    situation = Situation(url, top)
    return tuple(_judge(browser, cookie, situation, is_whole, now) for browser in BROWSERS)


def keeping_of(
    browser: BrowserName, cookie: SetCookie, url: str, *, top: str = "", now: Seconds | None = None
) -> Keeping:
    """Return what one browser does with a whole Set-Cookie line."""
    return _judge(browser, cookie, Situation(url, top), True, now)


def _judge(
    browser: BrowserName,
    cookie: SetCookie,
    situation: Situation,
    is_whole: bool,
    now: Seconds | None,
) -> Keeping:
    why = list(find_broken_sizes(browser, cookie, is_whole=is_whole))
    if is_whole:
        why += find_broken_rules(browser, cookie, situation)
    if why:
        return Keeping(browser=browser, what="drops", why=tuple(why))
    if not is_whole:
        return Keeping(browser=browser, what="keeps")
    life = find_life(browser, cookie, now)
    if life == DELETES:
        return Keeping(browser=browser, what="deletes", why=(find_end(browser, cookie, now),))
    return Keeping(browser=browser, what="keeps", why=tuple(find_changes(browser, cookie, now)))

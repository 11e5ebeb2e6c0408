"""Cookies in which nobody is: opened, and empty inside.

POST /logout   sets user=<signed "">       Tornado's set_signed_cookie("user", ""): a logout
GET /          brings it                   no session
POST /login    brings it, sets another     a new session
"""

from __future__ import annotations

from collections.abc import Sequence

from session_inspector.devserver.attach.traffic.arrival import CookieAnswer
from session_inspector.devserver.attach.traffic.endings import is_cleared
from session_inspector.devserver.attach.traffic.opener import OpenedJar
from session_inspector.devserver.attach.visitors.unverified import NO_SECRET_CODE
from session_inspector.devserver.cookies.lifetimes import is_deleted
from session_inspector.devserver.cookies.set_cookie import SetCookie
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.decoders.base import Decoded
from session_inspector.devserver.decoders.subject import STAMPS, is_of_nobody, is_word

READABLE = ("", NO_SECRET_CODE, "expired")
"""Codes of cookies whose content is what the app wrote."""


def says_nobody(found: Decoded) -> bool:
    """Check whether a session's cookie can be read, and holds nothing, or a word for nothing."""
    if found.role != "session" or found.session_id or found.problem not in READABLE:
        return False
    if found.text and not is_word(found.text):
        return False
    content = found.traits.without_clocks(found.payload)
    if found.problem and content.keys() <= STAMPS:
        return False  # what is inside stays sealed
    return is_of_nobody(content)


def set_nobody_aside(opened: OpenedJar) -> OpenedJar:
    """Return a jar in which cookies that say that nobody is there are no sessions."""
    nobody = tuple(one for one in opened.sessions if says_nobody(one))
    if not nobody:
        return opened
    sessions = tuple(one for one in opened.sessions if one not in nobody)
    return replace(opened, sessions=sessions, others=(*opened.others, *nobody))


def find_emptied(answer: CookieAnswer, cookies: Sequence[SetCookie]) -> frozenset[tuple[str, str]]:
    """Return (name, value) of a response's cookies that browsers keep, and that hold no session."""
    last = {cookie.name: cookie for cookie in cookies}
    return frozenset(
        (cookie.name, cookie.value)
        for cookie in cookies
        if not is_deleted(cookie, answer.at)
        and (
            is_cleared(cookie, answer.at)
            or (cookie.name in answer.nobody and last[cookie.name] is cookie)
        )
    )


def with_cleared(answer: CookieAnswer, opened: OpenedJar) -> CookieAnswer:
    """Return a response in which cookies that say nobody are empty, as they are for its app."""
    names = {name for one in opened.others if says_nobody(one) for name in one.cookies}
    nobody = frozenset(names & answer.lines.keys())
    if not nobody:
        return answer
    empty = {name: replace(answer.lines[name], value="") for name in nobody}
    return replace(answer, lines={**answer.lines, **empty}, nobody=nobody)

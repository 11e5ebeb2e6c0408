"""When a browser forgets a cookie that a response set: Max-Age, else Expires (RFC 6265 §5.3).

Expires is by the server's clock, and browsers count it from the Date of the response.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from session_inspector.devserver.attach.traffic.opener import is_unopened
from session_inspector.devserver.cookies.lifetimes import cookie_end, is_deleted
from session_inspector.devserver.cookies.set_cookie import SetCookie
from session_inspector.devserver.core.events.base import EndReason
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.values import JsonObject, Seconds, fingerprint
from session_inspector.devserver.decoders.base import Decoded
from session_inspector.devserver.decoders.subject import has_lost_user, is_word


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenEnding:
    """How a session ended, as the wire has shown it."""

    reason: EndReason | Literal["refused"]
    exchange: str
    at: Seconds
    keeps_id: bool = False
    """Its id goes on as nobody's: a request that brings it has no copy."""
    digest: str = ""
    """Of the value that ended; another one of its session is in another browser. Empty: all did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoneRow:
    """A row that a command has deleted, or that a look into the store has not found any more."""

    reason: str
    at: Seconds
    cause: str = ""
    """The command; empty: a look has shown it."""
    copy: str = ""
    """Where else the app may find the session; empty: nowhere that is known."""
    is_decided: bool = False
    """Somebody deleted it: neither its time was over, nor was it lost with its store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldCookies:
    """The cookies of a response, as far as they are sessions'."""

    holders: Mapping[str, str] = field(default_factory=dict)
    """Cookie name to session name; what is deleted counts as well."""
    emptied: frozenset[tuple[str, str]] = frozenset()
    """(Name, value) of those that browsers keep, and that hold no session."""

    def is_emptied(self, line: SetCookie) -> bool:
        """Check whether a session's cookie is left in the browser without one."""
        return line.name in self.holders and (line.name, line.value) in self.emptied


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacedId:
    """An id of a session whose place another id of it has taken."""

    digest: str
    """Of the id."""
    session: str
    """Whose it was; its row may have the name of the new id now."""
    exchange: str
    at: Seconds


@dataclass(slots=True, kw_only=True)
class LeftByLogout:
    """A logout that deleted some of the cookies that carry a session on, and left others."""

    exchange: str
    at: Seconds
    deleted: Mapping[str, str]
    """Name to digest of what it deleted; empty: the request did not bring it."""
    is_renewed: bool = False
    """What it deleted was set anew, which is no proof by itself."""


FindGone: TypeAlias = Callable[[str], GoneRow | None]
"""Returns what is known of a session's row that is gone; None: nobody has seen it go."""

EMPTIED = "the response emptied its cookie"
WITHOUT_USER = "the response wrote its cookie with nothing in it: nobody is logged in"
USER_TAKEN_OUT = "{} took the user out of the cookie: what is left in it is nobody's"
OVERWRITTEN = "the response wrote a word over its cookie, which is no session"


def find_nothing(session: str) -> GoneRow | None:
    """Know of no row that is gone: no store is watched."""
    return None


def is_cleared(line: SetCookie, at: Seconds) -> bool:
    """Check whether a browser has no value of a cookie any more that could be a session.

    h3 only empties its session's; tutorials of JWT write a word over it, as `loggedout`.
    """
    value = line.value.strip('"')
    return not value or is_word(value) or is_deleted(line, at)


def how_emptied(found: Decoded | None, lines: Mapping[str, SetCookie], at: Seconds) -> str:
    """Return how the cookies of something are left without it in the browser; empty: they go."""
    if found is None:
        return ""
    own = [lines[name] for name in found.cookies if name in lines]
    if not own or any(is_deleted(line, at) for line in own):
        return ""
    if any(is_word(line.value) for line in own):
        return OVERWRITTEN
    return EMPTIED


def digest_in(jar: Mapping[str, str], found: Decoded) -> str:
    """Return the digest of the value of something, as a request brings it."""
    return fingerprint("".join(jar.get(name, "") for name in found.cookies))


def is_deleted_by(found: Decoded, lines: Mapping[str, SetCookie], at: Seconds) -> bool:
    """Check whether a response deleted or emptied all cookies of something."""
    return all(name in lines and is_cleared(lines[name], at) for name in found.cookies)


def leaves_user(found: Decoded, content: JsonObject | None, *, is_logout: bool = False) -> bool:
    """Check whether the user of a session's content is not in its cookie any more.

    Of one that no secret has verified only what a logout has written counts: the app made that.
    """
    if content is None or found.session_id or not found.payload:
        return False
    if is_unopened(found) and not is_logout:
        return False
    return has_lost_user(content, found.payload, is_logout=is_logout)


def name_anew(found: Decoded, digest: str, content: JsonObject | None) -> str:
    """Return the name of a session that begins with a value; `content` is that of its digest.

    One may have begun with the same value, as nobody's, and a user is in that one by now.
    """
    if leaves_user(found, content):
        return fingerprint(f"nobody's {digest}")
    return digest


def to_max_age(cookie: SetCookie, at: Seconds) -> SetCookie:
    """Return a cookie whose end by Expires is a Max-Age, as the other events have it."""
    if cookie.max_age is not None:
        return cookie
    ends = cookie_end(cookie, at)
    if ends is None:
        return cookie
    if ends <= at:
        return replace(cookie, max_age=0)
    return replace(cookie, max_age=round(ends - at))

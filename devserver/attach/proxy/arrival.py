"""A request that arrived and the response to it, as far as their cookies go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from session_inspector.devserver.attach.proxy.endings import is_deleted
from session_inspector.devserver.cookies.jstext import decode_component
from session_inspector.devserver.cookies.set_cookie import SetCookie
from session_inspector.devserver.core.events.base import WriteReason
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.decoders.base import Decoded

BOOKKEEPING = frozenset({"exp", "iat", "nbf", "jti", "uat"})
"""Members that each write changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSession:
    """A session that a jar holds."""

    name: str
    found: Decoded


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A request that arrived, and the sessions its cookies hold."""

    exchange: str
    at: Seconds
    jar: Mapping[str, str]
    sessions: Sequence[NamedSession] = ()
    others: Sequence[Decoded] = ()

    @property
    def session(self) -> str:
        """The session it was about first of all."""
        return self.sessions[0].name if self.sessions else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieAnswer:
    """The response to a request, as far as its cookies go."""

    arrival: Arrival
    at: Seconds
    lines: Mapping[str, SetCookie]
    """By name, the last of each."""

    @property
    def cause(self) -> str:
        """The exchange."""
        return self.arrival.exchange

    def has_any_of(self, found: Decoded) -> bool:
        """Check whether the response set or deleted a cookie of a session."""
        return any(name in self.lines for name in found.cookies)

    def line_of(self, found: Decoded) -> SetCookie:
        """Return the first line that is about a session."""
        return next(self.lines[name] for name in found.cookies if name in self.lines)

    def value_of(self, found: Decoded) -> str:
        """Return what the response wrote into the cookies of a session, joined."""
        lines = [self.lines[name] for name in found.cookies if name in self.lines]
        values = [decode_component(line.value) for line in lines]
        return "".join(value for value in values if value is not None)


def apply_cookies(
    jar: Mapping[str, str], cookies: Sequence[SetCookie], at: Seconds
) -> dict[str, str]:
    """Return a jar as a browser has it after a response."""
    after = dict(jar)
    for cookie in cookies:
        value = decode_component(cookie.value)
        if is_deleted(cookie, at) or value is None:
            after.pop(cookie.name, None)
        else:
            after[cookie.name] = value
    return after


def write_reason(before: JsonObject | None, after: JsonObject) -> WriteReason:
    """Return why a session was written, by what changed in it."""
    if before is None:
        return "login"
    names = {*before, *after} - BOOKKEEPING
    changed = {name for name in names if before.get(name) != after.get(name)}
    if not changed:
        return "roll"
    if changed == {"tokenSet"}:
        return "refresh"
    return "update"

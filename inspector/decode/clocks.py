"""Every end that a decoded session has: the seal's, the browser's, the tokens'."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from session_inspector.devserver.core.numbers import is_number
from session_inspector.devserver.core.values import Json, Seconds, Secret
from session_inspector.devserver.decoders.base import Decoded
from session_inspector.inspector.decode.paste import Seen
from session_inspector.inspector.model.views.detail import claims_of
from session_inspector.inspector.model.words.text import rough

CEILINGS = frozenset({"sessionExpiresAt", "session_expires_at", "session_expiry"})
TOKENS = frozenset({"expiresAt", "expires_at", "accessTokenExpiresAt", "access_token_expires_at"})
JWTS = frozenset({"idToken", "id_token", "accessToken", "access_token"})
DEEPEST = 6
TOLERANCE = 2
"""Seconds by which two clocks that should agree may differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One end."""

    name: str
    at: Seconds
    ends_session: bool
    """False for a token's end: the session lives on."""


def clocks_of(found: Decoded, cookies: Sequence[Seen], now: Seconds) -> tuple[Clock, ...]:
    """Return all clocks, the earliest first. `now` is when a Max-Age of unknown age began."""
    clocks: list[Clock] = []
    if found.expires is not None:
        clocks.append(Clock(name=found.ends_by or "seal", at=found.expires, ends_session=True))
    ends = [end for cookie in cookies for end in [_browser(cookie, now)] if end is not None]
    if ends:
        clocks.append(min(ends, key=lambda clock: clock.at))
    clocks += _inside(found.payload, "", 0)
    return tuple(sorted(clocks, key=lambda clock: clock.at))


def first_end(clocks: Sequence[Clock]) -> Clock | None:
    """Return the clock that ends the session; None when nothing says it ends."""
    return next((clock for clock in clocks if clock.ends_session), None)


def disagreement(clocks: Sequence[Clock]) -> str:
    """Return why seal and browser end at different moments, empty when they agree."""
    browser = next((c for c in clocks if c.name.startswith("cookie")), None)
    seal = next((c for c in clocks if c.ends_session and c is not browser), None)
    if browser is None or seal is None or abs(browser.at - seal.at) <= TOLERANCE:
        return ""
    apart = rough(browser.at - seal.at)
    if browser.at > seal.at:
        return (
            f"the browser sends it for {apart} after {seal.name} ended it: the user has a cookie,"
            " and is logged out"
        )
    return f"the browser forgets it {apart} before {seal.name} ends: a copy of it stays valid"


def _browser(cookie: Seen, now: Seconds) -> Clock | None:
    if cookie.expires is not None:
        return Clock(name="cookie Expires", at=cookie.expires, ends_session=True)
    if cookie.line.max_age is None:
        return None
    start = now if cookie.at is None else cookie.at
    name = "cookie Max-Age" if cookie.at is not None else "cookie Max-Age, from now"
    return Clock(name=name, at=start + cookie.line.max_age, ends_session=True)


def _inside(value: Json, path: str, depth: int) -> Iterator[Clock]:
    if depth > DEEPEST:
        return
    if isinstance(value, list):
        for number, member in enumerate(value):
            yield from _inside(member, f"{path}[{number}]", depth + 1)
    if not isinstance(value, dict):
        return
    for name, member in value.items():
        full = f"{path}.{name}" if path else name
        if name in TOKENS | CEILINGS and is_number(member):
            yield Clock(name=full, at=float(member), ends_session=name in CEILINGS)
        elif name in JWTS and isinstance(member, str):
            ends = claims_of(Secret.of(member)).get("exp")
            if isinstance(ends, (int, float)):
                yield Clock(name=f"{full} (exp)", at=float(ends), ends_session=False)
        else:
            yield from _inside(member, full, depth + 1)

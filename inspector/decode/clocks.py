"""Every end that a decoded session has: the seal's, the browser's, the tokens'."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from session_inspector.devserver.cookies.cookie_date import parse_cookie_date
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import Json, Seconds, Secret
from session_inspector.devserver.decoders.assumed import assumed_life
from session_inspector.devserver.decoders.base import Decoded, ago
from session_inspector.devserver.decoders.members import (
    ACCESS_TOKENS,
    CEILINGS,
    ID_TOKENS,
    TOKEN_ENDS,
)
from session_inspector.inspector.decode.paste import PastedCookie
from session_inspector.inspector.model.trees import claims_of
from session_inspector.inspector.model.words.text import is_moment, round_duration

DEEPEST = 6
BROWSER = "cookie "
"""How the clocks of the browser start: `cookie Expires`."""
TOLERANCE = 2
"""Seconds by which two clocks that should agree may differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndTime:
    """One end."""

    name: str
    at: Seconds
    ends_session: bool
    """False for a token's end: the session lives on."""


def find_clocks(found: Decoded, cookies: Sequence[PastedCookie]) -> tuple[EndTime, ...]:
    """Return all clocks, the earliest first; a Max-Age of unknown age is none."""
    clocks = list(_inner_clocks(found.payload, "", 0))
    written = find_writing(found)
    ends = [_browser_clock(cookie, written) for cookie in cookies]
    known = [clock for clock in ends if clock is not None]
    is_told_by_line = found.traits.is_stamp_life_told and assumed_life(found) is not None
    if found.expires is not None and not (known and is_told_by_line):
        clocks.append(EndTime(name=found.ends_by or "seal", at=found.expires, ends_session=True))
    if known:
        clocks.append(min(known, key=lambda clock: clock.at))
    dated = (clock for clock in clocks if is_moment(clock.at))
    return tuple(sorted(dated, key=lambda clock: clock.at))


def find_writing(found: Decoded) -> Seconds | None:
    """Return when the response was made that set a cookie, by the stamp its seal begins at."""
    if found.traits.stamp_life is None or not found.traits.is_issued_anew:
        return None
    return found.issued


def find_first_end(clocks: Sequence[EndTime]) -> EndTime | None:
    """Return the clock that ends the session; None when nothing says it ends."""
    return next((clock for clock in clocks if clock.ends_session), None)


def describe_disagreement(clocks: Sequence[EndTime]) -> str:
    """Return how far apart seal and browser end the session, empty when they agree."""
    browser = next((c for c in clocks if c.name.startswith(BROWSER)), None)
    seal = next((c for c in clocks if c.ends_session and c is not browser), None)
    if browser is None or seal is None or abs(browser.at - seal.at) <= TOLERANCE:
        return ""
    apart = round_duration(browser.at - seal.at)
    if browser.at > seal.at:
        return (
            f"the browser sends it for {apart} after {seal.name} ended it: the user has a cookie,"
            " and is logged out"
        )
    return f"the browser forgets it {apart} before {seal.name} ends: a copy of it stays valid"


def describe_forgotten(clocks: Sequence[EndTime], now: Seconds) -> str:
    """Return a sentence where the browser's own end is over, which no server checks."""
    for clock in clocks:
        if clock.name.startswith(BROWSER) and clock.at <= now:
            return (
                f"the browser dropped it {ago(now - clock.at)} ago, by {clock.name}: it sends the"
                " cookie no more; its server does not read that end"
            )
    return ""


def describe_unknown_age(cookies: Sequence[PastedCookie], written: Seconds | None = None) -> str:
    """Return a sentence for a Max-Age that began at a moment nobody told, empty for none.

    `written` is when the cookies were made, where their content tells it.
    """
    if written is not None:
        return ""
    for cookie in cookies:
        life = cookie.line.max_age
        if life is not None and cookie.at is None and cookie.expires is None:
            first = ""
            if cookie.line.expires:
                first = ", and a browser obeys it before Expires"
            return (
                f"Max-Age={life:.0f} ({round_duration(life)}) counts from the response that set"
                f" the cookie{first}; the paste does not say when that was (copy its Date header"
                " too)"
            )
    return ""


def describe_assumed(found: Decoded, clocks: Sequence[EndTime]) -> str:
    """Return a sentence where the end among the clocks is a default, told by nothing."""
    life = assumed_life(found)
    if life is None or all(clock.at != found.expires for clock in clocks):
        return ""
    return (
        f"its end is assumed: {round_duration(life)} from its time stamp is the framework's"
        " default, and the app may have set another life"
    )


def _browser_clock(cookie: PastedCookie, written: Seconds | None) -> EndTime | None:
    """Return the end that a browser keeps: Max-Age where its start is known, else Expires."""
    life = cookie.line.max_age
    at = cookie.expires
    name = f"{BROWSER}Expires"
    if at is None and life is not None and cookie.at is not None:
        at = cookie.at + life
        name = f"{BROWSER}Max-Age"
    elif at is None and life is not None and written is not None:
        at = written + life
        name = f"{BROWSER}Max-Age from its time stamp"
    elif at is None:
        at = parse_cookie_date(cookie.line.expires)
    if at is None:
        return None
    return EndTime(name=name, at=at, ends_session=True)


def _inner_clocks(value: Json, path: str, depth: int) -> Iterator[EndTime]:
    """Yield the ends that a content tells by its members' names, wherever they lie."""
    if depth > DEEPEST:
        return
    if isinstance(value, list):
        for number, member in enumerate(value):
            yield from _inner_clocks(member, f"{path}[{number}]", depth + 1)
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _member_clocks(name, member, _join_path(path, name), depth)


def _join_path(path: str, name: str) -> str:
    if not path:
        return name
    return f"{path}.{name}"


def _member_clocks(name: str, member: Json, path: str, depth: int) -> Iterator[EndTime]:
    moment = to_number(member)
    if name in TOKEN_ENDS | CEILINGS and moment is not None:
        yield EndTime(name=path, at=moment, ends_session=name in CEILINGS)
    elif name in ACCESS_TOKENS | ID_TOKENS and isinstance(member, str):
        ends = to_number(claims_of(Secret.of(member)).get("exp"))
        if ends is not None:
            yield EndTime(name=f"{path} (exp)", at=ends, ends_session=False)
    else:
        yield from _inner_clocks(member, path, depth + 1)

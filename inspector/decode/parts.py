"""The cookies of a report, each with its size and what browsers do with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from session_inspector.devserver.cookies.browsers.keeping import Keeping, judge_browsers
from session_inspector.inspector.decode.paste import PastedCookie

MOST = 1000
"""Cookies that are listed: browsers keep 180 of a site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One cookie of the session."""

    name: str
    size: int
    """Bytes of name and value."""
    browsers: tuple[Keeping, ...]


def describe_parts(cookies: Sequence[PastedCookie], origin: str) -> tuple[Part, ...]:
    """Return the cookies, the first of very many."""
    return tuple(_describe_part(cookie, origin) for cookie in cookies[:MOST])


def describe_unlisted(cookies: Sequence[PastedCookie]) -> str:
    """Return a sentence for those that are not listed, empty for none."""
    if len(cookies) <= MOST:
        return ""
    return f"only the first {MOST} of {len(cookies)} cookies are listed"


def _describe_part(cookie: PastedCookie, origin: str) -> Part:
    line = cookie.line
    return Part(
        name=cookie.name,
        size=len(line.name.encode("utf-8", "replace")) + len(line.value.encode("utf-8", "replace")),
        browsers=judge_browsers(line, origin, is_whole=cookie.is_whole),
    )

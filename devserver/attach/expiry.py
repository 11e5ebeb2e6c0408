"""The end that a foreign row keeps inside itself, beside its store's: put into the past."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TypeAlias

from session_inspector.devserver.attach.ends import KOA_END
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.decoders.codecs.json_text import parse_object
from session_inspector.devserver.stores.splice import splice_member

NewEnd: TypeAlias = tuple[tuple[str, ...], int | str]
"""The names on the way to a member, and its value."""


def end_content(layout: str, content: bytes, at: Seconds) -> bytes | None:
    """Return a row's content with its own end at a moment; None: it keeps none, or is sealed.

    Every other byte stays: numbers that no parser reads, the order and the spaces.
    """
    found = parse_object(content)
    if found is None:
        return None
    end = _find_end(layout, found, at)
    if end is None:
        return None
    path, value = end
    changed = splice_member(content.decode("utf-8", "surrogateescape"), path, value)
    if changed is None:
        return None
    return changed.encode("utf-8", "surrogateescape")


def _find_end(layout: str, found: JsonObject, at: Seconds) -> NewEnd | None:
    match layout:
        case "connect-redis":
            return _end_connect(found, at)
        case "starsessions":
            return _end_starsessions(found, at)
        case "authjs" if isinstance(found.get("expires"), str):
            return ("expires",), _iso_moment(at)
        case "better-auth":
            return _end_better_auth(found, at)
        case "koa-session" if KOA_END in found:
            return (KOA_END,), int(at * 1000)
        case "spring-session":
            return _end_spring(found, at)
        case _:
            return None


def _end_spring(found: JsonObject, at: Seconds) -> NewEnd | None:
    """Return when it was used last, so that its idle time is over; only in SQL it is a number."""
    idle = _read_number(found.get("maxInactiveInterval"))
    if idle is None or idle < 0:
        return None
    return ("lastAccessedTime",), str(int((at - idle) * 1000))


def _read_number(value: object) -> float | None:
    try:
        return float(str(value))
    except ValueError:
        return None


def _end_better_auth(found: JsonObject, at: Seconds) -> NewEnd | None:
    session = found.get("session")
    if not isinstance(session, dict) or not isinstance(session.get("expiresAt"), str):
        return None
    return ("session", "expiresAt"), _iso_moment(at)


def _end_connect(found: JsonObject, at: Seconds) -> NewEnd | None:
    header = found.get("header")
    if isinstance(header, dict) and "exp" in header:
        return ("header", "exp"), int(at)
    cookie = found.get("cookie")
    if isinstance(cookie, dict) and cookie.get("expires"):
        return ("cookie", "expires"), _iso_moment(at)
    return None


def _end_starsessions(found: JsonObject, at: Seconds) -> NewEnd | None:
    meta = found.get("__metadata__")
    if not isinstance(meta, dict):
        return None
    lifetime = to_number(meta.get("lifetime"))
    if not lifetime:
        return None
    return ("__metadata__", "created"), int(at - lifetime)


def _iso_moment(at: Seconds) -> str:
    moment = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
    return moment.replace("+00:00", "Z")

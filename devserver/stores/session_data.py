"""What stores read in a session's data: whose it is, who issued it, when it was created."""

from __future__ import annotations

from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.stores.base import Match

FARTHEST = 1e11
"""Seconds, the year 5138: engines, and sums of floats, hold what is up to there."""


def read_object(data: JsonObject, name: str) -> JsonObject:
    """Return an object that is a member of another, empty when there is none."""
    found = data.get(name)
    if isinstance(found, dict):
        return found
    return {}


def read_sub(data: JsonObject) -> str | None:
    """Return user.sub of a record's data, None when it has none."""
    return _read_text(read_object(data, "user"), "sub")


def read_issuer(data: JsonObject) -> str | None:
    """Return the issuer a record names (internal.mcd.issuer), None when it names none."""
    internal = read_object(data, "internal")
    return _read_text(read_object(internal, "mcd"), "issuer")


def read_created_at(data: JsonObject) -> Seconds | None:
    """Return internal.createdAt of a record's data, cut to FARTHEST; None when it has none."""
    created = read_object(data, "internal").get("createdAt")
    if isinstance(created, bool) or not isinstance(created, (int, float)) or created != created:
        return None  # NaN is not even equal to itself; what no double holds is only far away
    return max(-FARTHEST, min(created, FARTHEST))


def is_meant(match: Match, data: JsonObject) -> bool:
    """Return True for a record that a logout token means; the rule of `Match`."""
    sid = read_object(data, "internal").get("sid")
    sub = read_object(data, "user").get("sub")
    has_sid = match.sid is not None and match.sid == sid
    has_sub = match.sub is not None and match.sub == sub
    if not has_sid and not has_sub:
        return False
    issuer = read_issuer(data)
    return match.iss is None or issuer is None or match.iss == issuer


def roll_end(data: JsonObject, now: Seconds, inactivity: Seconds, absolute: Seconds) -> Seconds:
    """Return the end a touch gives; a session that was never created ends at once."""
    created = read_created_at(data)
    if created is None:
        return now
    return max(now, min(now + inactivity, created + absolute))


def _read_text(data: JsonObject, name: str) -> str | None:
    found = data.get(name)
    if isinstance(found, str):
        return found
    return None

"""An edited session's own times, where its format keeps them; and whether the edit took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import Json, JsonObject, Seconds
from session_inspector.devserver.decoders.base import CookieGroup, Decoded, Decoder, Material
from session_inspector.devserver.decoders.registry import open_cookies
from session_inspector.devserver.decoders.traits import TimeMembers

TIMES = ("iat", "exp", "expires")
"""Members of a content that a format writes by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTimes:
    """The times that an edit asks for; None: as it was."""

    issued: Seconds | None = None
    expires: Seconds | None = None

    @property
    def is_empty(self) -> bool:
        """True: no time is to change."""
        return self.issued is None and self.expires is None


def retime(found: Decoded, payload: JsonObject, times: NewTimes, now: Seconds) -> Decoded:
    """Return a session with another content and new times, in the members that hold them.

    Raises: InputError for two times of which a format has only one.
    """
    edited = replace(found, payload=payload)
    if times.is_empty:
        return edited
    members = found.traits.time_members
    inside = payload.get(members.inside) if members else None
    if members and members.lifetime and isinstance(inside, dict):
        return _move_lifetime(edited, members, inside, times, now)
    if found.traits.stamp_life is not None:
        return _move_stamp(edited, times)
    if members and isinstance(inside, dict):
        _set_members(members, inside, times)
    return _move_claims(edited, times, now)


def _move_lifetime(
    found: Decoded, members: TimeMembers, inside: JsonObject, times: NewTimes, now: Seconds
) -> Decoded:
    """Set a start and a length, as starsessions keeps them."""
    created = now if times.issued is None else times.issued
    inside[members.created] = created
    inside[members.touched] = created
    if times.expires is None:
        ends = created + _to_number(inside.get(members.lifetime))
    else:
        ends = times.expires
        inside[members.lifetime] = int(ends - created)
    return replace(found, issued=created, expires=ends)


def _set_members(members: TimeMembers, inside: JsonObject, times: NewTimes) -> None:
    if times.issued is not None:
        inside[members.created] = _write_time(members, times.issued)
    if times.expires is not None and members.expires:
        inside[members.expires] = _write_time(members, times.expires + members.margin)


def _write_time(members: TimeMembers, at: Seconds) -> Json:
    """Return a time as the format's members hold it. Raises: InputError for no date."""
    if not members.is_http_date:
        return int(at)
    try:
        return format_datetime(datetime.fromtimestamp(int(at), UTC), usegmt=True)
    except (ValueError, OverflowError, OSError) as error:
        raise InputError(f"{at:g} is no date. Fix: a moment before the year 9999") from error


def _move_claims(found: Decoded, times: NewTimes, now: Seconds) -> Decoded:
    """Set the times of a format that seals start and end."""
    issued = found.issued if times.issued is None else times.issued
    expires = found.expires if times.expires is None else times.expires
    if found.updated is None:
        return replace(found, issued=issued, expires=expires)
    if times.issued is None and _outlives_its_start(found, times):
        issued = now  # its server would end it by its start, whatever exp says
    return replace(found, issued=issued, expires=expires, updated=now)


def _outlives_its_start(found: Decoded, times: NewTimes) -> bool:
    longest = found.traits.longest_life
    if longest is None:
        return False
    return (times.expires or 0) > (found.issued or 0) + longest


def _to_number(value: Json) -> float:
    return to_number(value) or 0.0


def _move_stamp(found: Decoded, times: NewTimes) -> Decoded:
    """Set the time stamp; the session ends a fixed span later.

    Raises: InputError for two times, or an end without a span.
    """
    span = None
    if found.expires is not None and found.issued is not None:
        span = found.expires - found.issued
    if times.expires is None:
        ends = None
        if span is not None and times.issued is not None:
            ends = times.issued + span
        return replace(found, issued=times.issued, expires=ends)
    if times.issued is not None or span is None:
        raise InputError(
            f"{found.format} seals one time, its stamp: it ends a fixed span later. Fix: give"
            " --issued or --expires, not both; without a --max-age limit only --issued"
        )
    return replace(found, issued=times.expires - span, expires=times.expires)


def check_taken(
    wanted: Decoded, cookies: CookieGroup, decoders: Sequence[Decoder], material: Material
) -> Decoded:
    """Return the sealed cookies opened again, by the family that has sealed them.

    Another one may read them too: Starlette's value without a `=` is like Flask's.
    Raises: InputError for an edit that did not take.
    """
    own = [one for one in decoders if one.name == wanted.family]
    again = open_cookies(own, replace(material, cookies=cookies))
    _check_time("--expires", wanted.format, wanted.expires, again.expires)
    _check_time("--issued", wanted.format, wanted.issued, again.issued)
    if _without_times(wanted.payload) != _without_times(again.payload):
        raise InputError(
            f"{wanted.format} does not hold these claims: its cookie is only an id, the session is"
            " in a store. Fix: edit its row"
        )
    return again


def _check_time(flag: str, format_name: str, asked: Seconds | None, has: Seconds | None) -> None:
    if asked is None:
        return
    if has is None or abs(asked - has) >= 1:
        raise InputError(
            f"{flag} cannot be sealed into {format_name}: it keeps no such time."
            " Fix: leave it out; `decode` shows the times it has"
        )


def _without_times(payload: JsonObject) -> JsonObject:
    return {name: value for name, value in payload.items() if name not in TIMES}

"""An edited session's own times, where each format keeps them; and whether the edit took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.values import Json, JsonObject, Seconds
from session_inspector.devserver.decoders.base import CookieGroup, Decoded, Decoder, Material
from session_inspector.devserver.decoders.registry import open_cookies

STAMPED = frozenset({"starlette", "flask", "django", "oauth2-proxy"})
"""Families whose end is a time stamp plus the application's own limit."""
ABSOLUTE = 604_800
"""Seconds from iat: absoluteDuration of express-openid-connect and nextjs-auth0 v3."""
CEILING = 30
"""Seconds before session_expires_at at which auth0-server-python ends a session."""


def timed(
    found: Decoded,
    payload: JsonObject,
    expires: Seconds | None,
    issued: Seconds | None,
    now: Seconds,
) -> Decoded:
    """Return a session with new times (None: as they were), in the members that hold them.

    Raises: InputError for two times of which a format has only one.
    """
    if expires is None and issued is None:
        return replace(found, payload=payload)
    meta, internal = payload.get("__metadata__"), payload.get("internal")
    updated = None if found.updated is None else now
    if isinstance(meta, dict):
        created = now if issued is None else issued
        meta["created"] = meta["last_access"] = created
        if expires is not None:
            meta["lifetime"] = int(expires - created)
        ends = expires if expires is not None else created + _number(meta.get("lifetime"))
        return replace(found, payload=payload, issued=created, expires=ends)
    if found.family in STAMPED:
        return _stamped(replace(found, payload=payload), expires, issued)
    if isinstance(internal, dict):
        keys = _keys(internal)
        if issued is not None:
            internal[keys[0]] = int(issued)
        if expires is not None and keys[1]:
            internal[keys[1]] = int(expires) + CEILING
    is_past = updated is not None and (expires or 0) > (found.issued or 0) + ABSOLUTE
    if issued is None and is_past:  # its server would end it by its start, whatever exp says
        issued = now
    return replace(
        found,
        payload=payload,
        expires=found.expires if expires is None else expires,
        issued=found.issued if issued is None else issued,
        updated=updated,
    )


def _keys(internal: JsonObject) -> tuple[str, str]:
    """Return the names of start and end: nextjs-auth0's has no end there."""
    return ("createdAt", "") if "createdAt" in internal else ("created_at", "session_expires_at")


def _number(value: Json) -> float:
    return float(value) if isinstance(value, (int, float)) else 0.0


def _stamped(found: Decoded, expires: Seconds | None, issued: Seconds | None) -> Decoded:
    span = None if found.expires is None or found.issued is None else found.expires - found.issued
    if expires is None:
        ends = None if span is None or issued is None else issued + span
        return replace(found, issued=issued, expires=ends)
    if issued is not None or span is None:
        raise InputError(
            f"{found.format} seals one time, its stamp: it ends a fixed span later. Fix: give"
            " --issued or --expires, not both; without a --max-age limit only --issued"
        )
    return replace(found, issued=expires - span, expires=expires)


def check_taken(
    wanted: Decoded, cookies: CookieGroup, decoders: Sequence[Decoder], material: Material
) -> Decoded:
    """Return the sealed cookies opened again. Raises: InputError for an edit that did not take."""
    again = open_cookies(decoders, replace(material, cookies=cookies))
    times = (
        ("--expires", wanted.expires, again.expires),
        ("--issued", wanted.issued, again.issued),
    )
    for flag, asked, has in times:
        if asked is not None and (has is None or abs(asked - has) >= 1):
            raise InputError(
                f"{flag} cannot be sealed into {wanted.format}: it keeps no such time."
                " Fix: leave it out; `decode` shows the times it has"
            )
    if _untimed(wanted.payload) != _untimed(again.payload):
        raise InputError(
            f"{wanted.format} does not hold these claims: its cookie is only an id, the session is"
            " in a store. Fix: edit its row"
        )
    return again


def _untimed(payload: JsonObject) -> JsonObject:
    return {name: value for name, value in payload.items() if name not in ("iat", "exp", "expires")}

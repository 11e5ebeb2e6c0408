"""Facts of a session of any framework: as much as its cookie and its row tell, and no guess."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from session_inspector.devserver.attach.layouts import ForeignRow
from session_inspector.devserver.cookies.jstext import stringify
from session_inspector.devserver.core.events.base import SessionFacts, Timer
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import (
    Json,
    JsonObject,
    Seconds,
    Secret,
    fingerprint,
    mask_object,
)
from session_inspector.devserver.decoders.base import Decoded
from session_inspector.devserver.decoders.members import ACCESS_TOKENS, CEILINGS, TOKEN_ENDS
from session_inspector.devserver.decoders.subject import find_subject, token_claims
from session_inspector.devserver.session.policy import part

IDS = ("sid", "session_id", "sessionId")
DEEPEST = 6


@dataclass(frozen=True, slots=True)
class CookieEnd:
    """What the browser was told of a cookie's end."""

    ends: Seconds | None
    """None: with the browser session."""


def hard_name(found: Decoded) -> str:
    """Return the fingerprint of a session by an identity that no write changes; empty: none.

    That is its id in a store, or the provider's session id (else the user) with the login's time.
    """
    if found.session_id:
        return fingerprint(found.session_id)
    internal = part(found.payload, "internal")
    created = to_number(internal.get("createdAt"))
    if created is None and "iat" in found.header and "uat" in found.header:
        created = to_number(found.header.get("iat"))  # express-openid-connect, nextjs-auth0 v3
    if created is None:
        return ""
    sub = part(found.payload, "user").get("sub")
    holder = internal.get("sid") or sub or find_subject(found.payload)
    return fingerprint(f"{holder}|{internal.get('createdAt', created)}")


def cookie_facts(found: Decoded, at: Seconds, browser: CookieEnd | None) -> SessionFacts:
    """Return the facts of an opened cookie; `at` is when it was seen."""
    shown = mask_object(found.payload)
    if found.session_id and shown.get("id") == found.session_id:
        shown["id"] = Secret.of(found.session_id)
    timers = list(_inside(found.payload))
    if browser is not None:
        ends = browser.ends
        timers.insert(0, Timer(name="cookie", ends=ends, ends_session=ends is not None))
    if found.expires is not None:
        timers.insert(0, Timer(name="sealed", ends=found.expires, ends_session=True))
    return SessionFacts(
        kind="stateful" if found.session_id else "stateless",
        sub=_sub(found.payload),
        name=find_subject(found.payload) or found.format,
        sid=_sid(found.payload),
        created_at=found.issued or 0,
        written_at=at,
        size=len(stringify(found.payload)),
        timers=tuple(timers),
        data=shown,
        key=Secret.of(found.session_id) if found.session_id else None,
    )


def row_facts(row: ForeignRow, key: str, at: Seconds, cookie: SessionFacts | None) -> SessionFacts:
    """Return the facts of a row, joined with those of the cookie that names it."""
    data = row.content.data
    timers = [t for t in (cookie.timers if cookie else ()) if t.name in ("cookie", "sealed")]
    ends = [end for end in (row.store_expires, row.content.expires) if end is not None]
    timers.append(Timer(name="store", ends=min(ends, default=None), ends_session=bool(ends)))
    return SessionFacts(
        kind="stateful",
        sub=_sub(data),
        name=find_subject(data) or row.content.note or "no user",
        sid=_sid(data),
        created_at=row.content.created or (cookie.created_at if cookie else 0),
        written_at=at,
        size=row.size,
        timers=(*timers, *_inside(data)),
        data=mask_object(data),
        key=Secret.of(key),
    )


def _sub(data: JsonObject) -> str:
    sub = part(data, "user").get("sub") or data.get("sub")
    return str(sub) if isinstance(sub, str) else find_subject(data).partition(" · ")[0]


def _sid(data: JsonObject) -> str:
    found = part(data, "internal").get("sid") or next((data[n] for n in IDS if n in data), "")
    return found if isinstance(found, str) else ""


def _inside(value: Json, depth: int = 0, name: str = "") -> Iterator[Timer]:
    """Yield the first access token's end and the provider's ceiling, wherever they lie."""
    found: dict[str, Timer] = {}
    for timer in _ends(value, depth, name):
        found.setdefault(timer.name, timer)
    yield from found.values()


def _ends(value: Json, depth: int, name: str) -> Iterator[Timer]:
    if depth > DEEPEST or not isinstance(value, dict):
        return
    for key, member in value.items():
        moment = to_number(member)
        if moment is not None and key in CEILINGS:
            yield Timer(name="ceiling", ends=moment, ends_session=True)
        elif moment is not None and key in TOKEN_ENDS:
            yield Timer(name="access_token", ends=moment)
        elif isinstance(member, str) and key in ACCESS_TOKENS:
            ends = to_number(token_claims(member).get("exp"))
            if ends is not None:
                yield Timer(name="access_token", ends=ends)
        else:
            yield from _ends(member, depth + 1, key)

"""Ends that a row keeps inside itself, and which of them its framework obeys.

The store's own end (a key's TTL, an expiry column) is read with the row. What stands inside is
obeyed by some frameworks, and by others only written: express-session puts `cookie.expires` into
each row and never reads it again, so it lags behind while requests renew the store's end;
@fastify/session, on the same stores, refuses a session by it. Which is which was tried with each
framework itself (`tests/apps/test_clocks.py`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from session_inspector.devserver.core.events.base import Timer, TimerName
from session_inspector.devserver.core.numbers import is_number, to_number
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.decoders.codecs.json_text import object_member
from session_inspector.devserver.stores.timestamps import to_seconds

CEILING_MARGIN = 30
"""Seconds before the provider's end at which express-openid-connect refuses a session."""
FASTIFY_ORDER = ["expires", "originalMaxAge", "sameSite", "secure", "path", "httpOnly", "domain"]
FASTIFY_MEMBERS = frozenset(FASTIFY_ORDER)
EARLIER_ENDS = ("samesite", "domain", "originalexpires", "header")
"""In small letters: one stands in each row of @fastify/session and express-openid-connect, which
obey an end inside; express-session's stores have rows of all three."""
KOA_END = "_expire"
KOA_MEMBERS = (KOA_END, "_maxAge")
KOA_OPEN = "_session"
"""True in a row of koa-session that lives as long as the browser's session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InnerEnd:
    """One end inside a row."""

    where: str
    """The member that holds it: `cookie.expires`."""
    at: Seconds
    is_obeyed: bool
    """True: the framework refuses the row from then on. False: it does not read this end."""
    name: TimerName = "inside"

    def to_timer(self, clock_offset: Seconds = 0.0) -> Timer:
        """Return it as a clock of the session; the app's, by which it is meant, is ahead of ours.

        A provider's end is by no clock of the app.
        """
        if self.name != "inside":
            clock_offset = 0.0
        return Timer(
            name=self.name,
            ends=self.at - clock_offset,
            ends_session=self.is_obeyed,
            where=self.where,
            clock_offset=clock_offset,
        )


def express_ends(row: JsonObject) -> tuple[InnerEnd, ...]:
    """Return `cookie.expires` of a row of express-session, or of @fastify/session."""
    at = _read_moment(object_member(row, "cookie").get("expires"))
    if at is None:
        return ()
    return (InnerEnd(where="cookie.expires", at=at, is_obeyed=is_fastify_row(row)),)


def is_fastify_row(row: JsonObject) -> bool:
    """Check by its cookie object that @fastify/session has written a row.

    It writes all members, in an order of its own, `domain` and `sameSite` as null where the app
    gives none; express-session leaves those out, and begins with `originalMaxAge`.
    """
    cookie = object_member(row, "cookie")
    if "originalExpires" in cookie:
        return True
    if not FASTIFY_MEMBERS.issubset(cookie):
        return False
    if cookie["sameSite"] is None or cookie["domain"] is None:
        return True
    names = list(cookie)
    return [name for name in names if name in FASTIFY_ORDER] == FASTIFY_ORDER


def openid_ends(header: JsonObject, data: JsonObject) -> tuple[InnerEnd, ...]:
    """Return the ends of express-openid-connect: it checks `exp` and the provider's ceiling."""
    found: list[InnerEnd] = []
    at = _read_number(header.get("exp"))
    if at is not None:
        found.append(InnerEnd(where="header.exp", at=at, is_obeyed=True))
    ceiling = _read_number(data.get("sessionExpiresAt"))
    if ceiling:
        where = "data.sessionExpiresAt"
        at = ceiling - CEILING_MARGIN
        found.append(InnerEnd(where=where, at=at, is_obeyed=True, name="ceiling"))
    return tuple(found)


def starsessions_ends(meta: JsonObject) -> tuple[InnerEnd, ...]:
    """Return the end of `__metadata__`, by which the next TTL is computed; it ends nothing."""
    created = _read_number(meta.get("created"))
    lifetime = _read_number(meta.get("lifetime"))
    if created is None or not lifetime:
        return ()
    where = "__metadata__.created + lifetime"
    return (InnerEnd(where=where, at=created + lifetime, is_obeyed=False),)


def authjs_ends(row: JsonObject) -> tuple[InnerEnd, ...]:
    """Return `expires` of an adapter whose rows are JSON: Auth.js checks it at each request."""
    at = _read_moment(row.get("expires"))
    if at is None:
        return ()
    return (InnerEnd(where="expires", at=at, is_obeyed=True),)


def koa_ends(row: JsonObject) -> tuple[InnerEnd, ...]:
    """Return `_expire` of koa-session, in milliseconds: it refuses the row from then on."""
    found = _read_number(row.get(KOA_END))
    if found is None:
        return ()
    return (InnerEnd(where=KOA_END, at=found / 1000, is_obeyed=True),)


def better_auth_ends(session: JsonObject) -> tuple[InnerEnd, ...]:
    """Return `expiresAt` of a session in Redis: better-auth checks it at each request."""
    at = _read_moment(session.get("expiresAt"))
    if at is None:
        return ()
    return (InnerEnd(where="session.expiresAt", at=at, is_obeyed=True),)


def _read_number(value: object) -> float | None:
    """Return a number that can be a moment: of strangers' rows not each can."""
    try:
        found = to_number(value)
    except OverflowError:  # an integer of hundreds of digits
        return None
    if found is None or not math.isfinite(found):
        return None
    return found


def _read_moment(value: object) -> Seconds | None:
    """Return the moment that a number, in seconds or milliseconds, or ISO text means."""
    if is_number(value):
        value = _read_number(value)
    return to_seconds(value)

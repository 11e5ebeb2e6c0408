"""Pure arithmetic of how long a session lives; all durations and moments in seconds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from session_inspector.devserver.cookies.js_values import UNDEFINED, Undefined, add, get_member
from session_inspector.devserver.core.numbers import FURTHEST, is_number
from session_inspector.devserver.core.values import Json, JsonObject, Seconds

CEILING_LEEWAY = 30
"""Seconds before `session_expiry` at which a session already counts as over."""
CEILING_LIMIT = 10_000_000_000
"""A `session_expiry` from here on is milliseconds by mistake, and ignored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Durations of a session; the SDK's defaults."""

    rolling: bool = True
    absolute: float = 259_200
    inactivity: float = 86_400

    def max_age(self, created_at: Json, now: Seconds) -> float:
        """Return the seconds a session written now lives; 0 when it is over.

        Rolling: the earlier of inactivity and absolute. Not rolling: the absolute duration from
        now, whenever it was created (docs/sdk.md, Lifetime). Without a creation time it is over.
        The SDK counts whole seconds: hand it `epoch(now)`.
        """
        if not self.rolling:
            return self.absolute
        created = as_number(created_at)
        if created is None:
            return 0
        ends = now + self.inactivity
        last = created + self.absolute
        if last < ends:  # min() and max() take longer than the rest of this
            ends = last
        if ends <= now:
            return 0
        return ends - now

    def ended_by(self, session: JsonObject, expired_at: float) -> Literal["inactivity", "absolute"]:
        """Return which duration set the moment a session expired at."""
        if not self.rolling:
            return "absolute"
        created = as_number(part(session, "internal").get("createdAt"))
        # exp is truncated to a second, so the two can differ by one
        if created is not None and expired_at >= created + self.absolute - 1:
            return "absolute"
        return "inactivity"


def remaining_life(
    session: JsonObject, policy: Policy, now: Seconds, *, compat: bool = False
) -> float:
    """Return the seconds that a session written now lives, 0 when it is over.

    Policy and SDK differ only where `internal.createdAt` is no number. The SDK counts as JavaScript
    does: a text is joined with the duration, so that the absolute end is millions of years away.
    Here a session without a moment of creation is over.
    Raises: SealError (code TypeError) in compat mode for a session without `internal`.
    """
    moment = epoch(now)
    if compat:
        return _count_as_sdk(session, policy, moment)
    return policy.max_age(part(session, "internal").get("createdAt"), moment)


def _count_as_sdk(session: JsonObject, policy: Policy, now: int) -> float:
    created = get_member(session.get("internal", UNDEFINED), "createdAt")
    if not policy.rolling:
        return policy.absolute
    if isinstance(created, Undefined):
        return 0
    absolute_end = add(created, policy.absolute)
    if math.isnan(absolute_end):
        return 0
    return max(0, min(now + policy.inactivity, absolute_end) - now)


def epoch(now: Seconds) -> int:
    """Return whole Unix seconds, truncated (the SDK's 32-bit wrap in 2038 is not copied)."""
    return math.trunc(now)


def ceiling_of(session: JsonObject) -> float | None:
    """Return internal.sessionExpiresAt in Unix seconds, None when there is none."""
    return as_number(part(session, "internal").get("sessionExpiresAt"))


def is_past_ceiling(session: JsonObject, now: Seconds) -> bool:
    """Return whether the provider's own limit is reached, with 30 s of leeway."""
    ceiling = ceiling_of(session)
    return ceiling is not None and epoch(now) >= ceiling - CEILING_LEEWAY


def ceiling_from_claim(claim: Json) -> float | None:
    """Return a `session_expiry` claim that counts, else None (docs/sdk.md, What a session is)."""
    value = as_number(claim)
    if value is None or not 0 < value < CEILING_LIMIT:
        return None
    return value


def as_number(value: Json) -> float | None:
    """Return a JSON number that may be a moment or a span, None for anything else."""
    # most are integers: to ask is_number takes twice as long
    if (type(value) is int or is_number(value)) and -FURTHEST <= value <= FURTHEST:
        return value
    return None


def part(session: Mapping[str, object], name: str) -> JsonObject:
    """Return an object member; empty when it is missing or something else."""
    found = session.get(name)
    if not isinstance(found, dict):
        return {}
    return found

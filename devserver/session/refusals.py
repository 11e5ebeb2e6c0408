"""Turns a sealed value that does not open into a reason a person understands."""

from __future__ import annotations

from session_inspector.devserver.core.errors import SealError
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.session.carrier import Refused
from session_inspector.devserver.session.policy import Policy, as_number

REASONS = {
    "ERR_JWE_DECRYPTION_FAILED": "it does not decrypt: another secret sealed it, or somebody"
    " changed it, or a chunk is stale",
    "ERR_JWE_INVALID": "it is no sealed cookie: {detail}",
    "ERR_JOSE_NOT_SUPPORTED": "it asks for another encryption than ours: {detail}",
    "ERR_JWT_CLAIM_VALIDATION_FAILED": "a claim inside forbids it: {detail}",
    "ERR_JWT_INVALID": "what is inside is no session: {detail}",
    "TypeError": "it is a v3 session without a user",
}


def refuse_sealed(error: SealError, policy: Policy, *, key: str = "") -> Refused:
    """Return why a cookie is refused; an expired one names the clock that ended it."""
    payload = error.payload or {}
    if error.code == "ERR_JWT_EXPIRED":
        return refuse_expired(policy, payload, key)
    template = REASONS.get(error.code, "{detail}")
    reason = template.format(detail=error.message)
    return Refused(code=error.code, reason=reason, data=payload, key=key)


def refuse_expired(policy: Policy, payload: JsonObject, key: str) -> Refused:
    """Return the refusal of an expired session, from the exp and creation time of its payload."""
    clock = policy.ended_by(payload, as_number(payload.get("exp")) or 0)
    if clock == "absolute":
        limit = f"{_format_duration(policy.absolute)} after login"
    else:
        limit = f"{_format_duration(policy.inactivity)} without a request"
    reason = f"the {clock} clock ran out: {limit}"
    return Refused(code=clock, reason=reason, data=payload, key=key)


def describe_forced(clock: str) -> str:
    """Return the reason of a clock that somebody expired."""
    return f"the {clock} clock was expired by hand"


def _format_duration(seconds: Seconds) -> str:
    if seconds >= 3600:
        return f"{seconds / 3600:g} h"
    return f"{seconds:g} s"

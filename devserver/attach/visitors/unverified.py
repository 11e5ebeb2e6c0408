"""Cookies that nobody has verified: what they are called, and which check is missing."""

from __future__ import annotations

from session_inspector.devserver.decoders.base import Decoded
from session_inspector.devserver.decoders.evidence import NO_SECRET

NO_SECRET_CODE = NO_SECRET.code
WRONG_SECRET = "wrong_secret"
UNFIT = (NO_SECRET_CODE, WRONG_SECRET)
"""Codes of cookies that are not verified; their own app may accept them."""
UNMATCHED = "signature does not match"
UNMATCHED_LACK = (
    "its signature does not match with any secret that was given: another one signed it, or it was"
    " changed. Anybody may have written what is shown: it names nobody"
)


def is_unmatched(found: Decoded) -> bool:
    """Check for a cookie that anybody can read, and whose signature matches no secret."""
    return found.problem == WRONG_SECRET and bool(found.payload)


def name_format(found: Decoded) -> str:
    """Return what a cookie is that names nobody; one that is read is not called unopened."""
    if is_unmatched(found):
        return f"{found.family} ({UNMATCHED})"
    return found.format


def describe_lack(found: Decoded) -> str:
    """Return which check of a cookie is missing, without the options of `decode`."""
    if is_unmatched(found):
        return UNMATCHED_LACK
    if found.problem in UNFIT:
        return found.reason
    lack = found.unverified
    if lack is None or lack.code == "no_row":
        return ""
    if lack.code == "no_key":
        return lack.reason.partition(": --")[0]
    return lack.reason

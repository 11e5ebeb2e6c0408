"""The six verdicts, and what each is given for: proof, reading without proof, refusal, or nothing.

valid         a seal opened or a signature verified, and it is live
expired       the same, and a clock is over
unverified    read or recognised for certain, but nothing proves it
wrong secret  the family is certain, every secret was tried, none fits
damaged       the structure of a certain family is broken
unknown       several families are possible and none is certain, or none is
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.base import Decoded

Verdict: TypeAlias = Literal["valid", "expired", "unverified", "wrong secret", "damaged", "unknown"]
WRONG_SECRETS = frozenset({"wrong_secret", "ERR_JWE_DECRYPTION_FAILED"})
NO_SECRET = "no_secret"
WRONG_NAME = "wrong_name"
DAMAGES = frozenset(
    {
        "tampered",
        "truncated",
        "chunk_gap",
        "orphan_chunks",
        "not_json",
        WRONG_NAME,
        "ERR_JWE_INVALID",
    }
)
EXPIRED = frozenset({"expired", "ERR_JWT_EXPIRED"})
"""What formats call a clock that is over."""


def judge_found(found: Decoded) -> Verdict:
    """Return the verdict on what was read."""
    if found.unverified is not None:
        return "unverified"
    if found.problem:
        return "expired"
    return "valid"


def judge_error(error: DecodeError, *, is_bare: bool = False) -> Verdict:
    """Return the verdict on what was not read; a bare value has no name that could be wrong."""
    if error.code == NO_SECRET or (is_bare and error.code == WRONG_NAME):
        return "unverified"
    if error.code in WRONG_SECRETS:
        return "wrong secret"
    if error.code in DAMAGES:
        return "damaged"
    return "unknown"


def name_problem(found: Decoded | None) -> str:
    """Return what its server would refuse it for: `expired`, `not_yet`; empty: nothing known."""
    if found is None:
        return ""
    if found.problem in EXPIRED:
        return "expired"
    return found.problem


def code_of_found(found: Decoded) -> str:
    """Return the stable code of what was read, empty for a valid one."""
    if found.unverified is not None:
        return found.unverified.code
    return found.problem


def reason_of_found(found: Decoded) -> str:
    """Return why it is not valid, in a sentence; empty for a valid one."""
    if found.unverified is None:
        return found.reason
    if found.reason:
        return f"{found.unverified.reason}; and {found.reason}"
    return found.unverified.reason

"""The parts of a compact token: how many there are, how long its signature is."""

from __future__ import annotations

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.codecs.jwe import check_alphabet

SIGNATURES = {"HS256": 43, "HS384": 64, "HS512": 86}
"""Characters of a signature by algorithm."""
SYMMETRIC = tuple(SIGNATURES)
PUBLIC = ("RS", "PS", "ES", "Ed")
"""How the names of algorithms start that a public key verifies."""


def check_parts(value: str, count: int, kind: str) -> None:
    """Raises: DecodeError for a compact token with too few parts, or with what no part can have."""
    check_alphabet(value, kind)
    found = len(value.split("."))
    if found < count:
        raise DecodeError(
            f"it was cut: {found} of the {count} parts of a {kind} are there", code="truncated"
        )


def check_signature_length(value: str, alg: str) -> None:
    """Raises: DecodeError (truncated) for a token whose HMAC lost its end."""
    found = len(value.rpartition(".")[2])
    if found < SIGNATURES[alg]:
        raise DecodeError(
            f"it was cut: its signature has {found} of the {SIGNATURES[alg]} characters of {alg}",
            code="truncated",
        )


def is_public(alg: str) -> bool:
    """Check for an algorithm that a public key verifies."""
    return alg.startswith(PUBLIC)

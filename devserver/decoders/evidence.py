"""Why something that was read is no proof: which check is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Lack: TypeAlias = Literal["no_secret", "no_key", "no_signature", "no_seal", "no_row"]


@dataclass(frozen=True, slots=True)
class Unverified:
    """What was read without a check."""

    code: Lack
    reason: str
    """In a sentence."""


NO_SECRET = Unverified("no_secret", "no secret was given; what is shown is not verified")
NO_SALT = Unverified(
    "no_secret",
    "its key is derived from secret_key_base with the application's own salt: give signing_salt"
    " (and encryption_salt) by --salt",
)
NO_SIGNATURE = Unverified("no_signature", "alg none: it has no signature, anybody can write one")
NO_SEAL = Unverified("no_seal", "this format has no seal and no signature: anybody can write one")
NO_ROW = Unverified("no_row", "it is only an id: the session is a row in a store, not seen here")


def lacking_secret(alg: str) -> Unverified:
    """Return what a token of a shared secret's algorithm lacks."""
    return Unverified(
        "no_secret", f"{alg} is verified with its issuer's secret, and none was given: --secret"
    )


def lacking_key(alg: str) -> Unverified:
    """Return what a token of a public key's algorithm lacks."""
    return Unverified(
        "no_key",
        f"{alg} is verified with the issuer's public key, and none was given: --jwks or --key",
    )

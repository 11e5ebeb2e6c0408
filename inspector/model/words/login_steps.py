"""The steps of a login that can fail, in words."""

from __future__ import annotations

NAMES: dict[str, str] = {
    "authorize": "the authorization request",
    "state": "the check of state",
    "transaction": "the transaction cookie",
    "exchange": "the token request",
    "id_token": "the check of the ID token",
    "callback": "the callback",
}
"""`LoginStep` to what it is: a login fails at it."""


def name_step(step: str) -> str:
    """Return a step in words; one that is not known as it is spelled."""
    return NAMES.get(step, step.replace("_", " "))

"""What is said of a cookie that no secret has verified, in place of the code of the decoder."""

from __future__ import annotations

from session_inspector.devserver.core.events.session import SessionRefused

NOT_VERIFIED = "session cookie not verified"
TITLES = {
    "no_secret": f"{NOT_VERIFIED}: no secret of this app is known",
    "wrong_secret": f"{NOT_VERIFIED}: no secret that was given fits",
}
"""By code; such a cookie may be readable all the same."""
BY_COOKIE = {"expired": "session over", "not_yet": "session not valid yet"}
"""Codes of cookies that open, and do not count."""


def unverified_title(code: str, otherwise: str = NOT_VERIFIED) -> str:
    """Return what a code means, for people; `otherwise`: it is of no secret."""
    return TITLES.get(code, otherwise)


def spell_code(code: str) -> str:
    """Return one of our own codes as people write it: `chunk gap`; a library's stays as it is.

    Who looks for `ERR_JWE_DECRYPTION_FAILED` needs it in its own spelling.
    """
    return code.replace("_", " ") if code.islower() else code


def refusal_title(event: SessionRefused) -> str:
    """Return who says that a session does not count: an answer, or only its cookie or row."""
    if event.origin in ("told", "seen"):
        return f"session refused: {spell_code(event.code)}"
    if event.origin == "read":
        return f"session over, by its row: {spell_code(event.code)}"
    if event.code in BY_COOKIE:
        return f"{BY_COOKIE[event.code]}, by its cookie"
    return unverified_title(event.code, f"session cookie not opened: {spell_code(event.code)}")

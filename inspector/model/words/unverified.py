"""What is said of a cookie that no secret has verified, in place of the code of the decoder."""

from __future__ import annotations

NOT_VERIFIED = "session cookie not verified"
TITLES = {
    "no_secret": f"{NOT_VERIFIED}: no secret of this app is known",
    "wrong_secret": f"{NOT_VERIFIED}: no secret that was given fits",
}
"""By code; such a cookie may be readable all the same."""


def unverified_title(code: str, otherwise: str = NOT_VERIFIED) -> str:
    """Return what a code means, for people; `otherwise`: it is of no secret."""
    return TITLES.get(code, otherwise)


def spell_code(code: str) -> str:
    """Return one of our own codes as people write it: `chunk gap`; a library's stays as it is.

    Who looks for `ERR_JWE_DECRYPTION_FAILED` needs it in its own spelling.
    """
    return code.replace("_", " ") if code.islower() else code

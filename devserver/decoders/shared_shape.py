"""Signed values whose shape several libraries share: a secret that fits tells whose they are."""

from __future__ import annotations

from collections.abc import Callable

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.base import Check, Decoded, Material, check_signature
from session_inspector.devserver.decoders.drawn import looks_drawn

WRONG_ID = "the signature is of another secret, or the id was changed"


def check_id(
    material: Material,
    is_signed: Callable[[str], bool],
    otherwise: DecodeError,
    *,
    is_mine: bool,
) -> Check:
    """Check the signature of an id that others sign in the same way; `is_signed` takes a secret.

    Raises: DecodeError of the check; `otherwise` for a value that may be no id.
    """

    def check() -> Check:
        return check_signature(
            material.secrets, [""], lambda secret, _: is_signed(secret), WRONG_ID
        )

    return settle_signature(check, otherwise, is_mine=is_mine)


def settle_signature(check: Callable[[], Check], otherwise: DecodeError, *, is_mine: bool) -> Check:
    """Return what a check shows of a value that others sign in the same way.

    `is_mine`: it is certain without the check. If not, only a secret that fits makes it so. Raises:
    what `check` raises; `otherwise`.
    """
    try:
        found = check()
    except DecodeError as error:
        if is_mine:
            raise
        raise otherwise from error
    if found.unverified is not None and not is_mine:
        raise otherwise
    return found


def describe_signed(library: str, text: str) -> str:
    """Return what is known of a value that a library signed, and only its app can explain."""
    if looks_drawn(text):
        return f"what {library} signs; by its shape it could be the id of a session in a store"
    return f"what {library} signs; only the app knows what it is, and no id by its shape"


def describe_value(
    library: str, label: str, cookie: tuple[str, str], text: str, check: Check
) -> Decoded:
    """Return a value that is no id, which a library signed in a cookie, and a secret verified."""
    name, value = cookie
    return Decoded(
        format=label,
        role="token",
        cookies=(name,),
        payload={"value": text},
        key_index=check.key_index,
        size=len(value),
        signed_text=text,
        notes=(describe_signed(library, text),),
    )

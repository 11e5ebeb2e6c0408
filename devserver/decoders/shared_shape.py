"""Signed values whose shape several libraries share: a secret that fits tells whose they are."""

from __future__ import annotations

from collections.abc import Callable

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.base import Check
from session_inspector.devserver.decoders.drawn import looks_drawn


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

"""Signed values whose shape several libraries share: a secret that fits tells whose they are."""

from __future__ import annotations

from collections.abc import Callable

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.base import Check


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

"""Where a list goes on, as a text that is handed out: opaque, checked, and no credential.

A position among ordered ids would name a session by its id, which is a login. So the start of the
next page is written as the shortest beginning that still stands behind the row before it: of a
million random ids six characters. A cursor is of one store, layout and filter.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode

from session_inspector.devserver.core.errors import InputError

VERSION = b"1"
CHECKED = 6
"""Bytes of the check."""
LONGEST = 4096
NO_CURSOR = (
    "--after is no cursor of this list: it was cut, or is of another store, layout or filter."
    " Fix: `next` of the page before, or leave --after out"
)


def pack_cursor(position: str, scope: str) -> str:
    """Return a position as a cursor; `scope`: the list that it is of."""
    text = position.encode("utf-8", "surrogateescape")
    packed = VERSION + _check(text, scope) + text
    return urlsafe_b64encode(packed).rstrip(b"=").decode()


def unpack_cursor(cursor: str, scope: str) -> str:
    """Return the position that a cursor names. Raises: InputError for any other text."""
    if not cursor.isascii() or len(cursor) > LONGEST:
        raise InputError(NO_CURSOR)
    try:
        packed = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except ValueError as error:
        raise InputError(NO_CURSOR) from error
    start = len(VERSION) + CHECKED
    text = packed[start:]
    if packed[:start] != VERSION + _check(text, scope):
        raise InputError(NO_CURSOR)
    return text.decode("utf-8", "surrogateescape")


def shorten(start: str, before: str) -> str:
    """Return the shortest beginning of `start` that is greater than the text before it."""
    pairs = zip(start, before, strict=False)
    common = next((at for at, (one, other) in enumerate(pairs) if one != other), len(before))
    return start[: common + 1]


def _check(text: bytes, scope: str) -> bytes:
    return hashlib.sha256(scope.encode("utf-8", "surrogateescape") + b"\x00" + text).digest()[
        :CHECKED
    ]

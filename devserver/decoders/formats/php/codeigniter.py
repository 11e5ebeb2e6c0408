"""CodeIgniter 3 and 4: `ci_session`, an id; the row holds PHP variables, for 7200 s."""

from __future__ import annotations

import re

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.base import CookieGroup, Decoded, Material
from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    choose_cookie,
    looks_like,
    strongest_cookie,
)
from session_inspector.devserver.decoders.formats.php.php_session import row_of as php_row
from session_inspector.devserver.decoders.stored import StoredSession, open_stored
from session_inspector.devserver.decoders.traits import Traits

ID = re.compile(r"[0-9a-v]{32}|[0-9a-f]{40}|[A-Za-z0-9,-]{22,48}")
FORMAT = "CodeIgniter"
NAME = "ci_session"
WHY = "named ci_session, with the characters that PHP draws ids of"


class CodeIgniterDecoder:
    """`ci_session`: an id; a new one every 300 s (`sess_time_to_update`)."""

    name = "codeigniter"
    traits = Traits(json="strict", reads="first", cookie_names=(NAME,))

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim an id under CodeIgniter's name."""
        return strongest_cookie(cookies, _claim_cookie)

    def decode(self, material: Material) -> Decoded:
        """Return the id, and its row where there is one. Raises: DecodeError."""
        cookie = choose_cookie(material.cookies, _claim_cookie)
        return open_stored(FORMAT, cookie, (cookie[1],), material, row_of)


def row_of(row: bytes) -> StoredSession:
    """Return the session in a row. Raises: DecodeError (not_a_session) for another of PHP's."""
    found = php_row(row)
    if found.format != FORMAT:
        raise DecodeError("the row has no __ci_last_regenerate", code="not_a_session")
    return found


def _claim_cookie(name: str, value: str) -> Claim | None:
    if name == NAME and ID.fullmatch(value):
        return looks_like(WHY)
    return NOT_MINE

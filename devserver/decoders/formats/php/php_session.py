"""PHP's own sessions: an id; files (`sess_ID`) and phpredis rows hold `name|serialised` variables.

Symfony and CodeIgniter keep theirs in the same way, and the row tells them.
"""

from __future__ import annotations

import re

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import CookieGroup, Decoded, Material
from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    choose_cookie,
    looks_like,
    strongest_cookie,
)
from session_inspector.devserver.decoders.codecs.json_text import object_member, parse_object
from session_inspector.devserver.decoders.codecs.serialised.php_values import (
    is_session,
    read_php_session,
)
from session_inspector.devserver.decoders.stored import StoredSession, open_stored
from session_inspector.devserver.decoders.traits import Traits

ID = re.compile(r"[A-Za-z0-9,-]{22,256}")
"""What PHP draws (26 or 32 characters by default), and what it accepts."""
NAME = "PHPSESSID"
WHY = "named PHPSESSID, with 22 or more of the characters that PHP draws ids of"
SHOWN = "serialised PHP: shown as structure, never unserialised"
IGBINARY = b"\x00\x00\x00\x02"
SYMFONY = "_sf2_meta"
SYMFONY_DATA = "_sf2_attributes"
CODEIGNITER = "__ci_last_regenerate"


VISITOR_MEMBERS = frozenset(
    {"_csrf/*", "_symfony_flashes", "__ci_vars", "_ci_previous_url", "csrf_test_name"}
    | {"_token", "_previous", "_flash"}
)
"""Of Symfony, CodeIgniter and Laravel."""


class PhpSessionDecoder:
    """`PHPSESSID`: an id, whose session PHP keeps in a file or in Redis."""

    name = "php"
    traits = Traits(
        json="strict",
        reads="first",
        cookie_names=(NAME,),
        visitor_members=VISITOR_MEMBERS,
    )

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim an id under PHP's name: without it, letters and digits are anybody's."""
        return strongest_cookie(cookies, _claim_cookie)

    def decode(self, material: Material) -> Decoded:
        """Return the id, and its row where there is one. Raises: DecodeError."""
        cookie = choose_cookie(material.cookies, _claim_cookie)
        return open_stored("PHP", cookie, (cookie[1],), material, row_of)


def row_of(row: bytes) -> StoredSession:
    """Return the variables of a row. Raises: DecodeError (not_a_session, tampered)."""
    if row.startswith(IGBINARY):
        raise DecodeError(
            "the row was written by igbinary, which is not read here. Fix:"
            " session.serialize_handler = php",
            code="unsafe_serialisation",
        )
    found = parse_object(row)
    if found is None:
        if row and not is_session(row):
            raise DecodeError("the row is no session of PHP's", code="not_a_session")
        found = read_php_session(row)
    return describe_variables(found)


def describe_variables(found: JsonObject) -> StoredSession:
    """Return a session by what its framework keeps in it."""
    if SYMFONY in found:
        return _describe_symfony(found)
    if CODEIGNITER in found:
        payload = {name: value for name, value in found.items() if name != CODEIGNITER}
        return StoredSession(
            payload=payload,
            format="CodeIgniter",
            updated=to_number(found[CODEIGNITER]),
            notes=(SHOWN, "its id is drawn anew after 300 s: __ci_last_regenerate"),
        )
    return StoredSession(payload=found, notes=(SHOWN,))


def _describe_symfony(found: JsonObject) -> StoredSession:
    """Return Symfony's: the attributes, and when the session was made and used."""
    meta = object_member(found, SYMFONY)
    rest = {name: value for name, value in found.items() if name not in (SYMFONY, SYMFONY_DATA)}
    return StoredSession(
        payload=object_member(found, SYMFONY_DATA) | rest,
        format="Symfony",
        issued=to_number(meta.get("c")),
        updated=to_number(meta.get("u")),
        notes=(SHOWN,),
    )


def _claim_cookie(name: str, value: str) -> Claim | None:
    if name == NAME and ID.fullmatch(value):
        return looks_like(WHY)
    return NOT_MINE

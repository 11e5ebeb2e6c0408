"""Rows of koa-session in an external store, and of gorilla/sessions' and gin's in Redis."""

from __future__ import annotations

import re

from session_inspector.devserver.attach.ends import koa_ends
from session_inspector.devserver.attach.frameworks.marks import is_koa
from session_inspector.devserver.attach.row_content import RowContent
from session_inspector.devserver.attach.row_layout import RowLayout, is_no_json
from session_inspector.devserver.attach.rows.base import RawRow, RowLocations
from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.decoders.codecs.json_text import parse_js_object
from session_inspector.devserver.decoders.codecs.serialised.gob import is_gob, read_gob
from session_inspector.devserver.decoders.formats.go.gorilla import GorillaDecoder
from session_inspector.devserver.decoders.formats.js.cookie_session import CookieSessionDecoder

KOA_OWN = ("_expire", "_maxAge", "_session")
_NUMBER = rb"(?:[\x00-\x7f]|\xff.|\xfe..)"
_GOB_MAP = re.compile(
    _NUMBER + _NUMBER + rb"\x04\x01\x02" + _NUMBER + rb"\x00\x01\x10\x01\x10\x00", re.DOTALL
)
"""How the stream describes map[interface{}]interface{}, the Values of a gorilla session; the number
of the type is the process's own."""


def read_koa(row: RawRow, material: Material) -> RowContent:
    """Return the session of a row. Raises: DecodeError for another's."""
    if not is_koa(row, RowContent()):
        raise DecodeError("the row has no _expire and _maxAge", code="not_a_session")
    found = parse_js_object(row.value) or {}
    data = {name: member for name, member in found.items() if name not in KOA_OWN}
    return RowContent(data=data, ends=koa_ends(found))


def read_gorilla(row: RawRow, material: Material) -> RowContent:
    """Return the values of a row, read as structure. Raises: DecodeError for another's."""
    if not is_gorilla(row, RowContent()):
        raise DecodeError("the row is no gob of a map", code="not_a_session")
    found = read_gob(row.value)
    if not isinstance(found, dict):
        raise DecodeError("the row is no gob of a map", code="not_a_session")
    return RowContent(data=found, note="gob, read as structure")


def is_gorilla(row: RawRow, content: RowContent) -> bool:
    """Check for gob that describes a map of any values, as Go's sessions are."""
    return _GOB_MAP.match(row.value) is not None and is_gob(row.value)


KOA_SESSION = RowLayout(
    name="koa-session",
    parse=read_koa,
    visitors=CookieSessionDecoder.traits,
    before_id=re.compile(""),  # the cookie holds the whole key
    is_own=is_koa,
    may_be=lambda row: is_koa(row, RowContent()),
    places=RowLocations(redis=("koa:sess:*",)),
)
GORILLA = RowLayout(
    name="gorilla",
    parse=read_gorilla,
    visitors=GorillaDecoder.traits,
    is_own=is_gorilla,
    may_be=is_no_json,
    places=RowLocations(redis=("session_*",)),
)

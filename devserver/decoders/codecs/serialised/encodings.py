"""How a stored session is written, by its bytes: for people who compare sizes."""

from __future__ import annotations

import re

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.codecs.compressed import unpack_if_compressed
from session_inspector.devserver.decoders.codecs.serialised.gob import is_gob
from session_inspector.devserver.decoders.codecs.serialised.java_stream import is_java
from session_inspector.devserver.decoders.codecs.serialised.php_values import (
    is_serialised,
    is_session,
)

_OBJECT = re.compile(rb"\s*[{\[]")
"""How JSON of a session starts; whether it is whole is said when it is read."""
_PICKLES = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
"""How a pickle starts: its protocol behind 0x80."""
_MAPS = (*(bytes((0x80 + count,)) for count in range(16)), b"\xde", b"\xdf")
"""How a map of MessagePack starts."""


def name_encoding(row: bytes) -> str:
    """Return how a row is written: `MessagePack`, `JSON in zlib`; empty: it is none known here."""
    try:
        content, packed_with = unpack_if_compressed(row)
    except DecodeError:
        return ""
    name = _name_plain(content)
    if name and packed_with:
        return f"{name} in {packed_with}"
    return name or packed_with


def _name_plain(content: bytes) -> str:
    if _OBJECT.match(content):
        return "JSON"
    if content.startswith(_PICKLES) and content.endswith(b"."):
        return "pickle"
    if content.startswith(_MAPS):
        return "MessagePack"
    if is_java(content):
        return "serialised Java"
    if is_session(content) or is_serialised(content):
        return "serialised PHP"
    if is_gob(content):
        return "gob"
    return ""

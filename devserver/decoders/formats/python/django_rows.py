"""Rows of Django's cache sessions: a pickle by default; JSON or MessagePack, perhaps packed."""

from __future__ import annotations

from dataclasses import dataclass

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.decoders.codecs.compressed import unpack_if_compressed
from session_inspector.devserver.decoders.codecs.json_text import parse_object
from session_inspector.devserver.decoders.codecs.messagepack import unpack
from session_inspector.devserver.decoders.codecs.pickles import read_pickle

PICKLE = b"\x80"
"""How a pickle of protocol 2 and later starts."""
PICKLE_END = b"."
PICKLE_NOTE = "a pickle: read, not loaded"


@dataclass(frozen=True, slots=True)
class CacheRow:
    """A row of django-redis, or of Django's own cache."""

    payload: JsonObject
    note: str


def read_cache_row(row: bytes) -> CacheRow:
    """Return the session in a row, whatever serialiser and compressor wrote it.

    Raises: DecodeError (not_a_session, tampered, unsafe_serialisation, no_library).
    """
    content, packed_with = unpack_if_compressed(row)
    if content.startswith(PICKLE) and content.endswith(PICKLE_END):
        return CacheRow(read_pickle(content), _join(PICKLE_NOTE, packed_with))
    found: Json = parse_object(content)
    kind = "JSON"
    if found is None:
        found = unpack(content)
        kind = "MessagePack"
    if not isinstance(found, dict):
        raise DecodeError(
            "the row is no pickle, JSON or MessagePack of a session", code="not_a_session"
        )
    return CacheRow(found, _join(kind, packed_with))


def _join(note: str, packed_with: str) -> str:
    if not packed_with:
        return note
    return f"{note}; packed with {packed_with}"

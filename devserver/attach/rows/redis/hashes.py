"""Rows of Redis that are hashes: their fields as one JSON object, bytes as latin-1 texts."""

from __future__ import annotations

from collections.abc import Mapping

from session_inspector.devserver.attach.rows.base import to_bytes
from session_inspector.devserver.core.json.writing import strict_json
from session_inspector.devserver.decoders.stored import HASH_TEXT
from session_inspector.devserver.stores.redis.client import text_of

HASH = "HASH"
STRING = "STRING"


def pack_fields(fields: Mapping[bytes | str, bytes | str]) -> bytes | None:
    """Return a row's value, None for a hash without fields: it is not there."""
    if not fields:
        return None
    shown = {text_of(name): to_bytes(value).decode(HASH_TEXT) for name, value in fields.items()}
    return strict_json(dict(sorted(shown.items()))).encode()

"""A record as text, the same in every store: JSON without spaces, in UTF-8."""

from __future__ import annotations

import json

import orjson

from devserver.core.values import Json, JsonObject


def to_text(data: JsonObject) -> str:
    """Return the JSON of a session."""
    try:
        return orjson.dumps(data).decode()
    except TypeError:
        # a lone surrogate, or an integer beyond 64 bits: the standard library writes both
        return json.dumps(data, separators=(",", ":"))


def from_text(text: str | bytes) -> JsonObject | None:
    """Return the session in a row, None when the text is no JSON object."""
    try:
        found: Json = orjson.loads(text)
    except orjson.JSONDecodeError:
        try:
            found = json.loads(text)
        except ValueError:
            return None
    return found if isinstance(found, dict) else None

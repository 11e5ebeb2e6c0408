"""BSON values as JSON: an app's rows hold types that JSON does not have.

They are shown as `JSON.stringify` shows them in the app where that says something: an ObjectId as
its hexadecimal text, a date in ISO, bytes in base64. Nothing is ever written from here.
"""

from __future__ import annotations

import math
from base64 import b64encode
from datetime import UTC, datetime

from bson import Decimal128, ObjectId, Regex
from bson.datetime_ms import DatetimeMS

from session_inspector.devserver.core.values import Json, JsonObject

DEEPEST = 200
"""Levels that are shown; BSON itself allows about as many."""


def to_json(value: object, depth: int = 0) -> Json:
    """Return a value of BSON as JSON."""
    if depth > DEEPEST:
        return "…"
    if isinstance(value, dict):
        return to_json_object(value, depth)
    if isinstance(value, (list, tuple)):
        return [to_json(member, depth + 1) for member in value]
    return _to_plain(value)


def to_json_object(document: dict[str, object], depth: int = 0) -> JsonObject:
    """Return an object of BSON as JSON."""
    return {str(name): to_json(member, depth + 1) for name, member in document.items()}


def _to_plain(value: object) -> Json:
    match value:
        case None | bool():
            return value
        case str():
            return str(value)  # Code is one
        case int():
            return int(value)  # an Int64 is one
        case float():
            if math.isfinite(value):
                return value
            return str(value)
        case datetime():
            return _to_iso(value)
        case bytes():
            return b64encode(value).decode()
        case _:
            return _describe(value)


def _to_iso(value: datetime) -> str:
    if value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    text = value.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def _describe(value: object) -> str:
    """Return what is only shown: types that no session of the SDK has."""
    match value:
        case ObjectId() | Decimal128():
            return str(value)
        case DatetimeMS():
            return f"{int(value)} ms, beyond the year 9999"
        case Regex():
            return f"/{value.pattern}/"
        case _:
            return repr(value)

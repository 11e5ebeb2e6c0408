"""A document of another framework as a row, and changed in the types that it has."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime

from session_inspector.devserver.attach.rows.base import RawRow, Shape, to_bytes
from session_inspector.devserver.attach.rows.writing import Change, convert_like
from session_inspector.devserver.core.values import Json, Seconds
from session_inspector.devserver.stores.mongodb.client import Document
from session_inspector.devserver.stores.timestamps import (
    Timestamps,
    encode_like,
    to_datetime,
    to_seconds,
)


def to_raw_row(shape: Shape, document: Document) -> RawRow:
    """Return what a document holds."""
    value = b""
    if shape.data:
        value = to_content(document.get(shape.data))
    return RawRow(
        key=str(document.get(shape.key)),
        value=value,
        expires=to_seconds(document.get(shape.expires)),
        is_obeyed=shape.is_obeyed,
    )


def to_content(data: object) -> bytes:
    """Return a member as bytes; an object is JSON, its dates as JavaScript writes them."""
    if not isinstance(data, dict):
        return to_bytes(data)
    text = json.dumps(_without_nan(data), default=_to_json_text, ensure_ascii=False)
    return text.encode("utf-8", "replace")


def change_document(shape: Shape, document: Document, at: Seconds, change: Change) -> Document:
    """Return members and their new values: the end, and the content where it keeps one too."""
    ends = {shape.expires: encode_like(document.get(shape.expires), at)}
    return ends | _change_content(shape, document, change)


def _change_content(shape: Shape, document: Document, change: Change) -> Document:
    """Return the member of the content with its new value; empty: it stays as it is."""
    if not shape.data:
        return {}
    before = document.get(shape.data)
    content = to_content(before)
    value = change(content)
    if value is None:
        return {}
    if isinstance(before, dict):
        return {shape.data: _lay_over(before, json.loads(content), json.loads(value))}
    return {shape.data: convert_like(before, value)}


def _lay_over(original: object, before: Json, after: Json) -> object:
    """Return a value changed as its JSON was; what did not change keeps its BSON type."""
    if before == after:
        return original
    if isinstance(original, dict) and isinstance(before, dict) and isinstance(after, dict):
        return {
            name: _lay_over(original.get(name), before.get(name), member)
            for name, member in after.items()
        }
    if isinstance(original, datetime):
        return _to_date(after)
    return after


def _to_date(value: Json) -> object:
    """Return a moment in JSON as the driver takes a BSON date; what is none stays as it is."""
    at = to_seconds(value)
    if at is None:
        return value
    return to_datetime(at).replace(tzinfo=None)


def _without_nan(value: object) -> object:
    """Return a value with null for NaN and Infinity, as JSON.stringify writes them."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {name: _without_nan(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_without_nan(member) for member in value]
    return value


def _to_json_text(value: object) -> str:
    if not isinstance(value, datetime):
        return str(value)
    at = value.replace(tzinfo=UTC).timestamp()
    return str(Timestamps("iso").encode(at))

"""A record as a MongoDB document: `{_id, data, expiresAt}`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime

from bson import encode
from bson.errors import BSONError

from session_inspector.devserver.core.values import Json, JsonObject, Seconds
from session_inspector.devserver.stores.base import Record, SessionId
from session_inspector.devserver.stores.mongodb.client import Document
from session_inspector.devserver.stores.rows import as_whole, from_whole
from session_inspector.devserver.stores.timestamps import to_datetime, to_end


def to_document(key: SessionId, record: Record) -> Document:
    """Return a record as it is written; one without an end has no `expiresAt`."""
    document: Document = {"_id": key, "data": _to_bson_safe(record.data)}
    if record.expires is not None:
        # BSON keeps milliseconds; cut, never rounded up: nothing lives longer than it should
        milliseconds = math.floor(record.expires * 1000)
        document["expiresAt"] = to_datetime(milliseconds / 1000)
    return document


def to_record(document: Mapping[str, object]) -> Record:
    """Return the record of a document; data that are no object are empty."""
    data = document.get("data")
    session: JsonObject = {}
    if isinstance(data, dict):
        session = from_whole(data)
    return Record(data=session, expires=_read_end(document.get("expiresAt")))


def _read_end(member: object) -> Seconds | None:
    if not isinstance(member, datetime):
        return None
    return to_end(member.astimezone(UTC))


def _to_bson_safe(data: JsonObject) -> JsonObject:
    """Return the data, kept whole as a text when MongoDB cannot hold or would read it."""
    if _has_strange_name(data) or not _is_encodable(data):
        return as_whole(data)
    return data


def _is_encodable(data: JsonObject) -> bool:
    """Return False for what BSON cannot hold: a lone surrogate, a large number."""
    try:
        encode(data)
    except (BSONError, UnicodeEncodeError, OverflowError):
        return False
    return True


def _has_strange_name(value: Json) -> bool:
    """Return True for a member's name that has a meaning to MongoDB: `$…`, a dot, or nothing."""
    if isinstance(value, dict):
        return any(_is_strange(name) or _has_strange_name(value[name]) for name in value)
    if isinstance(value, list):
        return any(_has_strange_name(member) for member in value)
    return isinstance(value, str) and "\x00" in value


def _is_strange(name: str) -> bool:
    return not name or name.startswith("$") or "." in name

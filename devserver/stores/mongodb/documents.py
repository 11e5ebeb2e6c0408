"""A record as a MongoDB document: `{_id, data, expiresAt}`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime

from bson import encode
from bson.datetime_ms import DatetimeMS
from bson.errors import BSONError

from session_inspector.devserver.core.values import Json, JsonObject, Seconds
from session_inspector.devserver.stores.base import Record, SessionId
from session_inspector.devserver.stores.mongodb.client import Document
from session_inspector.devserver.stores.mongodb.values import to_json_object
from session_inspector.devserver.stores.rows import as_whole, session_record
from session_inspector.devserver.stores.timestamps import FIRST, to_datetime, to_end

NO_DATE = "its expiresAt is no date: an app that asks for `expiresAt: {$gt: …}` never finds it"


def to_document(key: SessionId, record: Record) -> Document:
    """Return a record as it is written; one without an end has no `expiresAt`."""
    document: Document = {"_id": key, "data": to_bson_safe(record.data)}
    if record.expires is not None:
        # BSON keeps milliseconds; cut, never rounded up: nothing lives longer than it should
        milliseconds = math.floor(record.expires * 1000)
        document["expiresAt"] = to_datetime(milliseconds / 1000)
    return document


def to_set(document: Document) -> Document:
    """Return the update that writes a document and keeps members that are not ours."""
    members = {name: member for name, member in document.items() if name != "_id"}
    update: Document = {"$set": members}
    if "expiresAt" not in members:
        update["$unset"] = {"expiresAt": ""}
    return update


def to_record(document: Mapping[str, object]) -> Record:
    """Return the record of a document; data that are no object are empty."""
    data = document.get("data")
    ends = document.get("expiresAt")
    note = ""
    if not isinstance(ends, (datetime, DatetimeMS)):
        note = NO_DATE
    if isinstance(data, dict):
        data = to_json_object(data)
    return session_record(data, _read_end(ends), note)


def _read_end(member: object) -> Seconds | None:
    if isinstance(member, DatetimeMS):
        if int(member) < 0:
            return FIRST
        return None
    if not isinstance(member, datetime):
        return None
    return to_end(member.astimezone(UTC))


def to_bson_safe(data: JsonObject) -> JsonObject:
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
    """Return True for a member's name that drivers read: `$ref` makes another type of it."""
    if isinstance(value, dict):
        return any(name.startswith("$") or _has_strange_name(value[name]) for name in value)
    if isinstance(value, list):
        return any(_has_strange_name(member) for member in value)
    return False

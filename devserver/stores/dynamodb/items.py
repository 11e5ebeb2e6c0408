"""A record as DynamoDB items: one, or several where it does not fit into 400 KB."""

from __future__ import annotations

import math
from collections.abc import Sequence
from uuid import uuid4

from session_inspector.devserver.core.values import Json, JsonObject, Seconds
from session_inspector.devserver.stores.base import Record, SessionId
from session_inspector.devserver.stores.dynamodb.sizes import LARGEST, measure_item
from session_inspector.devserver.stores.dynamodb.table import Item
from session_inspector.devserver.stores.dynamodb.values import Typed, fits, from_typed, to_typed
from session_inspector.devserver.stores.rows import as_whole, from_text, session_record

PART = "#part-"
"""Marks the ids of parts."""
COUNT = "__parts__"
VERSION = "__version__"
"""Members of a main item's data that name its parts."""
MOST_PARTS = 99
"""One transaction takes a hundred items."""
PART_SIZE = 300_000
"""Bytes of text a part carries."""
IN_PARTS = (
    "an item holds 400 KB: kept in parts, which an app's own class reads as a session with"
    f" the members {COUNT} and {VERSION}"
)


def to_milliseconds(at: Seconds) -> Typed:
    """Return a timestamp as a number of milliseconds, cut: nothing lives longer than it should."""
    return {"N": str(math.floor(at * 1000))}


def to_items(key: SessionId, record: Record) -> list[Item]:
    """Return the main item first, then its parts."""
    main: Item = {"id": {"S": key}}
    if record.expires is not None:
        main["expiresAt"] = to_milliseconds(record.expires)
    main["data"] = _to_attribute(record.data)
    if measure_item(main) <= LARGEST:
        return [main]
    version = uuid4().hex
    parts = _cut_parts(key, record.data, version)
    main["data"] = to_typed({COUNT: len(parts), VERSION: version})
    if "expiresAt" in main:
        for part in parts:
            part["expiresAt"] = main["expiresAt"]
    return [main, *parts]


def part_keys(key: SessionId, item: Item) -> list[str]:
    """Return the ids of the parts of a main item, empty when it has none."""
    data = from_typed(item.get("data"))
    if not isinstance(data, dict):
        return []
    count = data.get(COUNT)
    if not isinstance(count, int):
        return []
    if VERSION not in data or not 0 < count <= MOST_PARTS:
        return []  # an app's own member of that name
    return [f"{key}{PART}{number}" for number in range(count)]


def is_part(item: Item) -> bool:
    """Return True for a part of a large item; an app may use such an id for a session too."""
    return PART in str(item["id"].get("S")) and {"text", "version"} <= item.keys()


def to_record(item: Item, parts: Sequence[Item]) -> Record:
    """Return the record of an item and its parts; unreadable data are empty."""
    data = from_typed(item.get("data"))
    ends = _read_end(item)
    if parts and isinstance(data, dict):
        joined = _join_parts(data, parts)
        session = session_record(joined, ends).data
        return Record(data=session, expires=ends, note=IN_PARTS, is_own_form=True)
    if isinstance(data, str):
        data = from_text(data)
    return session_record(data, ends)


def _cut_parts(key: SessionId, data: JsonObject, version: str) -> list[Item]:
    # pure ASCII, so that a cut never falls into a character
    whole = str(as_whole(data)["__json__"])
    parts: list[Item] = []
    for number, start in enumerate(range(0, len(whole), PART_SIZE)):
        part: Item = {
            "id": {"S": f"{key}{PART}{number}"},
            "text": {"S": whole[start : start + PART_SIZE]},
            "version": {"S": version},
        }
        parts.append(part)
    return parts


def _join_parts(data: JsonObject, parts: Sequence[Item]) -> Json:
    """Return what parts hold together; None when they are of several writes."""
    version = {"S": data.get(VERSION)}
    if any(part.get("version") != version for part in parts):
        return None
    texts = [str(part.get("text", {}).get("S")) for part in parts]
    return from_text("".join(texts))


def _read_end(item: Item) -> Seconds | None:
    ends = from_typed(item.get("expiresAt"))
    if not isinstance(ends, (int, float)):
        return None
    return ends / 1000


def _to_attribute(data: JsonObject) -> Typed:
    """Return data as a map, kept whole as a text where DynamoDB cannot hold it."""
    if fits(data):
        return to_typed(data)
    return to_typed(as_whole(data))

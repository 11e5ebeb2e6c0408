"""A record as DynamoDB items: one, or several where it does not fit into 400 KB."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias
from uuid import uuid4

from session_inspector.devserver.core.values import Json, JsonObject, Seconds
from session_inspector.devserver.stores.base import Record, SessionId
from session_inspector.devserver.stores.dynamodb.values import Typed, fits, from_typed, to_typed
from session_inspector.devserver.stores.rows import as_whole, from_text, from_whole, to_text

Item: TypeAlias = dict[str, Typed]
"""{attribute: {type: value}} as the API has it."""
PART = "#part-"
"""Marks the ids of parts."""
COUNT = "__parts__"
VERSION = "__version__"
"""Members of a main item's data that name its parts."""
LARGEST = 300_000
"""Bytes of text an item carries; DynamoDB's limit is 400 KB with all names and types."""
WIDEST = 3
"""Bytes of UTF-8 that a UTF-16 character takes at most."""


def to_milliseconds(at: Seconds) -> Typed:
    """Return a timestamp as a number of milliseconds, cut: nothing lives longer than it should."""
    return {"N": str(math.floor(at * 1000))}


def to_items(key: SessionId, record: Record) -> list[Item]:
    """Return the main item first, then its parts."""
    main: Item = {"id": {"S": key}}
    if record.expires is not None:
        main["expiresAt"] = to_milliseconds(record.expires)
    if _is_small(record.data):
        main["data"] = _to_attribute(record.data)
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
    return [f"{key}{PART}{number}" for number in range(count)]


def to_record(item: Item, parts: Sequence[Item]) -> Record:
    """Return the record of an item and its parts; unreadable data are empty."""
    data = from_typed(item.get("data"))
    if parts and isinstance(data, dict):
        data = _join_parts(data, parts)
    elif isinstance(data, str):
        data = from_text(data)
    session: JsonObject = {}
    if isinstance(data, dict):
        session = from_whole(data)
    return Record(data=session, expires=_read_end(item))


def _is_small(data: JsonObject) -> bool:
    text = to_text(data)
    if len(text) * WIDEST <= LARGEST:
        return True
    return len(text.encode("utf-8", "surrogatepass")) <= LARGEST


def _cut_parts(key: SessionId, data: JsonObject, version: str) -> list[Item]:
    # pure ASCII, so that a cut never falls into a character
    whole = str(as_whole(data)["__json__"])
    parts: list[Item] = []
    for number, start in enumerate(range(0, len(whole), LARGEST)):
        part: Item = {
            "id": {"S": f"{key}{PART}{number}"},
            "text": {"S": whole[start : start + LARGEST]},
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

"""A record as DynamoDB items: one, or several where it does not fit into 400 KB."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import TypeAlias
from uuid import uuid4

from session_inspector.devserver.core.values import Json, JsonObject, Seconds
from session_inspector.devserver.stores.base import Record, SessionId
from session_inspector.devserver.stores.rows import as_whole, from_text, from_whole, to_text

Item: TypeAlias = dict[str, dict[str, object]]
"""{attribute: {type: value}} as the API has it."""
PART = "#part-"
"""Marks the ids of parts."""
LARGEST = 300_000
"""Bytes of text an item carries; DynamoDB's limit is 400 KB with all names and types."""
DIGITS = 38


def moment(seconds: Seconds) -> dict[str, object]:
    """Return a moment as a number of milliseconds, cut: nothing lives longer than it should."""
    return {"N": str(math.floor(seconds * 1000))}


def items_of(key: SessionId, record: Record) -> list[Item]:
    """Return the main item first, then its parts."""
    text = to_text(record.data)
    main: Item = {"id": {"S": key}, "data": _attribute(record.data)}
    if record.expires is not None:
        main["expiresAt"] = moment(record.expires)
    if len(text) * 3 <= LARGEST or len(text.encode("utf-8", "surrogatepass")) <= LARGEST:
        return [main]
    # pure ASCII, so that a cut never falls into a character
    whole = str(as_whole(record.data)["__json__"])
    cuts = [whole[start : start + LARGEST] for start in range(0, len(whole), LARGEST)]
    version = uuid4().hex
    main["data"] = {"M": {"__parts__": {"N": str(len(cuts))}, "__version__": {"S": version}}}
    parts: list[Item] = [
        {
            "id": {"S": f"{key}{PART}{number}"},
            "text": {"S": cut},
            "version": {"S": version},
            **({"expiresAt": main["expiresAt"]} if "expiresAt" in main else {}),
        }
        for number, cut in enumerate(cuts)
    ]
    return [main, *parts]


def part_keys(key: SessionId, item: Item) -> list[str]:
    """Return the ids of the parts of a main item, empty when it has none."""
    data = _value(item.get("data", {}))
    count = data.get("__parts__") if isinstance(data, dict) else None
    return [f"{key}{PART}{n}" for n in range(count)] if isinstance(count, int) else []


def record_of(item: Item, parts: Sequence[Item]) -> Record:
    """Return the record of an item and its parts; unreadable data are empty."""
    data = _value(item.get("data", {}))
    if parts and isinstance(data, dict):
        version = {"S": data.get("__version__")}
        is_one = all(part.get("version") == version for part in parts)
        text = "".join(str(part.get("text", {}).get("S")) for part in parts) if is_one else ""
        data = from_text(text) or {}
    elif isinstance(data, str):
        data = from_text(data) or {}
    ends = _value(item.get("expiresAt", {}))
    expires = ends / 1000 if isinstance(ends, (int, float)) else None
    return Record(data=from_whole(data) if isinstance(data, dict) else {}, expires=expires)


def _attribute(data: JsonObject) -> dict[str, object]:
    """Return data as a map, kept whole as a text where DynamoDB cannot hold it."""
    return _typed(data if _fits(data) else as_whole(data))


def _fits(value: Json) -> bool:
    if isinstance(value, dict):
        return all(name and _fits(name) and _fits(member) for name, member in value.items())
    if isinstance(value, list):
        return all(_fits(member) for member in value)
    if isinstance(value, str):
        return value.isascii() or value.encode("utf-8", "replace").decode() == value
    if isinstance(value, float):
        # numbers have 38 digits and exponents of -130 to 125
        return value == 0 or 1e-120 < abs(value) < 1e120
    return not isinstance(value, int) or abs(value) < 10**DIGITS


def _typed(value: Json) -> dict[str, object]:
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case int() | float():
            return {"N": repr(value)}
        case list():
            return {"L": [_typed(member) for member in value]}
        case _:
            return {"M": {name: _typed(member) for name, member in value.items()}}


def _value(typed: object) -> Json:
    """Return the plain value of a typed one; sets become lists, bytes nothing."""
    if not isinstance(typed, dict) or len(typed) != 1:
        return None
    ((kind, inside),) = typed.items()
    if kind == "M" and isinstance(inside, dict):
        return {str(name): _value(member) for name, member in inside.items()}
    if kind == "L" and isinstance(inside, list):
        return [_value(member) for member in inside]
    if kind == "N":
        return _number(str(inside))
    if kind in ("SS", "NS") and isinstance(inside, list):
        return [str(member) for member in inside]
    return inside if kind in ("S", "BOOL") and isinstance(inside, (str, bool)) else None


def _number(text: str) -> int | float:
    found = Decimal(text)
    return (
        int(found) if found == found.to_integral_value() and abs(found) < 10**18 else float(found)
    )

"""Cases of what `jvm/` prints."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from session_inspector.devserver.core.values import JsonObject

GENERATOR = "spring-session 4.0.4"
EXPECTED: JsonObject = {
    "cart": ["apple", "pear"],
    "name": "Zoë 漢",
    "prices": {"apple": 3, "paid": True},
    "userId": 4711,
    "username": "zoe@example.com",
}
IN_JSON: JsonObject = {
    "cart": ["java.util.ArrayList", ["apple", "pear"]],
    "prices": {"@class": "java.util.LinkedHashMap", "apple": 3, "paid": True},
}
COLUMNS = {
    "CREATION_TIME": "creationTime",
    "LAST_ACCESS_TIME": "lastAccessedTime",
    "MAX_INACTIVE_INTERVAL": "maxInactiveInterval",
}


def to_cases(line: JsonObject) -> Iterator[JsonObject]:
    """Yield the case of one repository: its row as a hash, or as what two tables hold."""
    row = line["row"]
    assert isinstance(row, dict)
    fields = {_name_field(name): base64.b64decode(str(text)) for name, text in row.items()}
    shown: JsonObject = {name: raw.decode("latin-1") for name, raw in fields.items() if name}
    kind = str(line["kind"])
    session_id = str(line["id"])
    expected = EXPECTED
    if kind == "redis-json":
        expected = EXPECTED | IN_JSON
    at = int(base64.b64decode(_created(row, kind)).decode()) // 1000 if kind == "jdbc" else None
    yield {
        "name": f"spring-{kind}",
        "format": f"spring-{kind}",
        "family": "spring-session",
        "called": "Spring Session",
        "tags": ["unsealed"],
        "generator": GENERATOR,
        "secret": None,
        "minted_at": at or _minted(kind, shown),
        "cookies": {"SESSION": line["cookie"]},
        "session_id": session_id,
        "expected": expected,
        "store": {f"spring:session:sessions:{session_id}": shown},
    }


def _name_field(name: str) -> str:
    if name.startswith("attribute:"):
        return f"sessionAttr:{name.removeprefix('attribute:')}"
    if name.isupper():
        return COLUMNS.get(name, "")
    return name


def _created(row: JsonObject, kind: str) -> str:
    return str(row["CREATION_TIME" if kind == "jdbc" else "creationTime"])


def _minted(kind: str, shown: JsonObject) -> int:
    raw = str(shown["creationTime"]).encode("latin-1")
    if kind == "redis-json":
        return int(raw) // 1000
    return int.from_bytes(raw[-8:], "big") // 1000

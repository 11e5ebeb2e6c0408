"""Sessions as apps have them: what JSON holds, and what only their engine holds."""

from __future__ import annotations

from datetime import UTC, datetime

from bson import Binary, Int64, ObjectId, Regex

from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.values import JsonObject

LIFE = 5_000
"""Seconds the app's rows live."""


def session_of(who: str) -> JsonObject:
    """Return a session as the SDK hands it to its store."""
    now = int(SystemClock().now())
    return {
        "user": {"sub": f"auth0|{who}", "name": "Zoë \u2028 💥"},
        "tokenSet": {"accessToken": "at", "expiresAt": now + 300},
        "internal": {"sid": f"sid-{who}", "createdAt": now},
    }


def plain_rows(kind: str) -> dict[str, JsonObject]:
    """Return rows that the class itself writes, the largest as large as its engine allows."""
    size = 1_000_000
    if kind == "dynamodb":
        size = 380_000
    return {
        "0123456789abcdef": session_of("plain"),
        "odd id: ü/💥 'quoted' \"id\" %41*?[x]": session_of("odd"),
        "1 MB": {**session_of("big"), "pad": "é" * (size // 2)},
        "extra": {**session_of("extra"), "cart": {"items": [1, 2.5, None, True]}, "z": 1},
        "no-object": {"just": "this"},
    }


def bson_types() -> dict[str, object]:
    """Return members of BSON's own types."""
    return {
        "oid": ObjectId("65f0000000000000000000aa"),
        "when": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "blob": Binary(b"\x00\xff"),
        "long": Int64(5),
        "pattern": Regex("a.b", "i"),
    }


def dynamodb_types() -> dict[str, object]:
    """Return attributes of DynamoDB's own types."""
    return {
        "ttl": {"N": "1999999999"},
        "tenant": {"S": "t1"},
        "blob": {"B": b"\x00\xff"},
        "groups": {"SS": ["a", "b"]},
        "numbers": {"NS": ["1", "2.50"]},
        "blobs": {"BS": [b"a", b"b"]},
        "exact": {"N": "3.14159265358979323846264338327950288"},
    }

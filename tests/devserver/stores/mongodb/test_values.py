"""BSON's own types are shown, whatever they are."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from bson import Binary, Code, DBRef, Decimal128, Int64, MaxKey, MinKey, ObjectId, Regex, Timestamp
from bson.datetime_ms import DatetimeMS

from session_inspector.devserver.core.values import Json
from session_inspector.devserver.stores.mongodb.documents import to_record
from session_inspector.devserver.stores.mongodb.values import to_json
from session_inspector.devserver.stores.rows import to_text


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (ObjectId("65f0000000000000000000aa"), "65f0000000000000000000aa"),
        (datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC), "2026-01-02T03:04:05.678Z"),
        (datetime(2026, 1, 2), "2026-01-02T00:00:00.000Z"),
        (Decimal128("1.50"), "1.50"),
        (Binary(b"\x00\xff"), "AP8="),
        (Int64(5), 5),
        (Regex("a.b", "i"), "/a.b/"),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (MinKey(), "MinKey()"),
        (MaxKey(), "MaxKey()"),
        (Timestamp(1, 2), "Timestamp(1, 2)"),
        (Code("f()"), "f()"),
        (DatetimeMS(8_640_000_000_000_000), "8640000000000000 ms, beyond the year 9999"),
        ([{"a": (1, None, True)}], [{"a": [1, None, True]}]),
    ],
)
def test_a_value_of_bson_is_shown_as_json(value: object, shown: Json) -> None:
    assert to_json(value) == shown
    to_text({"value": to_json(value)})


def test_an_object_of_a_driver_s_own_is_named() -> None:
    assert "DBRef" in str(to_json(DBRef("users", 5)))


def test_what_nests_deeper_than_bson_does_is_cut() -> None:
    deep: object = 1
    for _ in range(500):
        deep = [deep]
    assert "…" in str(to_json(deep))


@pytest.mark.parametrize(
    ("end", "expires"),
    [
        (DatetimeMS(8_640_000_000_000_000), None),
        (DatetimeMS(-8_640_000_000_000_000), -62_135_596_800.0),
    ],
)
def test_a_date_beyond_python_s_years_is_an_end(end: object, expires: float | None) -> None:
    assert to_record({"data": {}, "expiresAt": end}).expires == expires


def test_an_end_that_is_no_date_is_said() -> None:
    assert "is no date" in to_record({"data": {}, "expiresAt": 5}).note
    assert to_record({"data": {}, "expiresAt": datetime(2026, 1, 2)}).note == ""

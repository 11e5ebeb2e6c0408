"""Statements on others' tables, and their rows in the form they have."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from session_inspector.devserver.attach.rows.base import RawRow, Shape, find_shape, to_bytes
from session_inspector.devserver.attach.rows.sql import (
    change_columns,
    quote_names,
    select_rows,
    to_raw_row,
)

SHAPE = Shape(table="sessions", key="sid", data="sess", expires="expired")
BARE = Shape(table="tokens", key="token", data="", expires="expires")
AT = 1_760_000_000.0


def test_a_shape_is_found_by_all_its_columns() -> None:
    columns = {"sessions": {"sid", "sess"}, "tokens": {"token", "expires", "more"}}
    assert find_shape([SHAPE, BARE], columns) == BARE
    assert find_shape([SHAPE], columns) is None
    assert find_shape([SHAPE, BARE], {}) is None


def test_a_table_without_data_is_read_all_the_same() -> None:
    assert select_rows(SHAPE) == 'SELECT "sid", "sess", "expired" FROM "sessions"'
    assert select_rows(BARE, "::text") == 'SELECT "token", NULL, "expires"::text FROM "tokens"'


def test_names_of_the_catalogue_are_quoted() -> None:
    assert quote_names(["a", 'b"c']) == '"a", "b""c"'


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (b"x", b"x"),
        (bytearray(b"x"), b"x"),
        (memoryview(b"x"), b"x"),
        (None, b""),
        ("é", "é".encode()),
    ],
)
def test_content_of_any_type_is_bytes(value: object, found: bytes) -> None:
    assert to_bytes(value) == found


@pytest.mark.parametrize(
    ("column", "ends"),
    [
        (1_760_000_000, AT),
        (1_760_000_000_000, AT),
        ("2025-10-09T08:53:20Z", AT),
        (datetime(2025, 10, 9, 8, 53, 20), AT),
        (datetime(2025, 10, 9, 8, 53, 20, tzinfo=UTC), AT),
        ("soon", None),
        (None, None),
        (True, None),
    ],
)
def test_an_end_of_any_form_is_read(column: object, ends: float | None) -> None:
    assert to_raw_row(SHAPE, (1, "x", column)) == RawRow(key="1", value=b"x", expires=ends)


def test_only_what_changes_is_written() -> None:
    found = ("k", "text", 1_760_000_000_000)
    assert change_columns(SHAPE, found, AT, lambda value: None) == {"expired": 1_760_000_000_000}
    assert change_columns(SHAPE, found, AT, lambda value: value.upper()) == {
        "expired": 1_760_000_000_000,
        "sess": "TEXT",
    }


def test_a_table_without_data_has_nothing_to_change() -> None:
    found = ("k", None, "2025-10-09T08:53:20.000Z")
    changes = change_columns(BARE, found, AT + 1, lambda value: b"never")
    assert changes == {"expires": "2025-10-09T08:53:21.000Z"}

"""Others' documents: read as JavaScript would write them, changed in the types that they have."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime

from session_inspector.devserver.attach.rows.base import RawRow, Shape
from session_inspector.devserver.attach.rows.mongodb.documents import change_document, to_raw_row
from session_inspector.devserver.stores.mongodb.client import Document

SHAPE = Shape(table="sessions", key="_id", data="session", expires="expires")
BARE = Shape(table="sessions", key="token", data="", expires="expires")
AT = 1_760_000_000.0
DATE = datetime(2025, 10, 9, 8, 53, 20)


def test_dates_inside_an_object_are_iso_text() -> None:
    document: Document = {"_id": "k", "session": {"at": DATE, "n": 1}, "expires": DATE}
    row = to_raw_row(SHAPE, document)
    assert (row.key, row.expires) == ("k", AT)
    assert json.loads(row.value) == {"at": "2025-10-09T08:53:20.000Z", "n": 1}


def test_a_number_that_json_does_not_have_is_null_and_stays_what_it_is() -> None:
    document: Document = {"session": {"n": math.nan, "l": [math.inf], "a": 1}, "expires": DATE}
    assert json.loads(to_raw_row(SHAPE, document).value) == {"n": None, "l": [None], "a": 1}
    changes = change_document(SHAPE, document, AT, lambda value: value.replace(b"1", b"2"))
    assert repr(changes["session"]) == "{'n': nan, 'l': [inf], 'a': 2}"


def test_a_document_without_data_is_a_row_of_its_key() -> None:
    assert to_raw_row(BARE, {"token": "t"}) == RawRow(key="t", value=b"", expires=None)
    assert change_document(BARE, {"token": "t", "expires": DATE}, AT + 1, lambda value: b"x") == {
        "expires": DATE.replace(second=21)
    }


def test_what_did_not_change_keeps_its_type() -> None:
    zoned = DATE.replace(tzinfo=UTC)
    document: Document = {"session": {"at": DATE, "kept": zoned, "n": 1}, "expires": DATE}

    def change(value: bytes) -> bytes:
        return json.dumps({**json.loads(value), "at": "2025-10-09T08:53:30Z", "n": 2}).encode()

    changes = change_document(SHAPE, document, AT, change)
    assert changes["session"] == {"at": DATE.replace(second=30), "kept": zoned, "n": 2}


def test_a_text_stays_a_text() -> None:
    document: Document = {"session": '{"n":1}', "expires": DATE}
    assert change_document(SHAPE, document, AT, lambda value: b'{"n":2}') == {
        "expires": DATE,
        "session": '{"n":2}',
    }

"""Records as documents: what MongoDB would read or cannot hold is kept as a text."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.stores.base import Record
from session_inspector.devserver.stores.mongodb.documents import to_document, to_record
from session_inspector.devserver.stores.rows import as_whole
from tests.contracts.store import NOW, A, record, session


def test_a_record_is_a_document_and_comes_back() -> None:
    document = to_document(A, record(session("alice"), NOW + 0.9999))
    ends = datetime.fromtimestamp(NOW + 0.999, UTC)  # cut: it does not live longer
    assert document == {"_id": A, "data": session("alice"), "expiresAt": ends}
    assert to_record(document) == record(session("alice"), NOW + 0.999)


def test_a_record_without_an_end_has_no_such_member() -> None:
    document = to_document(A, record(expires=None))
    assert "expiresAt" not in document
    assert to_record(document) == record(expires=None)


@pytest.mark.parametrize(
    "data",
    [
        {"https://app.example/roles": ["admin"]},
        {"a": {"b.c": 1}},
        {"a": [{"": 1}]},
        {"a": "nul \x00"},
    ],
)
def test_what_mongodb_holds_is_written_as_the_app_writes_it(data: JsonObject) -> None:
    assert to_document(A, Record(data=data))["data"] == data


@pytest.mark.parametrize(
    "data",
    [{"$set": 1}, {"a": [{"$ref": "x"}]}, {"a": "lone \ud800"}, {"a": 2**64}],
)
def test_what_it_would_read_or_cannot_hold_is_a_text(data: JsonObject) -> None:
    document = to_document(A, Record(data=data))
    assert document["data"] == as_whole(data)
    assert to_record(document).data == data


@pytest.mark.parametrize("data", [None, "text", [1]])
def test_somebody_else_s_data_of_another_type_are_empty(data: object) -> None:
    assert to_record({"_id": A, "data": data, "expiresAt": "soon"}) == Record(data={})

"""An item's size, as DynamoDB counts it: one that fits by our count is taken by the engine."""

from __future__ import annotations

from session_inspector.devserver.stores.base import Record, SessionId
from session_inspector.devserver.stores.dynamodb.items import to_items
from session_inspector.devserver.stores.dynamodb.sizes import LARGEST, measure_item, measure_value

KEY = SessionId("a")


def test_names_and_values_count() -> None:
    assert measure_item({"id": {"S": "é"}}) == 4
    assert measure_value({"B": b"abc"}) == 3
    assert measure_value({"SS": ["a", "bc"]}) == 3
    assert measure_value({"NULL": True}) == 1
    assert measure_value({"L": [{"BOOL": True}]}) == 5
    assert measure_value({"M": {"ab": {"S": "c"}}}) == 7
    assert 3 <= measure_value({"N": "1760000060000"}) <= 21


def test_a_session_is_one_item_for_as_long_as_it_fits() -> None:
    room = LARGEST - measure_item(to_items(KEY, Record(data={"pad": ""}))[0])
    assert len(to_items(KEY, Record(data={"pad": "x" * room}))) == 1
    assert len(to_items(KEY, Record(data={"pad": "x" * (room + 1)}))) > 1

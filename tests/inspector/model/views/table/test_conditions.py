"""The SQL of words and orders: what a stranger typed is a parameter, never a part of it."""

from __future__ import annotations

import pytest

from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.views.filters import SESSIONS, compile_filter
from session_inspector.inspector.model.views.search import SORTS
from session_inspector.inspector.model.views.table.conditions import (
    AMOUNTS,
    BEGINNINGS,
    ORDERS,
    PARTS,
    ConditionWriter,
    order_by,
)
from tests.inspector.sample import NOW

EVIL = "x');drop"


@pytest.mark.parametrize("query", [EVIL, f"user:{EVIL}", f"id:{EVIL}", f"-state:{EVIL}"])
def test_what_was_typed_is_a_parameter(query: str) -> None:
    writer = ConditionWriter(State(), NOW)
    condition = writer.write(compile_filter(query).words)
    assert "drop" not in condition
    assert EVIL in writer.values.values()


def test_every_key_of_the_language_and_every_order_has_its_sql() -> None:
    assert PARTS.keys() == SESSIONS.parts.keys()
    assert BEGINNINGS.keys() == SESSIONS.beginnings.keys()
    assert AMOUNTS.keys() == SESSIONS.amounts.keys()
    assert list(SESSIONS.flags) == ["problem"]
    assert ORDERS.keys() == SORTS.keys()


def test_an_order_is_turned_round_term_by_term() -> None:
    assert order_by("size", is_reversed=False) == "size DESC, number DESC"
    assert order_by("size", is_reversed=True) == "size, number"
    assert order_by("user", is_reversed=True) == "who DESC, number"

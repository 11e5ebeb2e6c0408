"""A map that keeps what came last."""

from __future__ import annotations

from session_inspector.inspector.model.facts.recent import Recent


def test_a_recent_map_forgets_what_came_first() -> None:
    table = Recent[str, int](limit=3)
    for number, name in enumerate("abcd"):
        table = table.set(name, number)
    assert dict(table) == {"b": 1, "c": 2, "d": 3}
    again = table.set("b", 9).delete("c").set("e", 5)
    assert dict(again) == {"d": 3, "e": 5}
    assert dict(table) == {"b": 1, "c": 2, "d": 3}


def test_a_key_that_is_not_there_leaves_the_map_as_it_is() -> None:
    table = Recent[str, int]().set("a", 1)
    assert table.without("b") is table
    assert dict(table.without("a")) == {}


def test_what_is_not_there_is_the_default() -> None:
    table = Recent[str, int]().set("a", 0)
    assert (table.get("a"), table.get("a", 7), table.get("b"), table.get("b", 7)) == (0, 0, None, 7)

"""A few rows at each look, until each has had its turn."""

from __future__ import annotations

from session_inspector.devserver.stores.watching.turns import Turns


def test_all_fit_or_each_comes_in_its_turn() -> None:
    turns = Turns()
    assert turns.take("abc", 3) == ("abc", ())
    assert turns.take("abcde", 2) == (["a", "b"], ["c", "d", "e"])
    assert turns.take("abcde", 2) == (["c", "d"], ["e", "a", "b"])
    assert turns.take("abcde", 2) == (["e", "a"], ["b", "c", "d"])
    assert turns.take("abc", 0) == ([], ["a", "b", "c"])


def test_a_list_that_has_become_shorter_begins_again_somewhere() -> None:
    turns = Turns()
    turns.take(range(10), 9)
    turn, others = turns.take(range(4), 3)
    assert sorted([*turn, *others]) == [0, 1, 2, 3]

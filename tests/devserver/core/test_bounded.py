"""A bounded map forgets its oldest entries, and nothing else."""

from __future__ import annotations

from session_inspector.devserver.core.bounded import Bounded


def filled(*names: str, kept: int = 3) -> Bounded[int]:
    found: Bounded[int] = Bounded(kept)
    for number, name in enumerate(names):
        found.put(name, number)
    return found


def test_it_keeps_as_many_as_it_may_and_no_more() -> None:
    assert filled("a", "b", "c").names() == ("a", "b", "c")
    assert filled("a", "b", "c", "d").names() == ("b", "c", "d")


def test_an_entry_that_is_put_again_is_the_newest() -> None:
    found = filled("a", "b", "c", "a", "d")
    assert found.names() == ("c", "a", "d")
    assert found.get("a") == 3


def test_the_first_value_stays() -> None:
    found = filled("a")
    found.put_first("a", 9)
    found.put_first("b", 9)
    assert (found.get("a"), found.get("b")) == (0, 9)


def test_a_popped_entry_is_forgotten() -> None:
    found = filled("a", "b")
    assert (found.pop("a"), found.pop("a"), found.get("a"), len(found)) == (0, None, None, 1)

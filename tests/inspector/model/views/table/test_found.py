"""Names that a search has found."""

from __future__ import annotations

import pytest

from session_inspector.inspector.model.facts.logs import Log
from session_inspector.inspector.model.views.table.found import FoundNames


def names_of(*numbers: int, limit: int = 1000) -> FoundNames:
    order: Log[str] = Log((f"s{n}" for n in range(300)), limit=limit)
    return FoundNames("".join(f"{number:08x}" for number in numbers), order)


def test_they_are_read_like_a_list() -> None:
    names = names_of(7, 0, 299)
    assert list(names) == names[:] == ["s7", "s0", "s299"]
    assert (len(names), names[-1], names[0:2]) == (3, "s299", ["s7", "s0"])
    assert "s0" in names
    for index in (3, -4):
        with pytest.raises(IndexError):
            names[index]


def test_none_are_found_in_nothing() -> None:
    assert list(names_of()) == []
    assert names_of().find_number(0) is None


def test_older_sessions_that_are_forgotten_do_not_move_the_others() -> None:
    assert list(names_of(299, 200, limit=100)) == ["s299", "s200"]


def test_a_number_is_found_where_it_begins_and_not_across_two_others() -> None:
    names = names_of(0x10, 0x11, 0x1000_0000, 0x01)
    assert [names.find_number(n) for n in (0x10, 0x11, 0x01)] == [0, 1, 3]
    assert names.find_number(0x100) is None

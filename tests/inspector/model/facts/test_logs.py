"""Sequences keep the newest entries, and old views stay what they were."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_inspector.inspector.model.facts.logs import Concatenated, Log


@given(st.lists(st.lists(st.integers(), max_size=400), max_size=8), st.integers(1, 300))
def test_a_log_keeps_the_newest_and_old_views_do_not_change(
    parts: list[list[int]], limit: int
) -> None:
    views = [(Log[int](limit=limit), list[int]())]
    all_ = list[int]()
    for part in parts:
        all_ = [*all_, *part]
        views.append((views[-1][0].with_items(part), all_[-limit:]))
    for view, expected in views:
        assert list(view) == view[:] == expected
        assert len(view) == len(expected)
        assert [view[n] for n in range(-len(expected), len(expected))] == expected * 2


def test_a_log_that_grew_twice_is_two_logs() -> None:
    base = Log([1, 2], limit=3)
    assert (list(base.with_items([3, 4])), list(base.with_items([5]))) == ([2, 3, 4], [1, 2, 5])


def test_a_full_log_does_not_hold_what_it_dropped_for_ever() -> None:
    log = Log[int](limit=1000)
    for number in range(10_000):
        log = log.with_items([number])
    assert len(log._items) <= 1000 + 250 + 2


@pytest.mark.parametrize("limit", [3, 100, 10_000])
def test_a_log_knows_how_many_entries_there_ever_were(limit: int) -> None:
    log: Log[int] = Log([1, 2], limit=limit)
    older = log
    for number in range(1000):
        log = log.with_items([number, number])
    assert (log.total, older.total) == (2002, 2)
    assert older.with_items([7]).total == 3, "another view has grown already"


def test_two_sequences_are_read_as_one() -> None:
    for since, count, whole in [
        (2, 5, [1, 2, 7, 8]),
        (9, 5, [1, 2, 3, 7, 8]),
        (0, 5, [7, 8]),
        (2, 3, [1, 2, 7]),
    ]:
        joined = Concatenated([1, 2, 3], since, [7, 8], count)
        assert list(joined) == whole
        assert joined[1:] == whole[1:]
        assert joined[-1] == whole[-1]
        with pytest.raises(IndexError):
            joined[len(whole)]

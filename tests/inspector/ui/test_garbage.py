"""Old states are not looked through while somebody works; what died with them is found later."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from session_inspector.inspector.ui.garbage import CALM, YOUNG, Collector


class Node:
    """Something that holds itself: only the collector can free it."""

    def __init__(self) -> None:
        self.own = self


@pytest.fixture
def collector() -> Iterator[Collector]:
    made = Collector()
    made.start()
    yield made
    made.stop()


def grow(rounds: int = 1) -> list[list[int]]:
    """Make so much that Python has looked through its young objects so many times."""
    before = gc.get_stats()[0]["collections"]
    kept: list[list[int]] = []
    while gc.get_stats()[0]["collections"] < before + rounds:
        kept.append([])
    return kept


def test_python_itself_never_looks_through_everything(collector: Collector) -> None:
    full = gc.get_stats()[2]["collections"]
    kept = grow(25)
    assert gc.get_stats()[2]["collections"] == full
    assert kept


def test_a_repaint_begins_no_collection(collector: Collector) -> None:
    gc.collect()
    before = [one["collections"] for one in gc.get_stats()]
    for _ in range(20):
        assert len([[number] for number in range(YOUNG // 2)]) == YOUNG // 2
    assert [one["collections"] for one in gc.get_stats()] == before


def test_what_is_there_at_the_start_is_not_looked_through() -> None:
    gc.unfreeze()
    there = len(gc.get_objects())
    made = Collector()
    made.start()
    frozen = gc.get_freeze_count()
    made.stop()
    assert frozen >= there
    assert gc.get_freeze_count() == 0


def test_what_has_become_old_is_frozen_in_portions(collector: Collector) -> None:
    gc.collect()
    gc.freeze()
    before = gc.get_freeze_count()
    kept = grow()
    collector.busy(1.0)
    assert gc.get_freeze_count() - before >= len(kept)
    assert gc.get_count()[1:] == (0, 0)


def test_few_new_objects_are_left_alone(collector: Collector) -> None:
    gc.collect()
    before = gc.get_freeze_count()
    collector.busy(1.0)
    assert gc.get_freeze_count() <= before


def test_what_died_after_it_was_frozen_is_freed_when_it_is_calm(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "session_inspector.inspector.ui.garbage.FEW", 10**9
    )  # pytest itself is larger
    node = Node()
    seen = weakref.ref(node)
    kept = grow()
    collector.busy(1.0)
    del node, kept
    gc.collect()
    assert seen() is not None
    assert not collector.look(1.0 + CALM - 0.1)
    assert collector.look(1.0 + CALM)
    assert seen() is None
    assert not collector.look(1.0 + CALM * 9), "nothing was frozen since"


def test_more_than_few_objects_are_never_looked_through(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("session_inspector.inspector.ui.garbage.FEW", 10)
    kept = grow()
    collector.busy(1.0)
    assert kept
    assert not collector.look(1.0 + CALM)


def test_everything_is_handed_back(monkeypatch: pytest.MonkeyPatch) -> None:
    before = (700, 10, 10)  # another app of these tests may live yet
    gc.set_threshold(*before)
    made = Collector()
    made.start()
    assert gc.get_threshold() != before
    made.stop()
    made.stop()
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0

"""Old states are not looked through while somebody works; what died with them is found later."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from session_inspector.inspector.ui.garbage import (
    CALM,
    FEW,
    FOLDED,
    ROUNDS,
    YOUNG,
    Collector,
)


class Node:
    """Something that holds itself: only the collector can free it."""

    def __init__(self) -> None:
        self.own = self


@pytest.fixture
def collector() -> Iterator[Collector]:
    gc.collect()
    made = Collector()
    made.start()
    yield made
    made.stop()


def grow(rounds: int = 1) -> list[list[int]]:
    """Make so much that Python has made so many rounds: what was there before is old then."""
    before = gc.get_stats()[1]["collections"]
    kept: list[list[int]] = []
    while gc.get_stats()[1]["collections"] < before + rounds:
        kept.append([])
    return kept


def full_collections() -> int:
    return int(gc.get_stats()[2]["collections"])


def test_python_itself_never_looks_through_everything(collector: Collector) -> None:
    full = full_collections()
    kept = grow(25)
    collector.busy(1.0)
    assert full_collections() == full
    assert kept


def test_a_repaint_begins_no_collection(collector: Collector) -> None:
    before = [one["collections"] for one in gc.get_stats()]
    for _ in range(20):
        assert len([[number] for number in range(YOUNG // 2)]) == YOUNG // 2
    assert [one["collections"] for one in gc.get_stats()] == before


def count_collections() -> list[int]:
    return [int(one["collections"]) for one in gc.get_stats()]


def test_events_that_free_as_much_as_they_make_are_looked_through_after_a_few_hundred(
    collector: Collector,
) -> None:
    kept = [[number] for number in range(FOLDED)]
    grow()
    before = count_collections()
    for number in range(FOLDED * (ROUNDS + 1)):
        kept[number % FOLDED] = [number]  # to Python nothing has grown
        collector.folded(1)
    after = count_collections()
    assert [new - old for new, old in zip(after, before, strict=True)] == [ROUNDS, 1, 0]


def test_a_collector_that_does_not_run_looks_through_nothing(collector: Collector) -> None:
    collector.stop()
    before = count_collections()
    collector.folded(FOLDED)
    collector.start()
    gc.disable()
    collector.folded(FOLDED)
    gc.enable()
    assert count_collections() == before


def test_what_is_there_at_the_start_is_not_looked_through() -> None:
    gc.unfreeze()
    there = len(gc.get_objects())
    made = Collector()
    made.start()
    frozen = gc.get_freeze_count()
    made.stop()
    assert frozen >= there
    assert gc.get_freeze_count() == 0


def test_few_new_objects_are_left_alone(collector: Collector) -> None:
    full = full_collections()
    collector.busy(1.0)
    assert not collector.look(1.0 + CALM)
    assert full_collections() == full


def test_what_died_after_it_was_old_is_freed_when_it_is_calm(collector: Collector) -> None:
    node = Node()
    seen = weakref.ref(node)
    kept = grow()
    collector.busy(1.0)
    del node, kept
    grow()
    assert seen() is not None
    assert not collector.look(1.0 + CALM - 0.1)
    assert collector.look(1.0 + CALM)
    assert seen() is None
    assert not collector.look(1.0 + CALM * 9), "nothing has become old since"


def test_what_was_alive_in_one_calm_is_freed_in_the_next(collector: Collector) -> None:
    node = Node()
    seen = weakref.ref(node)
    kept = grow()
    assert collector.look(CALM)
    del node, kept
    grow()
    assert collector.look(CALM * 2)
    assert seen() is None


def test_more_than_few_objects_are_never_looked_through(collector: Collector) -> None:
    frozen = gc.get_freeze_count()
    kept = grow(FEW + 1)
    assert not collector.look(CALM)
    assert gc.get_freeze_count() - frozen >= len(kept) - 2 * YOUNG
    assert not collector.look(CALM * 2), "nothing has become old since"
    grow()
    assert collector.look(CALM * 3)


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

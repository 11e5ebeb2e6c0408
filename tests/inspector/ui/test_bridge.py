"""The bridge folds what is new, draws as often as is painted at most, and leaves time for keys."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import count, pairwise

import pytest

from session_inspector.devserver.core.commands import RotateKeys
from session_inspector.devserver.core.events.server import CommandRun
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.ui.bridge import (
    AT_MOST,
    AT_ONCE,
    EVERY,
    LATER,
    LONGEST,
    WHEN_BEHIND,
    Bridge,
)
from tests.inspector.sample import NOW, ListFeed, sample_events, server


class TurnedLoop:
    """A loop whose time the test turns."""

    def __init__(self) -> None:
        self.moment = 100.0
        self._due: list[tuple[float, int, Callable[[], object]]] = []
        self._number = count()

    def time(self) -> float:
        return self.moment

    def call_at(self, when: float, callback: Callable[[], object]) -> None:
        heapq.heappush(self._due, (when, next(self._number), callback))

    def call_soon_threadsafe(self, callback: Callable[[], object]) -> None:
        self.call_at(self.moment, callback)

    def turn(self, until: float) -> None:
        """Run what is due until a moment."""
        while self._due and self._due[0][0] <= until:
            when, _, callback = heapq.heappop(self._due)
            self.moment = max(self.moment, when)
            callback()
        self.moment = max(self.moment, until)


class Slow(TurnedLoop):
    """A loop where each look at the clock, one an event, takes a millisecond."""

    STEP = 0.001

    def time(self) -> float:
        self.moment += self.STEP
        return self.moment


class Watched:
    """A bridge, the moments at which it drew, and what a drawing costs."""

    def __init__(self, feed: ListFeed, cost: float = 0.0, painting: float = 0.0) -> None:
        self.loop = TurnedLoop()
        self.drawn = [0.0]
        self.cost = cost
        self.states: list[State] = []
        self.drawn.clear()
        self.has_key_waiting = False
        self.bridge = Bridge(
            feed,
            self._draw,
            take_painting=lambda: painting,
            has_key_waiting=lambda: self.has_key_waiting,
        )
        self.bridge.start(self.loop)

    def _draw(self, state: State) -> None:
        self.drawn.append(self.loop.moment)
        self.states.append(state)
        self.loop.moment += self.cost


def event() -> CommandRun:
    return CommandRun(at=NOW, cause="c1", command="Request", is_ok=True, message="")


def test_what_is_there_is_taken_at_the_start() -> None:
    seen = Watched(ListFeed(sample_events()))
    assert list(seen.states[-1].order) == ["alice", "bob", "carol", "dave"]


def test_the_first_drawing_has_a_hundred_events_however_slow_the_machine_is() -> None:
    drawn: list[State] = []
    bridge = Bridge(ListFeed([event() for _ in range(2 * AT_ONCE)]), drawn.append)
    bridge.start(Slow())
    bridge.stop()
    assert len(drawn[0].timeline) == AT_ONCE


def test_one_event_is_drawn_at_once() -> None:
    feed = ListFeed([server()])
    seen = Watched(feed)
    seen.loop.turn(200.0)
    feed.journal.publish(event())
    seen.loop.turn(200.0)
    assert seen.drawn == [100.0, 200.0]


@pytest.mark.parametrize("cost", [0.0, 0.01, 0.04, 0.2])
def test_five_thousand_events_a_second_are_drawn_as_often_as_is_painted(cost: float) -> None:
    feed = ListFeed()
    seen = Watched(feed, cost)
    for number in range(10_000):
        feed.journal.publish(event())
        seen.loop.turn(100.0 + number / 5000)
    seen.loop.turn(seen.loop.moment + 10)
    gaps = [after - before for before, after in pairwise(seen.drawn)]
    assert min(gaps) > max(EVERY, 2 * cost) - 1e-9  # half of the time is for keys, at least
    per_second = [sum(s <= at < s + 1 for at in seen.drawn) for s in (100.02, 100.52)]
    assert max(per_second) <= 20
    assert len(seen.states[-1].timeline) == 10_000  # and nothing is lost


@pytest.mark.parametrize(
    ("cost", "painting", "gap"),
    [
        (0.002, 0.003, EVERY),
        (0.01, 0.01, 0.09),
        (0.02, 0.03, 0.22),
        (0.02, 0.2, 0.02 + LONGEST),
    ],
)
def test_folds_and_repaints_take_a_fifth_of_the_time(
    cost: float, painting: float, gap: float
) -> None:
    feed = ListFeed()
    seen = Watched(feed, cost, painting)
    for number in range(400):
        feed.journal.publish(event())
        seen.loop.turn(101.0 + number / 100)
    gaps = [after - before for before, after in pairwise(seen.drawn[1:])]
    assert min(gaps) == pytest.approx(gap, abs=0.02)


def test_while_events_wait_and_nothing_may_be_drawn_they_are_folded() -> None:
    feed = ListFeed()
    feed.journal = type(feed.journal)(5000)
    seen = Watched(feed, painting=0.04)
    for _ in range(5000):
        feed.journal.publish(event())
    seen.loop = Slow()
    seen.bridge.start(seen.loop)
    seen.loop.turn(120.0)
    assert len(seen.states[-1].timeline) == 5000
    looks = [len(state.timeline) for state in seen.states[1:-1]]
    folded = [after - before for before, after in pairwise(looks)]
    gaps = [after - before for before, after in pairwise(seen.drawn[1:-1])]
    assert min(gaps) > WHEN_BEHIND * 0.04
    assert max(gaps) < WHEN_BEHIND * 0.04 + AT_MOST
    assert min(folded) > 0.5 * min(gaps) / Slow.STEP  # two looks at the clock an event, at most


def test_a_screen_that_does_not_look_for_long_loses_nothing() -> None:
    feed = ListFeed()
    seen = Watched(feed)
    for _ in range(25_000):  # the journal keeps 10,000
        feed.journal.publish(event())
    seen.loop.turn(200.0)
    last = seen.states[-1]
    assert (last.dropped, len(last.timeline)) == (0, 25_000)


def test_many_events_at_once_are_folded_in_portions() -> None:
    feed = ListFeed()
    seen = Watched(feed)
    feed.journal = type(feed.journal)(5000)
    for _ in range(5000):
        feed.journal.publish(event())
    seen.loop = Slow()
    seen.bridge.start(seen.loop)
    first = len(seen.states[-1].timeline)
    assert 0 < first < 5000
    assert seen.loop.moment - 100 < (AT_ONCE + 10) * Slow.STEP
    seen.loop.turn(200.0)
    assert [len(seen.states[-1].timeline), seen.states[-1].timeline[-1].seq] == [5000, 5000]


@pytest.mark.parametrize("shown", [0.1, 60.0])
def test_a_key_is_shown_before_what_has_happened_meanwhile_but_not_for_long(shown: float) -> None:
    feed = ListFeed([server()])
    seen = Watched(feed)
    seen.has_key_waiting = True
    feed.journal.publish(event())
    seen.loop.turn(100.0 + shown)
    seen.has_key_waiting = False
    seen.loop.turn(200.0)
    assert seen.drawn == [100.0, pytest.approx(100.0 + min(shown, EVERY + LONGEST), abs=LATER)]


def test_what_happens_after_a_while_is_drawn_at_once_also_while_a_key_waits() -> None:
    feed = ListFeed([server()])
    seen = Watched(feed)
    seen.loop.turn(200.0)
    seen.has_key_waiting = True
    feed.journal.publish(event())
    seen.loop.turn(200.0)
    assert seen.drawn == [100.0, 200.0]


def test_a_key_that_comes_in_the_middle_of_a_fold_ends_it() -> None:
    feed = ListFeed()
    seen = Watched(feed)
    feed.journal = type(feed.journal)(5000)
    seen.loop = Slow()
    seen.bridge.start(seen.loop)
    for _ in range(5000):
        feed.journal.publish(event())
    seen.loop.call_at(100.07, lambda: setattr(seen, "has_key_waiting", True))
    seen.loop.turn(100.12)
    before = [len(state.timeline) for state in seen.states]
    folded = len(seen.bridge.state.timeline)
    assert set(before) == {0}  # nothing is drawn before what the key does
    assert 0 < folded < 80
    seen.has_key_waiting = False
    seen.loop.turn(200.0)
    assert len(seen.states[-1].timeline) == 5000


def test_after_the_stop_nothing_is_drawn() -> None:
    feed = ListFeed()
    seen = Watched(feed)
    feed.journal.publish(server())
    seen.bridge.stop()
    seen.bridge.stop()
    feed.journal.publish(server())
    seen.loop.turn(200.0)
    assert len(seen.drawn) == 1


async def test_commands_go_to_the_feed() -> None:
    feed = ListFeed()
    bridge = Bridge(feed, lambda state: None)
    assert (await bridge.send(RotateKeys())).is_ok
    assert (feed.sent, bridge.now()) == ([RotateKeys()], NOW)

"""No second has more than 20 repaints, and a key's own comes at once."""

from __future__ import annotations

import asyncio
import gc
import random
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from textual.events import Key
from textual.screen import Screen

import session_inspector.inspector.ui.app as ui
from session_inspector.devserver.core.clock import stopwatch
from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.pace import (
    RATE,
    SAVED,
    UNTIL_DONE,
    CollectionPause,
    Pace,
)
from session_inspector.inspector.ui.screens.help import HelpScreen
from session_inspector.inspector.ui.widgets.session_list import SessionList
from tests.inspector.sample import ListFeed, sample_events
from tests.inspector.ui.shown import is_repaint_due
from tests.inspector.ui.waiting import press, settle, until
from tests.waiting import PATIENCE

TICK = 1 / 60


def painted(pace: Pace, seconds: float, keys: set[int]) -> list[float]:
    """Return the moments of repaints, with something to paint at every tick."""
    moments = []
    for tick in range(int(seconds / TICK)):
        now = 100 + tick * TICK
        if tick in keys:
            pace.note_key()
        if pace.wait(now) <= 0:
            pace.note_repaint(now)
            moments.append(now)
    return moments


def most(moments: list[float]) -> int:
    """Return how many there are in the fullest second."""
    return max(sum(1 for m in moments if first <= m < first + 1) for first in moments)


def test_events_alone_are_painted_as_often_as_may_be() -> None:
    assert (RATE - 3) * 5 <= len(painted(Pace(), 5, set())) <= RATE * 5 + SAVED


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("often", [0.02, 0.1, 0.5, 1.0])
def test_no_second_has_more_than_twenty(seed: int, often: float) -> None:
    rng = random.Random(seed)
    keys = {tick for tick in range(600) if rng.random() < often}
    assert most(painted(Pace(), 10, keys)) <= 20


def test_a_key_is_painted_at_once_between_events() -> None:
    keys = set(range(12, 600, 12))  # five a second
    moments = painted(Pace(), 10, keys)
    for key in keys:
        at = 100 + key * TICK
        assert any(at <= moment < at + TICK / 2 for moment in moments), key


def test_a_held_key_is_painted_as_often_as_may_be() -> None:
    moments = painted(Pace(), 10, set(range(0, 600, 2)))
    gaps = [after - before for before, after in pairwise(moments)]
    assert max(gaps) < 1 / RATE + TICK + 0.001


def test_a_key_waits_until_a_repaint_or_until_it_has_shown_nothing() -> None:
    pace = Pace()
    seen = [pace.has_key_waiting]
    pace.note_key()
    seen.append(pace.has_key_waiting)
    pace.note_repaint(100.0)
    seen.append(pace.has_key_waiting)
    pace.note_key()
    pace.note_shown()
    assert [*seen, pace.has_key_waiting] == [False, True, False, False]


def test_each_key_that_waits_has_a_number_of_its_own() -> None:
    pace = Pace()
    pace.note_key()
    first = pace.key_waiting
    pace.note_shown()
    pace.note_key()
    assert 0 < first < pace.key_waiting


async def test_the_server_of_this_process_learns_of_keys_that_wait() -> None:
    feed = Beside(sample_events())
    app = Shown(feed, ticks=False)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        app.pace.note_key()
        assert feed.ask() == app.pace.key_waiting > 0


def test_the_time_of_the_longest_repaint_is_told_once() -> None:
    pace = Pace()
    pace.note_painting(0.02)
    pace.note_painting(0.01)
    assert pace.take_painting() == pytest.approx(0.02)
    assert pace.take_painting() == 0


class Shown(InspectorApp):
    """An app that believes in its terminal, and counts what it paints."""

    CSS_PATH = str(Path(ui.__file__).with_name("inspector.tcss"))
    is_headless = False
    painted = 0

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        super()._display(screen, renderable)
        self.painted += renderable is not None


class Beside(ListFeed):
    """A feed whose server would give way to keys."""

    ask: Callable[[], int]

    def give_way_to(self, ask: Callable[[], int]) -> None:
        self.ask = ask


class Stubborn(Pace):
    """Lets nothing through until told."""

    is_open = False

    def wait(self, now: float) -> float:
        return 0.0 if self.is_open else 0.01


async def test_what_had_to_wait_is_painted_without_another_reason() -> None:
    app = Shown(ListFeed(sample_events()), ticks=False)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        app.pace = pace = Stubborn()
        before = app.painted
        await pilot.press("j")
        await pilot.pause()
        assert app.painted == before
        pace.is_open = True
        await until(pilot, lambda: app.painted > before)


async def test_one_repaint_shows_what_a_key_did_and_what_was_to_be_painted_before() -> None:
    app = Shown(ListFeed(sample_events()), ticks=False)
    async with app.run_test(size=(100, 30)) as pilot:
        sessions = app.screen.query_one(SessionList)
        await until(pilot, lambda: len(sessions.rows) > 1)
        await until(pilot, lambda: not app.pace.has_key_waiting)
        await settle(pilot)
        first = sessions.cursor
        cursors: list[int] = []
        app.take_repaint = lambda: cursors.append(sessions.cursor)
        app.pace.note_read()
        sessions.refresh()
        await asyncio.sleep(UNTIL_DONE)  # a tick, which would paint it
        app.post_message(Key("j", "j"))
        end = stopwatch() + PATIENCE
        while not cursors:  # not by pause(): see below
            assert stopwatch() < end, "it was never painted"
            await asyncio.sleep(0.001)
        assert cursors[0] == first + 1


def test_a_pause_lets_nothing_be_collected_and_leaves_alone_what_others_have_set() -> None:
    pause = CollectionPause()
    pause.begin()
    pause.begin()
    seen = [gc.isenabled()]
    pause.end()
    pause.end()
    seen.append(gc.isenabled())
    gc.disable()
    pause.begin()
    pause.end()
    seen.append(gc.isenabled())
    gc.enable()
    assert seen == [False, True, False]


async def test_nothing_is_collected_between_a_key_and_its_repaint() -> None:
    app = Shown(ListFeed(sample_events()), ticks=False)
    async with app.run_test(size=(100, 30)) as pilot:
        sessions = app.screen.query_one(SessionList)
        await until(pilot, lambda: len(sessions.rows) > 1 and not app.pace.has_key_waiting)
        before = gc.isenabled()
        with_key: list[bool] = []
        take = app.take_repaint

        def look() -> None:
            if app.pace.has_key_waiting:  # not a repaint that was due before the key
                with_key.append(gc.isenabled())
            take()

        app.take_repaint = look
        await pilot.press("j")
        await until(pilot, lambda: bool(with_key) and not app.pace.has_key_waiting)
        after = gc.isenabled()
        await pilot.press("f12")
        await until(pilot, lambda: not app.pace.has_key_waiting)
        assert (before, with_key[0], after) == (True, False, True)
        assert gc.isenabled(), "also after a key that shows nothing"


async def test_a_repaint_notes_its_time() -> None:
    app = Shown(ListFeed(sample_events()), ticks=False)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        app.pace.take_painting()
        before = app.painted
        await pilot.press("j")
        await until(pilot, lambda: app.painted > before)
        await pilot.pause()
        assert app.pace.take_painting() > 0


async def test_a_key_that_does_nothing_does_not_wait_for_a_repaint() -> None:
    app = Shown(ListFeed(sample_events()), ticks=False)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("f12")
        await until(pilot, lambda: not app.pace.has_key_waiting)


@pytest.mark.parametrize("key", ["3", "enter"])
async def test_a_view_that_was_open_before_is_painted_once(key: str) -> None:
    app = InspectorApp(ListFeed(sample_events()), ticks=False)
    async with app.run_test() as pilot:
        await press(pilot, key, "escape")
        await until(pilot, lambda: not is_repaint_due(app))  # or that of before counts as the key's
        count = 0

        def note() -> None:
            nonlocal count
            count += 1

        app.take_repaint = note
        await press(pilot, key)
        await settle(pilot)
        assert count == 1


@pytest.mark.parametrize("key", ["question_mark", "x", "p", "L"])
async def test_what_is_opened_for_the_first_time_is_painted_once(key: str) -> None:
    app = InspectorApp(ListFeed(sample_events()), ticks=False)
    async with app.run_test() as pilot:
        await press(pilot)
        await until(pilot, lambda: not is_repaint_due(app))
        count = 0

        def note() -> None:
            nonlocal count
            count += 1

        app.take_repaint = note
        await press(pilot, key)
        await settle(pilot)
        assert count == 1


async def test_what_was_filled_unseen_is_painted_without_another_reason() -> None:
    app = Shown(ListFeed(sample_events()), ticks=False)
    async with app.run_test(size=(100, 30)) as pilot:
        await press(pilot)
        before = app.painted
        app.actions.views.open_help()
        # not by pause(), which makes a screen paint: the app has to come to it by itself
        end = stopwatch() + PATIENCE
        while app.painted == before or not isinstance(app.screen, HelpScreen):
            assert stopwatch() < end, "it was never painted"
            await asyncio.sleep(0.01)

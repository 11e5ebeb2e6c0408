"""`P` shows how far it is where it takes long, and escape stops it between two portions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from session_inspector.devserver.core.commands import MOST_KEPT, Command, Prune, Reply, Revoke
from session_inspector.inspector.ui.actions.long_work import LongWork
from session_inspector.inspector.ui.actions.window import Window
from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.screens.menu import Menu
from session_inspector.inspector.ui.screens.working import WorkingScreen
from tests.inspector.sample import ListFeed, sample_events
from tests.inspector.ui.shown import toasts
from tests.inspector.ui.waiting import press, settle, until

COUNTED = 4
"""Rows that have expired."""


class SlowFeed(ListFeed):
    """Each part of a prune deletes one row; it is answered when the test lets it."""

    def __init__(self) -> None:
        super().__init__(sample_events())
        self.may_answer = asyncio.Semaphore(0)
        self.rows = 0

    async def send(self, command: Command) -> Reply:
        self.sent.append(command)
        await self.may_answer.acquire()
        match command:
            case Prune(part="stop"):
                return Reply(is_ok=True, message=f"{self.rows} deleted, stopped", rows=self.rows)
            case Prune(is_dry=True):
                return Reply(is_ok=True, message="4 rows would go", rows=COUNTED, at=7.0)
            case Prune():
                self.rows += 1
                has_more = self.rows < COUNTED
                text = f"{self.rows} deleted"
                return Reply(is_ok=True, message=text, rows=self.rows, at=7.0, has_more=has_more)
            case _:
                return self.reply

    def answer(self, times: int = 1) -> None:
        for _ in range(times):
            self.may_answer.release()


def screen_is(pilot: Pilot[None], kind: type) -> Callable[[], bool]:
    return lambda: isinstance(pilot.app.screen, kind)


def shown(pilot: Pilot[None]) -> str:
    found = pilot.app.screen.query("#progress")
    return "\n".join(str(one.render()) for one in found if isinstance(one, Static))


async def begin(pilot: Pilot[None], feed: SlowFeed) -> None:
    """Count and say yes; the first portion is under way."""
    await settle(pilot)
    await pilot.press("P")
    await until(pilot, screen_is(pilot, WorkingScreen))
    feed.answer()
    await until(pilot, screen_is(pilot, Menu))
    await settle(pilot)
    await pilot.press("y")
    await until(pilot, lambda: len(feed.sent) == 2)


async def test_what_takes_long_shows_how_far_it_is_and_all_of_it_is_deleted() -> None:
    feed = SlowFeed()
    app = InspectorApp(feed, ticks=False)
    async with app.run_test() as pilot:
        await begin(pilot, feed)
        await until(pilot, screen_is(pilot, WorkingScreen))
        feed.answer(3)
        await until(pilot, lambda: "3 of 4" in shown(pilot))
        assert shown(pilot).startswith("█" * 30 + "░" * 10)
        feed.answer()
        await until(pilot, lambda: not screen_is(pilot, WorkingScreen)())
        assert feed.rows == COUNTED
    assert feed.sent == [
        Prune(part="next"),
        *[Prune(is_dry=False, part="next", at=7.0)] * 4,
    ]


@pytest.mark.parametrize(
    ("rows", "asked"), [(MOST_KEPT, ["delete them"]), (MOST_KEPT + 1, ["none can be put back"])]
)
async def test_what_cannot_be_undone_is_said_before(rows: int, asked: list[str]) -> None:
    feed = ListFeed(sample_events())
    feed.reply = Reply(is_ok=True, message="many", rows=rows)
    app = InspectorApp(feed, ticks=False)
    async with app.run_test() as pilot:
        await press(pilot, "P")
        assert isinstance(app.screen, Menu)
        assert [text for text in asked if app.screen.lines()[0].endswith(text)] == asked
        await press(pilot, "y")
        assert app.view.undoable == (rows == MOST_KEPT)


async def test_escape_stops_after_the_portion_under_way() -> None:
    feed = SlowFeed()
    app = InspectorApp(feed, ticks=False)
    async with app.run_test() as pilot:
        await begin(pilot, feed)
        await until(pilot, screen_is(pilot, WorkingScreen))
        feed.answer()
        await until(pilot, lambda: "1 of 4" in shown(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: not screen_is(pilot, WorkingScreen)())
        feed.answer(2)
        await until(pilot, lambda: len(feed.sent) == 4)
    assert feed.rows == 2
    assert feed.sent[-1] == Prune(is_dry=False, part="stop", at=7.0)


async def test_what_is_quick_opens_nothing() -> None:
    app = InspectorApp(ListFeed(sample_events()), ticks=False)
    async with app.run_test() as pilot:
        await settle(pilot)
        before = app.screen_stack[:]
        async with LongWork(Window(app, {}), "Quick") as work:
            work.show(1, "one")
        await settle(pilot)
        assert (app.screen_stack[:], work.was_stopped) == (before, False)


async def test_marked_sessions_are_revoked_until_escape() -> None:
    feed = SlowFeed()
    app = InspectorApp(feed, ticks=False)
    async with app.run_test() as pilot:
        await settle(pilot)
        await pilot.press("a")
        await settle(pilot)
        await pilot.press("v")
        await until(pilot, screen_is(pilot, Menu))
        await settle(pilot)
        await pilot.press("y")
        await until(pilot, screen_is(pilot, WorkingScreen))
        await pilot.press("escape")
        await until(pilot, lambda: not screen_is(pilot, WorkingScreen)())
        feed.answer()
        await until(pilot, lambda: "1 session revoked; stopped, " in " ".join(toasts(app)))
    assert len([one for one in feed.sent if isinstance(one, Revoke)]) == 1

"""What is said stands in one line above the footer: merged, below every question, said once."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.commands import Reply
from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.notices import Notice, NoticeMerger
from session_inspector.inspector.ui.screens.menu import Menu
from session_inspector.inspector.ui.widgets.key_bar import KeyBar
from session_inspector.inspector.ui.widgets.notice_line import NoticeLine
from tests.inspector.busy import busy_events
from tests.inspector.sample import ListFeed
from tests.inspector.ui.shown import shown_lines, toasts
from tests.inspector.ui.waiting import press, settle

SIZES = [(60, 20), (80, 24), (120, 40)]


def say(*texts: str) -> list[tuple[str, Notice]]:
    return [
        (f"id {number}", Notice(text, is_ok=text == "one")) for number, text in enumerate(texts)
    ]


def test_the_newest_stands_first_and_the_same_again_is_counted() -> None:
    merged = NoticeMerger().merge(say("one", "two", "one", "one"))
    assert merged == (Notice("one", True, 3), Notice("two", False))
    assert [notice.spell() for notice in merged] == ["one (×3)", "two"]


def test_a_count_never_falls_while_the_message_is_shown() -> None:
    merger = NoticeMerger()
    said = say("one", "one", "one")
    assert merger.merge(said)[0].count == 3
    assert merger.merge(said[2:])[0].count == 3
    assert merger.merge([]) == ()
    assert merger.merge(said[2:])[0].count == 1


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_messages_share_the_line_above_the_footer(size: tuple[int, int]) -> None:
    app = InspectorApp(ListFeed(busy_events()), ticks=False)
    async with app.run_test(size=size) as pilot:
        await press(pilot, "full_stop", "minus", "minus")
        line = app.screen.query_one(NoticeLine)
        assert (line.region.y, line.region.height) == (size[1] - 2, 1)
        assert app.screen.query_one(KeyBar).region.y == size[1] - 1
        said = shown_lines(app)[-2]
        assert said.startswith(" there is no time travel to undo (×2)  ·  only a recording")
        assert shown_lines(app)[-1].strip()


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_what_does_not_fit_into_one_line_can_be_read_to_its_end(
    size: tuple[int, int],
) -> None:
    app = InspectorApp(ListFeed(busy_events()), ticks=False)
    text = "a page of a longer message, with 漢字 inside, " * 4 + "to its end"
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        app.notify(text)
        app.draw()
        await settle(pilot)
        region = app.screen.query_one(NoticeLine).region
        assert region.bottom == size[1] - 1
        lines = shown_lines(app)[region.y : region.bottom]
        assert " ".join(line.strip() for line in lines) == text


async def test_an_open_question_is_not_covered_and_what_is_said_waits_below() -> None:
    app = InspectorApp(ListFeed(busy_events()), ticks=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "minus", "L")
        menu = app.screen
        assert isinstance(menu, Menu)
        app.notify("something else")
        await settle(pilot)
        box = menu.query_one("#menu").region
        lines = [line[box.x : box.right] for line in shown_lines(app)[box.y : box.bottom]]
        assert lines[0].startswith("╭")
        assert all(line[0] + line[-1] in ("╭╮", "││", "╰╯") for line in lines)
        await press(pilot, "escape")
        assert "something else" in shown_lines(app)[-2]


async def test_no_toast_of_the_library_covers_anything() -> None:
    app = InspectorApp(ListFeed(busy_events()), ticks=False)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "minus")
        shown = "\n".join(shown_lines(app)[:-2])
        assert "there is no time travel to undo" not in shown
        assert shown_lines(app)[-2].startswith(" there is no time travel to undo")


async def test_what_the_timeline_shows_is_not_said_again() -> None:
    app = InspectorApp(ListFeed(busy_events()), ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "r")
        assert toasts(app) == []
        await press(pilot, "4", "r")
        assert toasts(app) == ["done"]


async def test_what_a_command_has_said_ends_with_the_next_one_that_the_timeline_shows() -> None:
    """`l` before the timeline is there, then `o`: nobody is logged in any more."""
    feed = ListFeed(busy_events())
    app = InspectorApp(feed, ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        app.equipment.window.say("alice is logged in")
        app.equipment.window.say("it did not work", is_ok=False)
        await settle(pilot)
        assert toasts(app) == ["alice is logged in", "it did not work"]
        await press(pilot, "r")
        assert toasts(app) == ["it did not work"]
        feed.reply = Reply(is_ok=False, message="nor did this")
        await press(pilot, "r")
        assert toasts(app) == ["it did not work", "nor did this"]


async def test_what_did_not_work_is_said_everywhere() -> None:
    feed = ListFeed(busy_events())
    feed.reply = Reply(is_ok=False, message="no [bold]markup[/]")
    app = InspectorApp(feed, ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "r")
        assert shown_lines(app)[-2].startswith(" no [bold]markup[/]")


async def test_what_is_said_goes_along_to_the_next_view_and_ends() -> None:
    app = InspectorApp(ListFeed(busy_events()), ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        for key in ("minus", "6", "D"):
            await press(pilot, key)
            app.notify("it goes along")
            await settle(pilot)
            assert "it goes along" in shown_lines(app)[-2]
        app.clear_notifications()
        app.draw()
        await settle(pilot)
        assert not app.screen.query_one(NoticeLine).display

"""A recording plays in its own time, and jumps to alarms, times and sessions."""

from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot

from session_inspector.inspector.feed.record import Recorder
from session_inspector.inspector.feed.replay import ReplayFeed
from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.screens.menu import Menu
from session_inspector.inspector.ui.widgets.key_bar import KeyBar
from tests.inspector.busy import busy_events
from tests.inspector.sample import ListFeed
from tests.inspector.ui.shown import shown_lines, toasts
from tests.inspector.ui.waiting import press, until


def make_app(folder: Path) -> InspectorApp:
    path = folder / "tape.jsonl"
    Recorder(ListFeed(busy_events()).journal, str(path)).close()
    return InspectorApp(ReplayFeed(str(path)), read_only=True, ticks=False)


def shown(app: InspectorApp) -> int:
    assert app.view.position is not None
    return app.view.position[0]


async def to_start(pilot: Pilot[None]) -> None:
    """Go to the first event."""
    await press(pilot, "0")
    assert isinstance(pilot.app, InspectorApp)
    assert shown(pilot.app) == 1


async def test_space_plays_from_the_beginning_and_pauses(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        total = shown(app)
        await press(pilot, "space", "right_curly_bracket")
        assert shown(app) < total
        assert app.view.notice.endswith("▶ 2×")
        began = app.view.now
        await until(pilot, lambda: app.view.now > began)  # by itself
        await press(pilot, "space")
        assert "▶" not in app.view.notice


async def test_the_next_alarm_is_offered_while_there_is_one(tmp_path: Path) -> None:
    app = make_app(tmp_path)

    def offered() -> bool:
        return "jump_alarm" in {key.name for key in app.screen.query_one(KeyBar).keys}

    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        last = max(alarm.seq for alarm in app.bridge.state.alarms.raised)
        assert not offered()
        await press(pilot, "comma")
        feed = app.bridge._feed
        assert isinstance(feed, ReplayFeed)
        assert offered() == (feed.recorded()[shown(app) - 1].seq < last)
        await to_start(pilot)
        await press(pilot, "full_stop")
        assert offered()
        while "no further alarm" not in str(toasts(app)):
            app.clear_notifications()
            await press(pilot, "n")
        await press(pilot, "comma", "full_stop")
        assert not offered()


async def test_at_the_end_no_alarm_follows_and_the_way_to_the_beginning_is_said(
    tmp_path: Path,
) -> None:
    app = make_app(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "n")
        assert "no further alarm in this recording; 0 goes to its beginning" in str(toasts(app))
        await press(pilot, "2", "0")
        assert shown(app) > 1, "the bytes have this key for themselves"


async def test_the_next_alarm_is_jumped_to_and_named(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        total = len(app.bridge.state.alarms.raised)
        await to_start(pilot)
        await press(pilot, "n")
        first = shown(app)
        assert len(app.bridge.state.alarms.raised) == 1
        assert "⚠" in str(toasts(app))
        await press(pilot, "n")
        assert shown(app) > first
        await press(pilot, *["n"] * total)
        assert "no further alarm" in str(toasts(app))
        assert len(app.bridge.state.alarms.raised) == total


async def test_a_time_is_jumped_to_and_what_is_none_is_said(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        end = shown(app)
        await press(pilot, "at", *"-1h", "enter")
        assert shown(app) < end
        await press(pilot, "at", *"soon", "enter")
        assert "'soon' is not a time" in str(toasts(app))
        now = shown(app)
        await press(pilot, "at", *"25:99", "enter")
        assert "'25:99' is not a time" in str(toasts(app))
        assert shown(app) == now
        await press(pilot, "at", *"+9d", "enter")
        assert shown(app) == end
        assert "the recording ends at" in str(toasts(app))


async def test_a_session_is_jumped_to_and_selected(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await press(pilot, "semicolon")
        assert isinstance(app.screen, Menu)
        await press(pilot, "enter")
        order = list(app.bridge.state.order)
        assert len(order) == 1
        assert app.view.session == order[0]


async def test_outside_of_a_recording_these_keys_are_free() -> None:
    app = InspectorApp(ListFeed(busy_events()), ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "n", "at", "semicolon", "space")
        assert toasts(app) == []
        assert not isinstance(app.screen, Menu)


async def test_a_recording_shows_what_was_played_and_offers_no_page_that_is_not_there(
    tmp_path: Path,
) -> None:
    path = tmp_path / "recorded.jsonl"
    Recorder(ListFeed(busy_events()).journal, str(path)).close()
    opened: list[str] = []

    def open_url(url: str) -> bool:
        opened.append(url)
        return True

    app = InspectorApp(ReplayFeed(str(path)), ticks=False, read_only=True, open_url=open_url)
    async with app.run_test(size=(100, 30)) as pilot:
        await press(pilot, "7")
        lines = "\n".join(shown_lines(app))
        assert "✘ logout-race" in lines
        assert "To play" not in lines
        await press(pilot, "b")
        assert any("a recording: nothing runs at" in text for text in toasts(app))
        await press(pilot, "c")
        assert "edits it" not in "\n".join(shown_lines(app))
    assert opened == []

"""Recordings, footers, views, help, menus, exports: what the keys lead to holds together."""

from __future__ import annotations

import unicodedata
from itertools import product
from pathlib import Path

import pytest
from textual.events import Key
from textual.widgets import Input, TextArea

from session_inspector.devserver.core.commands import RunScenario
from session_inspector.inspector.feed.record import Recorder
from session_inspector.inspector.feed.replay import ReplayFeed
from session_inspector.inspector.keys import FOOTERS, LIST, SIGNS, footer_of
from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.screens.board import BoardScreen
from session_inspector.inspector.ui.screens.help import HelpScreen
from session_inspector.inspector.ui.screens.live import LiveScreen
from session_inspector.inspector.ui.screens.menu import Menu
from session_inspector.inspector.ui.widgets.session_list import SessionList
from tests.inspector.busy import busy_events
from tests.inspector.sample import ListFeed, sample_events
from tests.inspector.ui.shown import toasts
from tests.inspector.ui.test_actions import FIND
from tests.inspector.ui.waiting import press, settle


async def test_a_recording_is_stepped_through(tmp_path: Path) -> None:
    path = tmp_path / "tape.jsonl"
    feed = ListFeed(busy_events())
    Recorder(feed.journal, str(path)).close()
    app = InspectorApp(ReplayFeed(str(path)), read_only=True, ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        total = len(app.bridge.state.timeline)
        await press(pilot, "comma", "comma", "full_stop")
        assert len(app.bridge.state.timeline) == total - 1
        assert app.view.notice == f"recording {total - 1} of {total}"
        await press(pilot, "less_than_sign")
        assert len(app.bridge.state.timeline) == total - 51
        sessions = len(app.screen.query_one(SessionList).rows)
        await press(pilot, *["less_than_sign"] * 9)
        assert len(app.screen.query_one(SessionList).rows) < sessions
        await press(pilot, *["greater_than_sign"] * 9)
        assert len(app.bridge.state.timeline) == total
        await press(pilot, "l")
        assert "a recording cannot be changed" in str(toasts(app))


async def test_what_is_no_recording_has_no_steps() -> None:
    app = InspectorApp(ListFeed(busy_events()), ticks=False)
    async with app.run_test() as pilot:
        await press(pilot, "full_stop")
        assert "only a recording" in str(toasts(app))


async def test_a_read_only_app_says_why_a_key_does_nothing() -> None:
    feed = ListFeed(busy_events())
    app = InspectorApp(feed, read_only=True, ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "l", "7", "G", "enter")
        assert "log in is off: the app is read-only" in str(toasts(app))
        assert feed.sent == []


@pytest.mark.parametrize("keys", [["ctrl+q"], ["ctrl+c"], ["p", "ctrl+q"], ["D", "ctrl+q"]])
async def test_quitting_always_works(keys: list[str]) -> None:
    app = InspectorApp(ListFeed(busy_events()), ticks=False)
    async with app.run_test() as pilot:
        await press(pilot, *keys)
        assert app.return_code == 0


async def test_the_footer_is_short_and_can_be_clicked() -> None:
    for view, is_attached in product(FOOTERS, (False, True)):
        words = [
            f"{SIGNS.get(key.keys.split(',')[0], key.keys.split(',')[0])} {key.label}"
            for key in footer_of(view, {}, is_attached=is_attached)
        ]
        assert len("  ".join(words)) < 80, view
        assert len(words) <= 8
    app = InspectorApp(ListFeed(busy_events()), ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.click("#keys", offset=(63, 0))  # ? help
        await pilot.pause()
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen)


async def test_the_views_in_the_header_can_be_clicked() -> None:
    app = InspectorApp(ListFeed(busy_events()), ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.click("#status", offset=(18, 2))
        await pilot.pause()
        await pilot.pause()
        assert isinstance(app.screen, BoardScreen)
        assert app.screen.board.name == "budget"


async def test_jump_goes_to_a_pane_and_other_keys_close_it() -> None:
    app = InspectorApp(ListFeed(busy_events()), ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "f", "f")
        assert app.focused is not None
        assert app.focused.id == "timeline"
        await press(pilot, "f", "z")
        assert isinstance(app.screen, LiveScreen)


async def test_help_is_of_the_focused_pane_first() -> None:
    app = InspectorApp(ListFeed(busy_events()), ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "2", "question_mark")
        assert isinstance(app.screen, HelpScreen)
        title, lines = app.screen.here()[0]
        assert (title, lines[0]) == ("In this pane", ("space", "What if the key were left out?"))
        assert len(lines) > len(LIST) + 5
        await press(pilot, "escape", "1", "f", "f", "question_mark")
        assert isinstance(app.screen, HelpScreen)
        assert "Timeline" in app.screen.text()


async def test_menus_are_closed_without_a_word() -> None:
    feed = ListFeed(busy_events())
    app = InspectorApp(feed, ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        for key in ("L", "v", "x", "plus", "s", "p", "e"):
            await press(pilot, key)
            assert isinstance(app.screen, Menu)
            await press(pilot, "escape")
            assert isinstance(app.screen, LiveScreen)
    assert feed.sent == []


@pytest.mark.parametrize(("key", "name"), [("h", "requests.har"), ("c", "curl-alice.sh")])
async def test_each_export_is_a_private_file(
    key: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    app = InspectorApp(ListFeed(busy_events()), ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, *FIND, "e", key)
        path = tmp_path / "session-inspector" / "exports" / name
        assert path.stat().st_mode & 0o777 == 0o600
        assert ("keep it to yourself" in str(toasts(app))) == (key == "c")


async def test_an_export_that_cannot_be_written_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "session-inspector").write_text("a file where the folder should be")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    app = InspectorApp(ListFeed(busy_events()), ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "e", "h", "Y")
        said = toasts(app)
        assert [message.startswith("not written: ") for message in said] == [True, True]


async def test_a_masked_secret_is_copied_masked_and_a_revealed_one_in_clear(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    app = InspectorApp(ListFeed(busy_events()), ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, *FIND, "enter", *["j"] * 5, "y")
        assert app.clipboard.startswith("JWT ••••••")
        assert "masked: press u first" in str(toasts(app))
        await press(pilot, "u", "y")
        assert app.clipboard == "the secret in clear"


async def test_keys_of_lists_do_not_reach_text_fields() -> None:
    app = InspectorApp(ListFeed(busy_events()), ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "slash", *"jkq")
        assert app.screen.query_one("#filter", Input).value == "jkq"
        await press(pilot, "escape", "D", *"lq")
        assert app.screen.query_one("#pasted", TextArea).text == "lq"


async def test_panes_follow_each_other_with_tab() -> None:
    app = InspectorApp(ListFeed(busy_events()), ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        found = []
        for _ in range(4):
            await press(pilot, "tab")
            assert app.focused is not None
            found.append(app.focused.id)
        assert found == ["ladder", "cookies", "timeline", "sessions"]


def burst(app: InspectorApp, keys: str) -> None:
    """Type as a paste or a slow line delivers: all keys wait in the queue at once."""
    for char in keys:
        key = {"/": "slash"}.get(char, char)
        app.post_message(Key(key, char))


async def test_what_is_typed_in_one_breath_goes_where_it_was_meant() -> None:
    feed = ListFeed(busy_events())
    app = InspectorApp(feed, ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        burst(app, "/loved")
        await pilot.pause()
        assert app.screen.query_one("#filter", Input).value == "loved"
        await press(pilot, "enter", "escape")
        assert feed.sent == []
        burst(app, "px")
        await settle(pilot)
        assert feed.sent == [RunScenario(name="stolen-cookie")]


async def test_keys_are_letters_while_one_types() -> None:
    feed = ListFeed(busy_events())
    app = InspectorApp(feed, ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "slash", *"lrvq1")
        assert app.screen.query_one("#filter", Input).value == "lrvq1"
        assert isinstance(app.screen, LiveScreen)
        assert (feed.sent, app.return_code) == ([], None)


def key_of(letter: str) -> str:
    """Return a key's name as Textual has it: a, space, slash."""
    if letter.isalnum():
        return letter
    return unicodedata.name(letter).lower().replace("-", "_").replace(" ", "_")


BREATHS = (
    "clear; session-inspector attach http://127.0.0.1:4000 --port 7801 ; echo CODE $?",
    "xiixaavyyvnn",
    "2b3b4b5b6b7b8b9b" * 3,
    "dd??//pptt^[^[",
)


@pytest.mark.parametrize("text", BREATHS)
async def test_what_is_typed_or_pasted_in_one_breath_breaks_no_screen(text: str) -> None:
    """The second key of a menu came when it was closed already, and ended the app."""
    app = InspectorApp(ListFeed(busy_events()), ticks=False, open_url=lambda url: True)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        for letter in text:
            app.post_message(Key(key_of(letter), letter))
        await settle(pilot)
        assert app.crash is None


@pytest.mark.parametrize("answer", ["y", "n"])
async def test_a_menu_is_answered_once(answer: str) -> None:
    app = InspectorApp(ListFeed(busy_events()), ticks=False)
    chosen: list[str] = []
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        menu = Menu("Sure?", [("y", "yes"), ("n", "no")], keys={"y": "y", "n": "n"})
        app.push_screen(menu, lambda found: chosen.append(str(found)))
        await pilot.pause()
        for _ in range(3):
            menu.post_message(Key(answer, answer))
        await settle(pilot)
        assert chosen == [answer]
        assert app.crash is None
        assert isinstance(app.screen, LiveScreen)


async def test_the_key_of_the_sessions_gives_the_list_the_keys() -> None:
    app = InspectorApp(ListFeed(sample_events()), ticks=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "tab")
        assert app.focused is not None
        assert app.focused.id != "sessions"
        await press(pilot, "1")
        assert app.focused.id == "sessions"

"""Each key does what the help says; nothing crashes on hostile or missing data."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from session_inspector.devserver.core.commands import (
    Command,
    DropCookie,
    Expire,
    Login,
    Logout,
    MoveClock,
    RefreshTokens,
    Reply,
    Request,
    ResetKnobs,
    Reveal,
    Revoke,
    RevokeAtProvider,
    RotateKeys,
    SetKnobs,
    Switch,
    Undo,
)
from session_inspector.devserver.core.values import Secret
from session_inspector.inspector.keys import KEYS, LIST
from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.screens.help import HelpScreen
from session_inspector.inspector.ui.screens.live import LiveScreen
from session_inspector.inspector.ui.screens.session import SessionScreen
from session_inspector.inspector.ui.widgets.field_list import FieldList
from session_inspector.inspector.ui.widgets.session_list import SessionList
from tests.inspector.sample import JWT, NOW, ListFeed, login, sample_events, server
from tests.inspector.ui.test_actions import opening
from tests.inspector.ui.waiting import press


async def pressed(
    *keys: str, feed: ListFeed | None = None, read_only: bool = False
) -> tuple[InspectorApp, ListFeed]:
    """Run the app, press keys, and return it as it was then."""
    feed = feed or ListFeed(sample_events())
    app = InspectorApp(feed, read_only=read_only, ticks=False, open_url=lambda url: True)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await press(pilot, *keys)
    return app, feed


@pytest.mark.parametrize(
    ("keys", "command"),
    [
        (["l"], Login(user="local|alice")),
        (["L", "down", "enter"], Login(user="local|bob")),
        (["r"], Request(session="dave")),
        (["j", "r"], Request(session="carol")),
        (["t"], RefreshTokens(session="dave")),
        (["o"], Logout(session="dave")),
        (["v", "y"], Revoke(session="dave")),
        (["v", "enter"], Revoke(session="dave")),
        (["U"], Undo()),
        (["d"], DropCookie(session="dave")),
        (["x", "enter"], Expire(session="dave", clock="inactivity")),
        (["x", "down", "enter"], Expire(session="dave", clock="absolute")),
        (["x", "down", "down", "enter"], Expire(session="dave", clock="access_token")),
        (["s", "enter"], Switch(kind="stateless")),
        (["s", "down", "enter"], Switch(kind="stateful")),
        (["plus", "enter"], MoveClock(seconds=60)),
        (["G", "plus", "down", "enter"], MoveClock(seconds=60)),
        (["K"], RotateKeys()),
        (["N", "n"], SetKnobs(wrong_nonce=True)),
        (["N", "0"], ResetKnobs()),
        (["N", "v"], RevokeAtProvider(user="local|dave")),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else "",
)
async def test_a_key_sends_its_command(keys: list[str], command: Command) -> None:
    _, feed = await pressed(*keys)
    assert feed.sent == [command]


async def test_travel_to_the_next_expiry_and_undo() -> None:
    _, feed = await pressed("G", "plus", "enter", "minus", "minus")
    to_the_end = -600 + 180 + 86_400 + 16
    assert feed.sent == [MoveClock(seconds=to_the_end), MoveClock(seconds=-to_the_end)]


async def test_typed_users_stores_and_seconds_are_taken() -> None:
    _, feed = await pressed("L", "tab", *"eve", "enter")
    assert feed.sent == [Login(user="eve")]


async def test_logging_in_again_takes_the_next_user() -> None:
    _, feed = await pressed("l", "l", "l")
    assert [c.user for c in feed.sent if isinstance(c, Login)] == [
        "local|alice",
        "local|bob",
        "local|alice",
    ]


async def test_enter_opens_the_session_and_escape_goes_back() -> None:
    app = InspectorApp(ListFeed(sample_events()), ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.press("enter")
        assert isinstance(app.screen, SessionScreen)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, LiveScreen)


async def test_a_secret_is_revealed_one_at_a_time_and_hidden_again() -> None:
    feed = ListFeed(login("a", NOW, 1, "lab:a"))
    keys = ["enter", *["j"] * 5]
    app, _ = await pressed(*keys, "u", feed=feed)
    digest = Secret.of(JWT).digest
    assert feed.sent == [Reveal(digest=digest)]
    assert app.view.revealed == {digest: "the secret in clear"}
    again, _ = await pressed(*keys, "u", "u", feed=feed)
    assert again.view.revealed == {}


async def test_reveal_without_a_secret_asks_nothing() -> None:
    _, feed = await pressed("enter", "u")
    assert feed.sent == []


async def test_the_filter_narrows_the_list_and_escape_empties_it() -> None:
    app = InspectorApp(ListFeed(sample_events()), ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.press("slash", *"baker", "enter")
        assert [row.session for row in app.screen.query_one(SessionList).rows] == ["bob"]
        await pilot.press("escape")
        assert len(app.screen.query_one(SessionList).rows) == 4
        assert not app.screen.query_one("#filter", Input).display


async def test_sort_goes_round() -> None:
    app, _ = await pressed("S", "S")
    assert app.view.sort == "size"


async def test_help_is_made_from_the_key_table() -> None:
    app = InspectorApp(ListFeed(sample_events()), ticks=False)
    async with app.run_test(size=(120, 50)) as pilot:
        await pilot.pause()
        await pilot.press("question_mark")
        assert isinstance(app.screen, HelpScreen)
        text = app.screen.text()
        assert all(key.help in text for key in (*KEYS, *LIST))
        assert "Keys act on the selected line" in text
        await pilot.press("escape")
        assert isinstance(app.screen, LiveScreen)


async def test_read_only_changes_nothing() -> None:
    changing = [key.keys.split(",")[0] for key in KEYS if key.changes]
    _, feed = await pressed(*changing, read_only=True)
    assert feed.sent == []


async def test_an_empty_lab_says_what_to_press() -> None:
    app = InspectorApp(ListFeed([server()]), ticks=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "log in as Alice" in app.export_screenshot().replace("&#160;", " ")
        await pilot.press("r", "v", "x", "enter", "u", "minus")
        assert app.is_running


async def test_a_revocation_that_is_not_confirmed_keeps_the_session() -> None:
    for keys in (["v", "n"], ["v", "escape"], ["v", "down", "enter"]):
        _, feed = await pressed(*keys)
        assert feed.sent == []


async def test_a_refused_command_is_said_and_nothing_breaks() -> None:
    feed = ListFeed(sample_events())
    feed.reply = Reply(is_ok=False, message="no [bold]markup[/] here")
    app, _ = await pressed("v", "y", feed=feed)
    assert app.return_code in (None, 0)


async def test_the_browser_opens_the_lab_s_address() -> None:
    opened: list[str] = []
    app = InspectorApp(ListFeed([server()]), ticks=False, open_url=opening(opened))
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("b")
    assert opened == ["http://127.0.0.1:3000"]


async def test_every_action_is_in_the_palette() -> None:
    app = InspectorApp(ListFeed(), ticks=False)
    async with app.run_test():
        names = " ".join(command.title for command in app.get_system_commands(app.screen))
    assert all(key.label.lower() in names.lower() for key in KEYS)


async def test_a_click_selects_and_a_second_opens() -> None:
    app = InspectorApp(ListFeed(sample_events()), ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.click("#sessions", offset=(5, 2))
        assert app.view.session == "bob"
        await pilot.click("#sessions", offset=(5, 2), times=2)
        await pilot.pause()
        assert isinstance(app.screen, SessionScreen)


async def test_a_new_event_keeps_the_cursor_on_its_session() -> None:
    feed = ListFeed(sample_events())
    app = InspectorApp(feed, ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.press("j")
        for event in login("zoe", NOW, 9, "lab:zoe"):
            feed.journal.publish(event)
        app.bridge.pull()
        await pilot.pause()
        row = app.screen.query_one(SessionList).current
    assert (row and row.session, app.view.session) == ("carol", "carol")


def test_widgets_share_no_revealed_secrets() -> None:
    assert FieldList.revealed == {}

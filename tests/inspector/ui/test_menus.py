"""Menus: what is typed goes to the field, each line has a letter, Enter takes what is marked."""

from __future__ import annotations

import pytest
from textual.events import Key
from textual.widgets import Input, Label, OptionList

from session_inspector.devserver.core.commands import (
    Command,
    Expire,
    Login,
    MoveClock,
    Switch,
)
from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.screens.letters import assign_letters
from session_inspector.inspector.ui.screens.menu import Menu
from tests.inspector.busy import busy_events
from tests.inspector.comparing import Told
from tests.inspector.sample import NOW, ListFeed, login, server
from tests.inspector.ui.waiting import press, settle

URL = "redis://127.0.0.1:6379"
FIND = ["slash", *"alice", "enter"]
MENUS = ("L", "s", "plus", "x", "v", "p", "N", "e", "m", "P")


def app_of(feed: ListFeed) -> InspectorApp:
    return InspectorApp(feed, ticks=False, stores=(URL,), comparing=Told())


async def after(*keys: str) -> ListFeed:
    feed = ListFeed(busy_events())
    app = app_of(feed)
    async with app.run_test(size=(100, 40)) as pilot:
        await press(pilot, *keys)
    return feed


@pytest.mark.parametrize(
    ("keys", "command"),
    [
        (["plus", *"90"], MoveClock(seconds=90)),
        (["plus", *"2h"], MoveClock(seconds=7200)),
        (["plus", *"1.5d"], MoveClock(seconds=129_600)),
        (["s", *"redis://127.0.0.1:1"], Switch(kind="stateful", store="redis://127.0.0.1:1")),
        (["L", *"zoe"], Login(user="zoe")),
        (["L", *"bobby"], Login(user="bobby")),
        (["L", *"j k"], Login(user="j k")),
        (["L", "down", *"zoe"], Login(user="zoe")),
        (["L", "tab", *"zoe"], Login(user="zoe")),
    ],
    ids=lambda value: "".join(value) if isinstance(value, list) else "",
)
async def test_enter_takes_what_was_typed(keys: list[str], command: Command) -> None:
    assert (await after(*keys, "enter")).sent == [command]


@pytest.mark.parametrize(
    ("keys", "command"),
    [
        (["L", "b", "enter"], Login(user="local|bob")),
        (["L", "z", "backspace", "enter"], Login(user="local|alice")),
        (["s", "l", "enter"], Switch(kind="stateful", store="")),
        (["plus", "h"], MoveClock(seconds=3600)),
        (["plus", "d"], MoveClock(seconds=86_400)),
        ([*FIND, "x", "a"], Expire(session="alice", clock="absolute")),
        ([*FIND, "x", "j", "j", "k", "enter"], Expire(session="alice", clock="absolute")),
    ],
    ids=lambda value: "".join(value) if isinstance(value, list) else "",
)
async def test_a_letter_picks_its_line(keys: list[str], command: Command) -> None:
    assert (await after(*keys)).sent == [command]


async def test_what_is_marked_is_what_enter_takes() -> None:
    app = app_of(ListFeed(busy_events()))
    async with app.run_test(size=(100, 40)) as pilot:
        await press(pilot, "L", "b")
        menu = app.screen
        lines = menu.query_one(OptionList)
        marked = [lines.highlighted]
        await press(pilot, "o")
        assert [*marked, lines.highlighted] == [1, None]
        assert "typed" in str(menu.query_one("#menu").border_subtitle)
        assert menu.query_one(Input).value == "bo"


async def test_what_is_typed_in_one_breath_with_the_menu_s_key_is_taken() -> None:
    feed = ListFeed(busy_events())
    app = app_of(feed)
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.pause()
        for key, char in (("plus", "+"), ("9", "9"), ("0", "0"), ("enter", "\r")):
            app.post_message(Key(key, char))
        await settle(pilot)
    assert feed.sent == [MoveClock(seconds=90)]


@pytest.mark.parametrize("key", MENUS)
async def test_every_line_of_every_menu_has_a_letter_of_its_own(key: str) -> None:
    app = app_of(ListFeed(busy_events()))
    async with app.run_test(size=(100, 40)) as pilot:
        await press(pilot, *FIND, key)
        menu = app.screen
        assert isinstance(menu, Menu)
        letters = [line[:3] for line in menu.lines()]
    assert all(letter[0].isalnum() and letter[1:] == "  " for letter in letters)
    assert len(set(letters)) == len(letters) > 1


def test_a_letter_is_of_the_words_and_no_other_line_has_it() -> None:
    names = [("1", "Bob"), ("2", "bo"), ("3", "Bo b"), ("4", "日本"), ("5", "")]
    found = assign_letters(names, {"c": "5"})
    assert found == {"c": "5", "b": "1", "o": "2", "a": "3", "d": "4"}


def test_of_many_lines_each_has_one_while_there_are_letters() -> None:
    names = [(str(number), "user") for number in range(100)]
    found = assign_letters(names, {})
    assert len(found) == 60
    assert not {"j", "k"} & set(found)


async def test_the_question_before_a_bulk_revoke_names_each_session_on_a_line_of_its_own() -> None:
    feed = ListFeed(
        [server(NOW), *login("alice", NOW, 1, "lab:alice"), *login("bob", NOW, 2, "lab:bob")]
    )
    app = InspectorApp(feed, ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "a", "v")
        menu = app.screen
        assert isinstance(menu, Menu)
        note = str(menu.query_one(Label).content)
        named = sorted(line.partition(" · ")[2] for line in note.split("\n"))
        assert [name.partition(" · ")[0] for name in named] == ["lab:alice", "lab:bob"]

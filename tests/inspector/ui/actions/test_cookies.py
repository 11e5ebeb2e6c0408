"""At a real app the cookies of the watched browser are edited, added and deleted in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from session_inspector.devserver.core.commands import (
    ClearOrigin,
    Command,
    CopyJar,
    DropCookie,
    PutCookie,
    Reply,
)
from session_inspector.devserver.core.events.browser import BrowserStateChanged, JarSeen
from session_inspector.devserver.core.events.exchange import CookieSet
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Secret
from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.widgets.field_list import FieldList
from tests.inspector.model.lists.test_held_cookies import BROWSER, HELD
from tests.inspector.sample import NOW, ListFeed, login, server
from tests.inspector.ui.shown import shown_lines
from tests.inspector.ui.test_attached import attached
from tests.inspector.ui.waiting import press, settle, until

WATCHED = (
    BrowserStateChanged(
        at=NOW, browser=BROWSER, state="watching", origins=("http://localhost:3000",)
    ),
    JarSeen(at=NOW, browser=BROWSER, cookies=(HELD,)),
)


async def test_a_held_cookie_is_edited_and_deleted_after_a_question() -> None:
    feed = attached(*WATCHED, has_session=False)
    app = InspectorApp(feed, ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: bool(app.bridge.state.browser.jar))
        await press(pilot, "c")
        await until(pilot, lambda: f"in the jar of {BROWSER}" in "\n".join(shown_lines(app)))
        await press(pilot, "j")
        await press(pilot, "i")
        await press(pilot, "enter")
        await until(pilot, lambda: bool(feed.sent))
        await press(pilot, "d")
        assert f"Delete sid in {BROWSER}?" in "\n".join(shown_lines(app))
        await press(pilot, "y")
        await until(pilot, lambda: len(feed.sent) == 2)
    put, drop = feed.sent
    assert isinstance(put, PutCookie)
    assert (put.name, put.domain, put.path) == ("sid", "", "/")
    assert put.line == "sid=•••; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax"
    assert drop == DropCookie(session="", name="sid", path="/")


async def test_an_origin_is_cleared_after_a_question_that_names_what_comes_back() -> None:
    feed = attached(*WATCHED, has_session=False)
    app = InspectorApp(feed, ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: bool(app.bridge.state.browser.jar))
        await press(pilot, "c", "X", "enter")
        assert "Clear http://localhost:3000?" in "\n".join(shown_lines(app))
        assert "undo puts cookies back, its storage is gone" in "\n".join(shown_lines(app))
        await press(pilot, "n")
        await press(pilot, "X", "enter", "y")
        await until(pilot, lambda: bool(feed.sent))
    assert feed.sent == [ClearOrigin(origin="http://localhost:3000")]


async def test_at_an_app_there_is_no_simulated_browser_to_copy_to() -> None:
    feed = attached(*WATCHED, has_session=False)
    app = InspectorApp(feed, ticks=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: bool(app.bridge.state.browser.jar))
        await press(pilot, "c", "J")
        await until(pilot, lambda: bool(feed.sent))
    assert feed.sent == [CopyJar(session="")], "it is refused, with its reason"


async def test_in_read_only_nothing_is_asked() -> None:
    feed = attached(*WATCHED, has_session=False)
    app = InspectorApp(feed, ticks=False, read_only=True)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: bool(app.bridge.state.browser.jar))
        await press(pilot, "c", "X", "enter", "y", "J", "enter", "F", "y")
    assert feed.sent == []


async def test_what_is_typed_for_a_new_cookie_replaces_the_example() -> None:
    feed = ListFeed([server(NOW), *login("alice", NOW, 1, "lab:alice")])
    app = InspectorApp(feed, ticks=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "c", "A", *"a=1")
        await press(pilot, "enter")
        await until(pilot, lambda: bool(feed.sent))
    assert feed.sent == [PutCookie(session="alice", line="a=1; Path=/")]


class Written(ListFeed):
    """The lab holds what is written, as its answer says."""

    def __init__(self, events: Sequence[Event], written: CookieSet) -> None:
        super().__init__(events)
        self._written = written

    async def send(self, command: Command) -> Reply:
        """Answer, and report what was written."""
        reply = await super().send(command)
        self.journal.publish(self._written)
        return reply


async def test_the_cursor_goes_to_a_cookie_that_was_added() -> None:
    line = CookieSet(
        at=NOW,
        session="alice",
        cause="c1",
        exchange="",
        name="zz_theme",
        value=Secret.of("dark"),
        size=4,
        line_size=20,
        path="/app",
    )
    feed = Written([server(NOW), *login("alice", NOW, 1, "lab:alice")], line)
    app = InspectorApp(feed, ticks=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "c", "A", *"zz_theme=dark", "enter")
        pane = app.screen.query_one("#board", FieldList)
        await until(pilot, lambda: pane.current is not None and "zz_theme" in pane.current.key)
        await settle(pilot)
        assert any("● zz_theme" in shown for shown in shown_lines(app)), "it is in sight"
        await press(pilot, "g")
        light = Secret.of("light")
        feed.journal.publish(replace(line, value=light, exchange="x9", cause="x9"))
        await until(pilot, lambda: any(row.secret == light for row in pane.rows))
        assert pane.cursor == 0, "what comes later moves nothing"

"""A request is shown in full and sent again; both answers stand beside each other."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from session_inspector.devserver.cookies.sealed import KeyRing, seal
from session_inspector.devserver.core.commands import (
    Command,
    InspectRequest,
    Reply,
    Resend,
    Reveal,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.screens.board import BoardScreen
from session_inspector.inspector.ui.screens.menu import Menu
from session_inspector.inspector.ui.screens.request import RequestScreen
from tests.inspector.busy import busy_events
from tests.inspector.comparing import Told
from tests.inspector.sample import NOW, ListFeed
from tests.inspector.ui.shown import shown_lines, toasts
from tests.inspector.ui.waiting import press, settle

SIZE = (140, 42)
SECRET = "a secret of thirty-two characters"


def report(exchange: str, method: str = "GET", status: int = 200, body: str = "hello") -> str:
    return json.dumps(
        {
            "exchange": exchange,
            "method": method,
            "target": "/protected",
            "headers": [["accept", "text/html"], ["cookie", "__session=•••••• 159 chars #ab"]],
            "body": {"size": 0, "text": "", "is_cut": False},
            "status": status,
            "answer_headers": [["content-type", "text/plain"], ["x-n", exchange]],
            "answer": {"size": 70_000, "text": body, "is_cut": True},
        }
    )


class KeepingFeed(ListFeed):
    """A server that keeps requests; what is sent again becomes x99."""

    def __init__(self, events: Sequence[Event], method: str = "GET") -> None:
        super().__init__(events)
        self.method = method

    async def send(self, command: Command) -> Reply:
        await super().send(command)
        if isinstance(command, InspectRequest) and command.exchange == "x99":
            text = report("x99", self.method, 401, "go away")
            return Reply(is_ok=True, message="kept", value=text)
        if isinstance(command, InspectRequest):
            return Reply(is_ok=True, message="kept", value=report(command.exchange, self.method))
        if isinstance(command, Resend):
            return Reply(is_ok=True, message="again, as x99: 401", value="x99")
        return Reply(is_ok=True, message="done", value="clear")


def app_of(feed: ListFeed, *, read_only: bool = False) -> InspectorApp:
    return InspectorApp(feed, ticks=False, comparing=Told(), read_only=read_only)


def text_of(app: InspectorApp) -> str:
    return "\n".join(shown_lines(app))


X5 = ["3", "slash", *"id:x5", "enter", "g"]
"""To the line of x5, which has rolled Alice's session."""


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (140, 42), (200, 60)], ids=str)
async def test_a_request_is_shown_with_headers_cookies_and_what_changed_inside(
    size: tuple[int, int],
) -> None:
    app = app_of(KeepingFeed(busy_events()))
    async with app.run_test(size=size) as pilot:
        await press(pilot, *X5, "E")
        assert isinstance(app.screen, RequestScreen)
        text = text_of(app)
        assert "GET /protected" in text
        assert "cookies, before → after" in text
        assert "__session  159 B → 159 B #" in text
        await press(pilot, "tab")
        assert "status  200" in text_of(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, BoardScreen)


async def test_the_beginning_of_a_body_says_that_it_is_one() -> None:
    app = app_of(KeepingFeed(busy_events()))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, *X5, "E")
        assert "body of the answer: 68.4 KB, the beginning of it is kept" in text_of(app)


async def test_it_is_sent_again_and_both_answers_stand_beside_each_other() -> None:
    feed = KeepingFeed(busy_events())
    app = app_of(feed)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, *X5, "E", "E", "s")
        assert Resend(exchange="x5") in feed.sent
        text = text_of(app)
        assert "Answer to x5" in text
        assert "Answer to x99, sent again" in text
        assert "hello" in text
        assert "go away" in text
        await press(pilot, "escape")
        assert "Request x5" in text_of(app)


async def test_sent_once_more_the_first_request_goes_and_its_answer_is_compared() -> None:
    feed = KeepingFeed(busy_events())
    app = app_of(feed)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, *X5, "E", "E", "s", "E", "n")
        sent = [one for one in feed.sent if isinstance(one, Resend)]
        assert sent == [Resend(exchange="x5"), Resend(exchange="x5", cookies="none")]
        text = text_of(app)
        assert "Answer to x5" in text
        assert "Answer to x99, sent again" in text


async def test_it_is_sent_without_a_cookie() -> None:
    feed = KeepingFeed(busy_events())
    app = app_of(feed)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, *X5, "E", "E", "n")
        assert Resend(exchange="x5", cookies="none") in feed.sent


async def test_it_is_sent_with_the_cookies_of_another_session() -> None:
    feed = KeepingFeed(busy_events())
    app = app_of(feed)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, *X5, "E", "E", "o")
        menu = app.screen
        assert isinstance(menu, Menu)
        at = next(number for number, line in enumerate(menu.lines()) if "Bob Baker" in line)
        await press(pilot, *["down"] * at, "enter")
        sent = [one for one in feed.sent if isinstance(one, Resend)]
        assert any(isinstance(one, Reveal) for one in feed.sent)
        assert sent == [
            Resend(
                exchange="x5",
                cookies="replaced",
                cookie="__session__0=clear; __session__1=clear",
            )
        ]


async def test_it_is_sent_with_an_edited_cookie() -> None:
    feed = KeepingFeed(busy_events())
    app = app_of(feed)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, *X5, "E", "E", "e", *"__session=broken", "enter")
        sent = [one for one in feed.sent if isinstance(one, Resend)]
        assert sent == [Resend(exchange="x5", cookies="replaced", cookie="__session=broken")]


class StatefulFeed(KeepingFeed):
    """The cookie holds the id of a row."""

    async def send(self, command: Command) -> Reply:
        reply = await super().send(command)
        if not isinstance(command, Reveal):
            return reply
        payload = {"id": "a row", "exp": int(NOW) + 900}
        value = seal(payload, KeyRing([SECRET]), iv=b"twelve bytes")  # type: ignore[arg-type]  # JSON
        return Reply(is_ok=True, message="done", value=value)


async def test_what_the_app_reads_from_its_store_is_said_to_be_ignored() -> None:
    feed = StatefulFeed(busy_events())
    app = InspectorApp(feed, ticks=False, comparing=Told(), secrets=[(SECRET, "the test")])
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, *X5, "E", "E", "e", *"user.name=Bob", "enter")
        assert any(isinstance(one, Resend) for one in feed.sent), toasts(app)
        assert "user.name is sealed in, and its app ignores it" in text_of(app)


async def test_what_cannot_be_edited_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    feed = KeepingFeed(busy_events())
    app = app_of(feed)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, *X5, "E", "E", "e", *"user.name=Bob", "enter")
        assert not any(isinstance(one, Resend) for one in feed.sent)
        assert "cannot be changed" in str(toasts(app))


async def test_anything_but_get_and_head_is_asked_first() -> None:
    feed = KeepingFeed(busy_events(), method="POST")
    app = app_of(feed)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, *X5, "E", "E", "s")
        assert "It may change something" in text_of(app)
        assert not any(isinstance(one, Resend) for one in feed.sent)
        await press(pilot, "n")
        assert not any(isinstance(one, Resend) for one in feed.sent)
        await press(pilot, "E", "s", "y")
        assert Resend(exchange="x5", is_sure=True) in feed.sent


async def test_what_is_no_longer_kept_and_a_line_of_no_request_say_so() -> None:
    feed = ListFeed(busy_events())
    feed.reply = Reply(is_ok=False, message="that request is no longer kept")
    app = app_of(feed)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, *X5, "E")
        assert "no longer kept" in str(toasts(app))
        await press(pilot, "escape", "1", "E")
        assert "no line of a request is marked" in str(toasts(app))


async def test_a_reply_that_is_no_report_is_said() -> None:
    app = app_of(ListFeed(busy_events()))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, *X5, "E")
        assert "the server sent no report" in str(toasts(app))


async def test_who_only_watches_may_look_and_not_send() -> None:
    feed = KeepingFeed(busy_events())
    app = app_of(feed, read_only=True)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, *X5, "E", "E")
        assert isinstance(app.screen, RequestScreen)
        assert "send again is off" in str(toasts(app))


async def test_hostile_text_of_a_request_draws_nothing_else() -> None:
    feed = KeepingFeed(busy_events())
    app = app_of(feed)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        feed.method = "[red]\x1b[2J"
        await press(pilot, *X5, "E")
        assert "[red]␛[2J /protected" in text_of(app)

"""At a real app: the header tells of it, keys do what can be done there, the rest is explained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.widget import Widget

from session_inspector.devserver.core.commands import (
    Command,
    Login,
    MoveClock,
    Prune,
    Reply,
    RunScenario,
    SetKnobs,
    Switch,
)
from session_inspector.devserver.core.events.login import ProviderSessionStarted, TokenMinted
from session_inspector.devserver.core.events.server import (
    NO_PROXY,
    ServerStarted,
    StoreStateChanged,
    UpstreamStateChanged,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.facts.rows import WatchMode
from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.screens.menu import Menu
from tests.inspector.sample import NOW, ListFeed, login, server
from tests.inspector.ui.shown import toasts
from tests.inspector.ui.waiting import press

PROXY = "http://127.0.0.1:4000"
APP = "http://localhost:3000"
STORE = "redis://localhost:6379"
CONTROL = "http://127.0.0.1:4001"
OF_OUR_PROVIDER = (ProviderSessionStarted, TokenMinted)
SIZES = {"narrow": (80, 24), "wide": (120, 40)}
AWAY = UpstreamStateChanged(at=NOW, upstream=APP, is_up=False, reason="connection refused")
BACK = UpstreamStateChanged(at=NOW + 1, upstream=APP, is_up=True)


def attached(*more: Event, place: WatchMode = "app", has_session: bool = True) -> ListFeed:
    upstream = {"app": APP, "store": NO_PROXY, "lab": ""}[place]
    began = replace(
        server(NOW - 60),
        base_url=PROXY,
        issuer="",
        store=STORE,
        users=(),
        upstream=upstream,
        control_url=CONTROL,
    )
    logins = login("alice", NOW - 30, 1, "Chrome") if has_session else []
    # a strange provider reports nothing here
    seen = [event for event in logins if not isinstance(event, OF_OUR_PROVIDER)]
    return ListFeed([began, *seen, *more])


class Distantly(ListFeed):
    """A feed of another process."""

    trouble = ""


class Seen:
    """An app in a terminal of some size."""

    def __init__(self, feed: ListFeed, size: tuple[int, int]) -> None:
        self.feed = feed
        self._size = size
        self.opened: list[str] = []
        self.app = InspectorApp(feed, ticks=False, open_url=self._open)
        self.lines: dict[str, str] = {}
        self.has_menu = False

    def _open(self, url: str) -> bool:
        self.opened.append(url)
        return True

    async def after(self, *keys: str, then: Callable[[], None] | None = None) -> Seen:
        """Press keys, and read the screen; `then` happens before it is read."""
        async with self.app.run_test(size=self._size) as pilot:
            await pilot.pause()
            await press(pilot, *keys)
            if then is not None:
                then()
                self.app.draw()
                await pilot.pause()
            self.lines = {
                widget.id: _text(widget) for widget in self.app.screen.query("*") if widget.id
            }
            self.has_menu = isinstance(self.app.screen, Menu)
        return self

    @property
    def header(self) -> str:
        return self.lines["status"]

    @property
    def said(self) -> str:
        return " ".join(toasts(self.app))


def _text(widget: Widget) -> str:
    width, height = widget.size
    return "\n".join(
        "".join(segment.text for segment in widget.render_line(y)).rstrip()[:width]
        for y in range(height)
    )


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_the_header_says_what_to_open(size: tuple[int, int]) -> None:
    seen = await Seen(attached(), size).after()
    assert "127.0.0.1:4000" in seen.header
    for told in (f"{PROXY} → {APP}", f"events at {CONTROL}"):
        assert (told in seen.header) == (size == SIZES["wide"])
    assert "AWAY" not in seen.header


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_the_header_says_that_the_app_is_away_and_that_it_is_back(
    size: tuple[int, int],
) -> None:
    away = await Seen(attached(AWAY), size).after()
    assert "AWAY" in away.header
    assert ("connection refused" in away.header) == (size == SIZES["wide"])
    back = await Seen(attached(AWAY, BACK), size).after()
    assert "AWAY" not in back.header


async def test_a_store_that_is_away_too_is_said_beside_it() -> None:
    store = StoreStateChanged(at=NOW, store=STORE, is_up=False, reason="refused")
    seen = await Seen(attached(AWAY, store), SIZES["narrow"]).after()
    first, second = seen.header.splitlines()
    assert "○ STORE AWAY  ○ APP AWAY" in first
    assert second.strip().startswith("1 sessions")


async def test_the_store_alone_is_said_so() -> None:
    seen = await Seen(attached(place="store"), SIZES["wide"]).after("b")
    assert (NO_PROXY in seen.header, f"events at {CONTROL}" in seen.header) == (True, True)
    assert (seen.opened, "there is no proxy to open" in seen.said) == ([], True)


async def test_without_a_proxy_b_opens_nothing_that_nobody_sees() -> None:
    feed = attached()
    (began, *rest) = feed.journal.since(0)[0]
    assert isinstance(began, ServerStarted)
    page = ListFeed([replace(began, base_url=APP), *rest])
    seen = await Seen(page, SIZES["wide"]).after("b")
    assert (seen.opened, "only the watched browser is seen" in seen.said) == ([], True)


async def test_b_opens_the_proxy() -> None:
    assert (await Seen(attached(), SIZES["narrow"]).after("b")).opened == [PROXY]


async def test_p_counts_asks_and_deletes() -> None:
    seen = await Seen(attached(), SIZES["narrow"]).after("P")
    assert seen.has_menu
    assert seen.feed.sent == [Prune(part="next")]
    seen = await Seen(attached(), SIZES["narrow"]).after("P", "y")
    assert seen.feed.sent == [Prune(part="next"), Prune(is_dry=False, part="next")]


@pytest.mark.parametrize(
    "reply",
    [
        Reply(is_ok=True, message="no row in the store has expired"),
        Reply(is_ok=True, message="3 expired rows in the store; attached read-only: --write"),
        Reply(is_ok=False, message="no store was named. Fix: --store URL"),
    ],
    ids=["none", "read-only", "no store"],
)
async def test_p_with_nothing_to_delete_only_says_so(reply: Reply) -> None:
    feed = attached()
    feed.reply = reply
    seen = await Seen(feed, SIZES["narrow"]).after("P")
    assert (feed.sent, seen.has_menu, seen.said) == ([Prune(part="next")], False, reply.message)


@pytest.mark.parametrize(
    ("key", "command"),
    [
        ("l", Login(user="")),
        ("L", Login(user="")),
        ("plus", MoveClock(seconds=0)),
        ("p", RunScenario(name="")),
        ("N", SetKnobs()),
        ("s", Switch(kind="stateless")),
    ],
)
async def test_what_only_the_lab_can_do_is_refused_at_once(key: str, command: Command) -> None:
    feed = attached()
    feed.reply = Reply(is_ok=False, message="this is your app: do it there")
    seen = await Seen(feed, SIZES["narrow"]).after(key)
    assert (feed.sent, seen.has_menu) == ([command], False)
    assert seen.said == "this is your app: do it there"


async def test_the_footer_offers_what_can_be_done() -> None:
    seen = await Seen(attached(), SIZES["narrow"]).after()
    assert seen.lines["keys"] == (
        " b browser  v revoke…  x expire…  P prune…  enter open  ? help  q quit"
    )
    assert "p play…" in (await Seen(attached(place="lab"), SIZES["narrow"]).after()).lines["keys"]


async def test_what_a_strange_provider_knows_is_not_called_dead() -> None:
    seen = await Seen(attached(), SIZES["wide"]).after()
    assert "refresh token ○ not seen from here" in seen.lines["ladder"]
    assert "provider session ○ not seen from here" in seen.lines["ladder"]


@pytest.mark.parametrize(
    ("place", "begin"),
    [("app", "press b and log in to your app"), ("store", "log in to your app")],
)
async def test_without_a_session_it_says_how_one_begins(place: WatchMode, begin: str) -> None:
    feed = attached(place=place, has_session=False)
    seen = await Seen(feed, SIZES["narrow"]).after("x")
    assert f"No session yet: {begin}." in seen.lines["ladder"]
    assert f"there is no session yet: {begin}" in seen.said
    assert "simulated browser" not in seen.lines["sessions"]
    for key in "234579":
        board = await Seen(attached(place=place, has_session=False), SIZES["narrow"]).after(key)
        assert "press l" not in board.lines["board"]
        assert "To play" not in board.lines["board"]


async def test_a_store_with_more_rows_than_are_listed_says_so() -> None:
    full = StoreStateChanged(at=NOW, store=STORE, is_up=True, watched_by="looking", has_more=True)
    seen = Seen(attached(full), SIZES["narrow"])
    async with seen.app.run_test(size=SIZES["narrow"]) as pilot:
        await pilot.pause()
        frame = seen.app.screen.query_one("#list").border_title
    assert str(frame) == "Sessions · 1 of 1 by newest · the store has more"


async def test_of_a_large_store_it_says_about_how_many_rows_there_are() -> None:
    full = StoreStateChanged(
        at=NOW, store=STORE, is_up=True, has_more=True, about="about 10,000,000 ± 3 %"
    )
    seen = Seen(attached(full), SIZES["narrow"])
    async with seen.app.run_test(size=SIZES["narrow"]) as pilot:
        await pilot.pause()
        frame = seen.app.screen.query_one("#list").border_title
    assert str(frame).endswith("· the store has about 10,000,000 ± 3 %")


async def test_a_tenant_s_lab_says_who_logs_in_and_with_what() -> None:
    file = "/home/ann/.local/state/session-inspector/tenant.env"
    began = replace(server(NOW - 60), tenant=APP, tenant_env=file)
    seen = await Seen(ListFeed([began]), SIZES["narrow"]).after()
    assert f"Your app logs in here, at {APP}" in seen.lines["sessions"]
    assert "~/.local/state/session-inspector/tenant.env" in seen.lines["sessions"]
    assert f"a tenant for {APP}" in seen.lines["timeline"]


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_a_lost_connection_is_said_until_it_is_back(size: tuple[int, int]) -> None:
    feed = Distantly(attached().journal.since(0)[0])

    def lose() -> None:
        feed.trouble = "NO CONNECTION, trying again"

    def find() -> None:
        feed.trouble = ""

    assert "NO CONNECTION" not in (await Seen(feed, size).after()).header
    assert "NO CONNECTION" in (await Seen(feed, size).after(then=lose)).header
    assert "NO CONNECTION" not in (await Seen(feed, size).after(then=find)).header

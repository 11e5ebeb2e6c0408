"""Sessions, requests and timeline are filtered and sorted by the same keys, in one language."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from session_inspector.devserver.core.commands import RefreshTokens
from session_inspector.inspector.preferences import Preferences
from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.screens.board import BoardScreen
from session_inspector.inspector.ui.screens.live import LiveScreen
from session_inspector.inspector.ui.screens.session import SessionScreen
from session_inspector.inspector.ui.widgets.key_bar import KeyBar
from session_inspector.inspector.ui.widgets.line_list import LineList
from session_inspector.inspector.ui.widgets.listing.column_heads import ColumnHeads
from session_inspector.inspector.ui.widgets.listing.filter_box import FilterBox
from session_inspector.inspector.ui.widgets.session_list import SessionList
from session_inspector.inspector.ui.widgets.subject import subject_of
from session_inspector.inspector.ui.widgets.timeline import Timeline
from tests.inspector.busy import busy_events
from tests.inspector.comparing import Told
from tests.inspector.sample import NOW, ListFeed, login, server, written
from tests.inspector.ui.shown import shown_lines, toasts
from tests.inspector.ui.waiting import press, settle

SIZE = (120, 40)
REQUEST = "request "


def app_of(feed: ListFeed | None = None) -> InspectorApp:
    return InspectorApp(feed or ListFeed(busy_events()), ticks=False, comparing=Told())


def requests(app: InspectorApp) -> list[str]:
    pane = app.screen.query_one("#board", LineList)
    return [row.exchange for row in pane.rows if row.key.startswith(REQUEST)]


def timeline(app: InspectorApp) -> list[str]:
    return [row.title for row in app.screen.query_one(Timeline).rows]


def board_title(app: InspectorApp) -> str:
    return str(app.screen.query_one("#board").border_subtitle)


async def to_timeline(pilot: Pilot[None]) -> None:
    pilot.app.screen.query_one(Timeline).focus()
    await settle(pilot)


async def test_enter_opens_the_story_of_a_request_and_enter_again_closes_it() -> None:
    app = app_of()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "3", "g")
        pane = app.screen.query_one("#board", LineList)
        before = len(pane.rows)
        await press(pilot, "enter")
        assert len(pane.rows) > before
        assert "session created" in "\n".join(shown_lines(app))
        await press(pilot, "enter")
        assert len(pane.rows) == before


async def test_a_line_of_a_story_opens_its_session() -> None:
    app = app_of()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "3", "g", "enter", "j", "j", "enter")
        assert (isinstance(app.screen, SessionScreen), app.view.session) == (True, "alice")


async def test_only_what_has_a_problem_is_one_key() -> None:
    app = app_of()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "3")
        everything = requests(app)
        await press(pilot, "exclamation_mark")
        assert "x42" in requests(app)
        assert len(requests(app)) < len(everything)
        assert "fit the filter: is:problem" in board_title(app)
        await press(pilot, "exclamation_mark")
        assert requests(app) == everything


async def test_the_requests_are_filtered_where_they_stand_and_esc_empties_it_first() -> None:
    app = app_of()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "3", "slash", *"status:401 -user:carol", "enter")
        assert requests(app) == ["x32", "x44"]
        assert app.focused is app.screen.query_one("#board")
        await press(pilot, "escape")
        assert isinstance(app.screen, BoardScreen)
        assert len(requests(app)) > 2
        await press(pilot, "escape")
        assert isinstance(app.screen, LiveScreen)


async def test_esc_in_the_box_closes_the_box_alone() -> None:
    app = app_of()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "3", "slash", "escape")
        assert isinstance(app.screen, BoardScreen)
        assert not app.screen.query_one(FilterBox).display


async def test_a_wrong_word_is_named_in_the_title() -> None:
    app = app_of()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "3", "slash", *"ms:soon", "enter")
        assert board_title(app).startswith("⚠ ms:soon is not an amount")


async def test_a_filter_that_nothing_fits_says_how_to_empty_it() -> None:
    app = app_of()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "3", "slash", *"nobody-has-this", "enter")
        assert "No request fits the filter. esc empties it." in "\n".join(shown_lines(app))


async def test_an_alarm_leads_to_its_request_though_a_filter_would_hide_it() -> None:
    app = app_of()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "3", "slash", *"status:200", "enter", "6")
        wanted = subject_of(app.screen.query_one("#board", LineList).current).exchange
        await press(pilot, "3")
        pane = app.screen.query_one("#board", LineList)
        assert subject_of(pane.current).exchange == wanted
        assert pane.rows[pane.cursor + 1].exchange == wanted, "its story is open"


async def test_the_timeline_is_filtered_when_it_has_the_keys() -> None:
    app = app_of()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        everything = timeline(app)
        await to_timeline(pilot)
        await press(pilot, "slash", *"event:rolled", "enter")
        assert set(timeline(app)) == {"rolled"}
        assert app.focused is app.screen.query_one(Timeline)
        assert "Timeline · 3 fit the filter: event:rolled" in "\n".join(shown_lines(app))
        assert len(app.screen.query_one(SessionList).rows) == 6
        await press(pilot, "escape")
        assert timeline(app) == everything


async def test_a_filtered_timeline_shows_what_fits_of_what_comes() -> None:
    feed = ListFeed([server(), *login("a", NOW, 1, "lab:alice")])
    app = app_of(feed)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await to_timeline(pilot)
        await press(pilot, "slash", *"event:rolled", "enter")
        assert timeline(app) == []
        feed.journal.publish(written("a", NOW + 1, "x2", reason="roll"))
        feed.journal.publish(written("b", NOW + 1, "x3"))
        app.bridge.pull()
        await settle(pilot)
        assert timeline(app) == ["rolled"]


async def test_a_long_timeline_is_looked_through_in_a_thread() -> None:
    events = [event for at in range(40) for event in login("z", NOW + at, 100 + at, "lab:z")]
    app = app_of(ListFeed([server(), *events, written("z", NOW + 90, "x9", reason="roll")]))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert len(timeline(app)) > 200
        await to_timeline(pilot)
        await press(pilot, "slash", *"event:rolled", "enter")
        assert timeline(app) == ["rolled"]


async def test_what_a_filter_hides_of_the_timeline_is_said_in_the_line_below() -> None:
    feed = ListFeed(busy_events())
    app = app_of(feed)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await to_timeline(pilot)
        await press(pilot, "slash", *"event:rolled", "enter", "G", "t")
        assert isinstance(feed.sent[-1], RefreshTokens)
        assert toasts(app) == ["done"]


@pytest.mark.parametrize("keys", ["3", ""])
async def test_the_order_is_turned_round(keys: str) -> None:
    app = app_of()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        if keys:
            await press(pilot, keys)
            before = requests(app)
            await press(pilot, "R")
            assert requests(app) == before[::-1]
        else:
            await to_timeline(pilot)
            before = timeline(app)
            await press(pilot, "R")
            assert timeline(app) == before[::-1]
            assert "Timeline · newest first" in "\n".join(shown_lines(app))


async def test_a_new_request_comes_first_when_the_newest_are_first() -> None:
    feed = ListFeed([server(), *login("a", NOW, 1, "lab:alice")])
    app = app_of(feed)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "3", "R")
        for event in login("c", NOW + 1, 2, "lab:carol"):
            feed.journal.publish(event)
        app.bridge.pull()
        await settle(pilot)
        assert requests(app) == ["x2", "x1"]


async def test_a_click_on_a_heading_sorts_and_a_second_one_turns_round() -> None:
    app = app_of()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "3")
        heads = app.screen.query_one(ColumnHeads)
        at = str(heads.render()).index("status")
        await pilot.click(ColumnHeads, offset=(at, 0))
        await settle(pilot)
        assert requests(app)[:3] == ["x6", "x32", "x44"]
        assert "status▾" in str(heads.render())
        await pilot.click(ColumnHeads, offset=(at, 0))
        await settle(pilot)
        assert requests(app)[-3:] == ["x44", "x32", "x6"]


async def test_sort_goes_through_the_orders_of_the_list_that_has_the_keys() -> None:
    app = app_of()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "3", "S")
        assert app.view.listing("requests").sort == "ms"
        assert (app.view.sort, app.view.listing("timeline").sort) == ("newest", "")


@pytest.mark.parametrize("key", ["slash", "S", "R", "exclamation_mark"])
async def test_a_view_that_is_no_such_list_says_where_the_lists_are(key: str) -> None:
    app = app_of()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "4", key)
        assert "are filtered and sorted" in str(toasts(app))


async def test_names_stand_over_their_columns_in_every_width() -> None:
    app = app_of()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "3")
        for width in (60, 80, 100, 140, 200):
            await pilot.resize_terminal(width, 30)
            await settle(pilot)
            lines = shown_lines(app)
            names = next(line for line in lines if " method " in line)
            rows = [line for line in lines if "▸" in line]
            assert rows
            for row in rows:
                assert row.index("GET" if "GET" in row else "POST") == names.index("method")


async def test_the_footer_offers_the_filter_while_the_timeline_has_the_keys() -> None:
    app = app_of()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "1")
        before = [key.name for key in app.screen.query_one(KeyBar).keys]
        await to_timeline(pilot)
        offered = [key.name for key in app.screen.query_one(KeyBar).keys]
        assert ("filter" in before, {"filter", "sort"} <= set(offered)) == (False, True)


async def test_what_cannot_be_filtered_names_the_keys_that_a_person_has() -> None:
    chosen = Preferences(keys={"board": "f1", "board_requests": "f3"})
    app = InspectorApp(ListFeed(busy_events()), ticks=False, preferences=chosen)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "4", "slash")
        said = " ".join(toasts(app))
        assert "sessions (f1), their timeline and requests (f3)" in said

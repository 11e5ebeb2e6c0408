"""The list of sessions: its columns, their headings, marks for one answer to all, and zoom."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.core.commands import Reply, Revoke
from session_inspector.devserver.core.events.base import Timer
from session_inspector.devserver.core.events.session import SessionResurrected
from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.screens.menu import Menu
from session_inspector.inspector.ui.widgets.listing.column_heads import ColumnHeads
from session_inspector.inspector.ui.widgets.session_list import (
    SessionList,
    name_columns,
    shown_columns,
)
from tests.inspector.busy import busy_events
from tests.inspector.comparing import Told
from tests.inspector.sample import NOW, ListFeed, cookie, login, server, started, written
from tests.inspector.ui.shown import shown_lines, toasts
from tests.inspector.ui.waiting import press, settle

WIDTHS = (60, 80, 100, 120, 140, 200)
LONG_NAME = "Bartholomew Featherstonehaugh-Cholmondeley"
NARROWEST = 60


def app_of(feed: ListFeed | None = None) -> InspectorApp:
    return InspectorApp(feed or ListFeed(busy_events()), ticks=False, comparing=Told())


def text_of(app: InspectorApp) -> str:
    return "\n".join(shown_lines(app))


def listed(app: InspectorApp) -> list[str]:
    return [row.session for row in app.screen.query_one(SessionList).rows]


@pytest.mark.parametrize("width", WIDTHS)
async def test_names_stand_over_their_columns(width: int) -> None:
    app = app_of()
    async with app.run_test(size=(width, 40)) as pilot:
        await settle(pilot)
        lines = shown_lines(app)
        names = next(line for line in lines if " kind " in line)
        row = next(line for line in lines if "Alice Archer" in line or "Alice Ar…" in line)
        assert row.index("stateful") == names.index("kind")
        assert ("size" in names) is (width > NARROWEST), "there the name needs the room"
        if "size" in names:
            assert row.index("299 B") + len("299 B") == names.index("size") + len("size")


async def test_a_cookie_s_end_beyond_what_browsers_keep_is_no_number_of_days() -> None:
    made = written("a", NOW, "x1")
    timers = (Timer(name="cookie", ends=NOW + 59, ends_session=True),)
    seen = replace(made, facts=replace(made.facts, kind="stateless", timers=timers))
    line = replace(cookie("a", NOW, "x1"), max_age=1e11)  # type: ignore[arg-type]  # a CookieSet
    app = app_of(ListFeed([server(NOW), started("x1", NOW, "/", "Chrome"), seen, line]))
    async with app.run_test(size=(140, 42)) as pilot:
        await settle(pilot)
        assert text_of(app).count("> 400 d") == 2, "in the list and on the ladder"
        assert "1157407 d" not in text_of(app)


def test_a_wide_list_has_fingerprint_last_request_and_rolls() -> None:
    wide = {column.name for column in name_columns(190)}
    assert {"id", "request", "rolls", " by"} <= wide
    assert "id" not in {column.name for column in name_columns(75)}


def test_the_name_grows_into_free_width() -> None:
    def room(width: int) -> int:
        return next(column.width for column in shown_columns(width) if column.name == "user")

    assert [room(width) for width in (55, 130, 190)] == [17, 25, 40]


async def test_a_long_name_is_whole_where_there_is_room() -> None:
    events = login("a", NOW, 1, "lab:a", who=("local|b", LONG_NAME))
    app = app_of(ListFeed([server(), *events]))
    async with app.run_test(size=(200, 40)) as pilot:
        await settle(pilot)
        assert LONG_NAME[:39] in text_of(app)


async def test_last_request_and_rolls_are_those_of_the_journal() -> None:
    app = app_of()
    async with app.run_test(size=(200, 60)) as pilot:
        await settle(pilot)
        rows = {row.session: row for row in app.screen.query_one(SessionList).rows}
        assert rows["alice"].rolls == 3
        assert rows["alice"].last_request == NOW - 264.99, (
            "the one that began last, whichever was answered last"
        )
        assert rows["zoe-2"].last_request is None


async def test_a_click_on_a_heading_sorts_and_a_second_one_turns_round() -> None:
    app = app_of()
    async with app.run_test(size=(140, 42)) as pilot:
        await settle(pilot)
        heads = app.screen.query_one(ColumnHeads)
        at = str(heads.render()).index("size") + 1
        await pilot.click(ColumnHeads, offset=(at, 0))
        await settle(pilot)
        assert (app.view.sort, listed(app)[0]) == ("size", "bob")
        await pilot.click(ColumnHeads, offset=(at, 0))
        await settle(pilot)
        assert listed(app)[-1] == "bob"
        assert "by size reversed" in text_of(app)


async def test_what_is_marked_is_revoked_after_one_question() -> None:
    feed = ListFeed(busy_events())
    app = app_of(feed)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "slash", *"state:live kind:stateful", "enter", "space", "space")
        assert len(app.view.marked) == 2
        assert "· 2 marked" in text_of(app)
        assert "●✓" in text_of(app)
        await press(pilot, "v")
        assert isinstance(app.screen, Menu)
        assert "Revoke 2 sessions?" in text_of(app)
        await press(pilot, "y")
        assert feed.sent == [Revoke(session=name) for name in ("zoe", "zoe-2")]
        assert "2 sessions revoked" in str(toasts(app))
        assert app.view.marked == frozenset()


async def test_a_refusal_of_one_is_said_and_the_others_are_counted() -> None:
    feed = ListFeed(busy_events())
    feed.reply = Reply(is_ok=False, message="the store is away")
    app = app_of(feed)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "slash", *"zoë", "enter", "a", "v", "y")
        assert "0 sessions revoked; the store is away" in str(toasts(app))


async def test_what_the_filter_hides_is_no_target_though_it_is_marked() -> None:
    feed = ListFeed(busy_events())
    app = app_of(feed)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "a", "slash", *"alice", "enter", "v")
        assert "Revoke 1 of 6 marked?" in text_of(app)
        await press(pilot, "y")
        assert feed.sent == [Revoke(session="alice")]


async def test_nothing_that_can_be_revoked_says_why() -> None:
    feed = ListFeed(busy_events())
    app = app_of(feed)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "slash", *"bob", "enter", "space", "v")
        assert feed.sent == []
        assert "none of the marked can be revoked" in str(toasts(app))


async def test_marks_are_taken_off_again() -> None:
    app = app_of()
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "a")
        assert len(app.view.marked) == 6
        await press(pilot, "g", "space")
        assert len(app.view.marked) == 5
        await press(pilot, "escape")
        assert app.view.marked == frozenset()
        await press(pilot, "a", "a")
        assert app.view.marked == frozenset()


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (140, 42), (200, 60)], ids=str)
@pytest.mark.parametrize("pane", ["sessions", "ladder", "cookies", "timeline"])
async def test_the_focused_pane_is_zoomed_and_all_are_back(
    pane: str, size: tuple[int, int]
) -> None:
    app = app_of()
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        widget = app.screen.query_one(f"#{pane}")
        widget.focus()
        await settle(pilot)
        await press(pilot, "z")
        assert app.focused is widget
        assert widget.region.height >= size[1] - 7
        assert widget.region.width >= size[0] - 4
        others = {"sessions", "ladder", "cookies", "timeline"} - {pane}
        assert not any(app.screen.query_one(f"#{other}").region for other in others)
        await press(pilot, "z")
        assert all(app.screen.query_one(f"#{other}").region for other in ("sessions", "timeline"))


async def test_esc_ends_a_zoom_before_anything_else() -> None:
    app = app_of()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "slash", *"alice", "enter", "z", "escape")
        assert app.view.query == "alice"
        assert app.screen.query_one("#timeline").display


async def test_a_board_and_the_details_are_zoomed_too() -> None:
    app = app_of()
    async with app.run_test(size=(100, 30)) as pilot:
        await press(pilot, "6", "z")
        assert not app.screen.query_one("#explain").display
        await press(pilot, "z", "1", "enter", "z")
        assert app.screen.query_one("#contents").region.width >= 96


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (140, 42), (200, 60)], ids=str)
async def test_a_zoom_goes_with_the_keys_and_names_the_way_back(size: tuple[int, int]) -> None:
    app = app_of()
    async with app.run_test(size=size) as pilot:
        await press(pilot, "z")
        assert shown_lines(app)[-1].startswith(" z all panes")
        seen: list[str] = []
        for _ in range(4):
            assert app.focused is not None
            assert app.focused.region.height >= size[1] - 7, app.focused.id
            seen.append(str(app.focused.id))
            await press(pilot, "tab")
        assert len(set(seen)) == 4, "tab goes to each pane, alone"
        await press(pilot, "shift+tab", "1")
        assert app.focused is not None
        assert app.focused.id == "sessions"
        assert app.focused.region.height >= size[1] - 7
        await press(pilot, "z")
        assert "all panes" not in shown_lines(app)[-1]


async def test_a_zoom_lasts_when_the_screen_becomes_wider_and_narrower() -> None:
    app = app_of()
    async with app.run_test(size=(100, 30)) as pilot:
        await press(pilot, "z")
        for size in ((200, 60), (80, 24)):
            await pilot.resize_terminal(*size)
            await settle(pilot)
            assert app.screen.query_one("#list").region.width == size[0]
            assert not app.screen.query_one("#beside").region
        await press(pilot, "z")
        assert not app.screen.query_one("#beside").region
        await pilot.resize_terminal(200, 60)
        await settle(pilot)
        assert app.screen.query_one("#beside").region


@pytest.mark.parametrize("size", [(80, 24), (200, 60)], ids=str)
async def test_headings_stand_above_their_columns_after_a_zoom(size: tuple[int, int]) -> None:
    app = app_of()
    async with app.run_test(size=size) as pilot:
        await press(pilot, "tab")
        before = next(line for line in shown_lines(app) if "began" in line)
        await press(pilot, "z", "z")
        assert next(line for line in shown_lines(app) if "began" in line) == before


async def test_every_view_keeps_its_name_with_many_alarms_on_eighty_columns() -> None:
    raised = [
        SessionResurrected(
            at=NOW + at,
            cause=f"x{at}",
            session=f"s{at}",
            reason="late",
            destroyed_by="x0",
            destroyed_at=NOW,
        )
        for at in range(12)
    ]
    app = app_of(ListFeed([*busy_events(), *raised]))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert len(app.bridge.state.alarms.raised) >= 10
        assert shown_lines(app)[1].rstrip().endswith("6 alarms⚠ 7 play 8 costs 9 rows")
        await pilot.resize_terminal(100, 30)
        await settle(pilot)
        assert "alarms⚠1" in shown_lines(app)[1]


@pytest.mark.parametrize("width", [100, 140, 200])
async def test_what_stands_behind_a_bar_of_the_ladder_is_not_cut(width: int) -> None:
    app = app_of()
    async with app.run_test(size=(width, 42)) as pilot:
        await press(pilot, "slash", *"alice", "enter")
        ladder = app.screen.query_one("#ladder")
        lines = [line[: ladder.region.right] for line in shown_lines(app)[ladder.region.y :]]
        clocks = [line for line in lines[: ladder.region.height] if "●─" in line or "━●" in line]
        assert clocks
        assert not any("…" in line for line in clocks)


async def test_the_help_keeps_long_words_in_their_column() -> None:
    app = app_of()
    async with app.run_test(size=(80, 60)) as pilot:
        await press(pilot, "question_mark")
        lines = [line for line in shown_lines(app) if line.strip(" │")]
        first = next(at for at, line in enumerate(lines) if "Log in as the next user" in line)
        assert lines[first + 1].index("browser.") == lines[first].index("Log in")

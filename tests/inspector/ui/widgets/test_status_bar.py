"""The header keeps the offset of the clock whole, and its lines where they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from session_inspector.devserver.core.events.server import CarrierSwitched, ClockMoved, WatchFailed
from session_inspector.inspector.feed.record import Recorder
from session_inspector.inspector.feed.replay import ReplayFeed
from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.widgets.field_list import FieldList
from session_inspector.inspector.ui.widgets.tones import FOLDED
from tests.inspector.busy import busy_events
from tests.inspector.sample import NOW, ListFeed, sample_events
from tests.inspector.ui.shown import shown_lines


@pytest.mark.parametrize(
    ("offset", "shown"),
    [(3600.0, "travelled +01:00:00"), (86_415.0, "08:53:20 +1 d 00:00:15")],
)
async def test_the_offset_is_whole_on_eighty_columns(offset: float, shown: str) -> None:
    moved = ClockMoved(at=NOW, by=offset, offset=offset)
    app = InspectorApp(ListFeed([*sample_events(), moved]), ticks=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        lines = shown_lines(app)
    assert lines[0].rstrip().endswith(shown)
    assert lines[1].startswith("1 sessions 2 bytes")


@pytest.mark.parametrize("width", [60, 70, 80, 100])
async def test_the_clock_is_whole_beside_the_place_in_a_recording(
    width: int, tmp_path: Path
) -> None:
    path = tmp_path / "recorded.jsonl"
    feed = ListFeed(busy_events())
    Recorder(feed.journal, str(path)).close()
    app = InspectorApp(ReplayFeed(str(path)), ticks=False, read_only=True)
    async with app.run_test(size=(width, 24)) as pilot:
        await pilot.pause()
        line = shown_lines(app)[0].rstrip()
    assert re.search(r"recording \d+ of \d+  \d\d:\d\d:\d\d", line), line
    assert "…" not in line
    assert "live" in line


LONG = "sqlite:///home/somebody/.local/state/session-inspector/sessions.db"


@pytest.mark.parametrize("width", [80, 90, 100, 105, 120])
@pytest.mark.parametrize("alarms", [0, 1])
async def test_all_views_have_room_at_every_width(width: int, alarms: int) -> None:
    events = busy_events() if alarms else sample_events()
    app = InspectorApp(ListFeed(events), ticks=False)
    async with app.run_test(size=(width, 40)) as pilot:
        await pilot.pause()
        lines = [line.rstrip() for line in shown_lines(app)]
    assert lines[2].lstrip().startswith("1 ")
    last = "9 rows"
    assert lines[2].endswith(last)


async def test_a_long_store_gives_way_to_what_changes() -> None:
    switched = CarrierSwitched(at=NOW, cause="c8", kind="stateful", store=LONG)
    app = InspectorApp(ListFeed([*sample_events(), switched]), ticks=False, read_only=True)
    async with app.run_test(size=(80, 40)) as pilot:
        await pilot.pause()
        line = shown_lines(app)[1]
    assert "travelled +01:00:00  read-only" in line
    assert "…" in line
    assert "/sessions.db  08:53:20" in line


async def test_each_pane_of_the_details_has_lines() -> None:
    for size in ((80, 24), (100, 32), (120, 40)):
        app = InspectorApp(ListFeed(sample_events()), ticks=False)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await pilot.press("G", "enter")
            await pilot.pause()
            panes = [pane for pane in app.screen.query(FieldList) if not pane.has_class(FOLDED)]
            assert panes
            assert min(pane.scrollable_content_region.height for pane in panes) >= 3, size


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_header_counts_what_failed_in_the_watching(size: tuple[int, int]) -> None:
    failed = [
        WatchFailed(at=NOW, task="traffic", reason="r", count=2),
        WatchFailed(at=NOW, task="a row", reason="r", count=5),
    ]
    app = InspectorApp(ListFeed([*sample_events(), *failed]), ticks=False)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert any("⚠ watching failed 7×" in line for line in shown_lines(app)[:2])

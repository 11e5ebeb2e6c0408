"""Which clock ends the session is never cut, however narrow the ladder is."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.events.base import Origin, TimerName
from session_inspector.inspector.model.facts.rows import TimerRow
from session_inspector.inspector.model.views.session_rows import session_row
from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.widgets.ladder import Ladder
from tests.inspector.busy import busy_events
from tests.inspector.sample import NOW, ListFeed
from tests.inspector.ui.waiting import press

LEFTS = ("23:59:41", "more than a year", "over, 59 min ago", "ends with the browser")
JOINED: tuple[tuple[TimerName, Origin], ...] = (
    ("inactivity", "rule"),
    ("store", "read"),
    ("sealed", "told"),
    ("cookie", "seen"),
)
WIDTHS = (52, 56, 60, 70, 76, 90, 110, 180)


@pytest.mark.parametrize("width", WIDTHS)
async def test_each_line_fits_and_names_the_clock_that_ends_the_session(width: int) -> None:
    app = InspectorApp(ListFeed(busy_events()), ticks=False)
    async with app.run_test(size=(140, 42)) as pilot:
        await press(pilot, "g")
        for _ in range(6):
            ladder = app.screen.query_one(Ladder)
            lines = [line.plain for line in ladder.lines(width)]
            wide = [line.plain for line in ladder.lines(WIDTHS[-1])]
            clocks = [line for line in lines if "━" in line or "──" in line]
            assert [line for line in clocks if len(line) > width] == []
            assert sum("◀" in line for line in lines) == sum("◀" in line for line in wide)
            assert sum("⚠" in line for line in lines) == sum("⚠" in line for line in wide)
            await press(pilot, "j")


@pytest.mark.parametrize("width", [56, 60, 76, 92, 110, 136, 180])
@pytest.mark.parametrize("left", LEFTS)
async def test_a_long_time_left_cuts_no_words_behind_the_bar(left: str, width: int) -> None:
    clocks = [
        TimerRow(
            name=name,
            label=name,
            ends=NOW + 60,
            left=left,
            ends_session=True,
            is_first=name == "inactivity",
            is_forced=False,
            is_past=False,
            share=0.5,
            note="each request restarts it",
            origin=origin,
            evidence="",
            is_stopped=False,
        )
        for name, origin in JOINED
    ]
    app = InspectorApp(ListFeed(busy_events()), ticks=False)
    async with app.run_test(size=(140, 42)) as pilot:
        await press(pilot, "g")
        ladder = app.screen.query_one(Ladder)
        ladder.show(session_row(app.bridge.state, "alice", NOW), clocks, ())
        several, *_ = [line.plain for line in ladder.lines(width) if left in line.plain]
        ladder.show(session_row(app.bridge.state, "alice", NOW), clocks[:1], ())
        alone, *_ = [line.plain for line in ladder.lines(width) if left in line.plain]
    assert len(several) <= width
    assert several.replace(" = ", "=").count("inactivity=row=sealed=cookie") == 1
    assert "◀" in several
    assert "rule" not in several or several.endswith("rule·read·told·seen")
    assert len(alone) <= width, "a note that has no room is not begun"

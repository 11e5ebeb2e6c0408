"""Which clock ends the session is never cut, however narrow the ladder is."""

from __future__ import annotations

import pytest

from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.widgets.ladder import Ladder
from tests.inspector.busy import busy_events
from tests.inspector.sample import ListFeed
from tests.inspector.ui.waiting import press

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

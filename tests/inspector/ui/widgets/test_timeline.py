"""The title of the timeline has its graph only where it fits whole."""

from __future__ import annotations

import pytest

from session_inspector.inspector.ui.app import InspectorApp
from tests.inspector.busy import busy_events
from tests.inspector.sample import ListFeed
from tests.inspector.ui.shown import shown_lines
from tests.inspector.ui.waiting import press, settle


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (100, 30)], ids=str)
async def test_a_graph_that_does_not_fit_is_left_out(size: tuple[int, int]) -> None:
    app = InspectorApp(ListFeed(busy_events()), ticks=False)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        app.screen.query_one("#timeline").focus()
        await settle(pilot)
        titles: list[str] = []
        for key in ("slash", *"user:alice -event:rolled", "enter", "S", "R", "escape"):
            name = {" ": "space", ":": "colon", "-": "minus"}.get(key, key)
            await press(pilot, name)
            titles += [line for line in shown_lines(app) if "Timeline" in line]
    assert any("requests ⣀" in title for title in titles)
    assert [title for title in titles if "requests" in title and "…" in title] == []

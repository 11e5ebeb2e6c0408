"""The header keeps the offset of the clock whole, and its lines where they are."""

from __future__ import annotations

import pytest

from devserver.core.events import ClockMoved
from inspector.ui.app import InspectorApp
from tests.inspector.sample import NOW, ListFeed, sample_events


@pytest.mark.parametrize(
    ("offset", "shown"),
    [(3600.0, "travelled +01:00:00"), (86_415.0, "08:53:20 +1 d 00:00:15")],
)
async def test_the_offset_is_whole_on_eighty_columns(offset: float, shown: str) -> None:
    moved = ClockMoved(at=NOW, by=offset, offset=offset)
    app = InspectorApp(ListFeed([*sample_events(), moved]), ticks=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        lines = [strip.text for strip in app.screen._compositor.render_strips()]
    assert lines[0].rstrip().endswith(shown)
    assert lines[1].startswith("1 live  2 bytes")

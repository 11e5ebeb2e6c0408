"""The main screens look as they did, in three sizes, driven by keys, on a fixed clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import pytest
from textual.app import App
from textual.pilot import Pilot

from inspector.ui.app import InspectorApp
from tests.inspector.sample import ListFeed, sample_events, server

SIZES = [(80, 24), (120, 40), (200, 60)]
SCREENS: dict[str, list[str]] = {
    "home": [],
    "rolled": ["G"],
    "chunked": ["j", "j"],
    "revoked": ["j"],
    "session": ["G", "enter"],
    "expired": ["enter"],
    "help": ["question_mark"],
    "expire": ["x"],
}


class Compare(Protocol):
    def __call__(
        self,
        app: App[None],
        *,
        terminal_size: tuple[int, int],
        run_before: Callable[[Pilot[None]], object],
    ) -> bool: ...


def app_of(name: str) -> InspectorApp:
    events = [server()] if name == "empty" else sample_events()
    return InspectorApp(ListFeed(events), ticks=False)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", [*SCREENS, "empty"])
def test_screen(snap_compare: Compare, name: str, size: tuple[int, int]) -> None:
    async def drive(pilot: Pilot[None]) -> None:
        await pilot.pause()
        await pilot.press(*SCREENS.get(name, []))
        await pilot.pause()

    assert snap_compare(app_of(name), terminal_size=size, run_before=drive)

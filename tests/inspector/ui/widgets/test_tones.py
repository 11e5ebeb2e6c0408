"""A tone is what the sheet says now: of a theme, of a class of an ancestor, of the focus."""

from __future__ import annotations

from itertools import pairwise

import pytest
from textual.app import App, ComposeResult
from textual.containers import Vertical

from session_inspector.inspector.ui.textual_private import make_part_styles
from session_inspector.inspector.ui.widgets.tones import Toned

PARTS = sorted(Toned.PARTS)


class Pane(Toned, can_focus=True):
    """Has tones."""


class Stand(App[None]):
    CSS = """
    .tone--plain { color: $foreground; }
    .tone--good { color: $success; text-style: bold; }
    .tone--dim { color: $primary 60%; }
    .-pale .tone--bad { color: #112233; }
    Pane:focus .tone--accent { background: $accent; }
    """

    def compose(self) -> ComposeResult:
        yield Vertical(Pane(id="pane"), id="around")


def colours(pane: Pane) -> list[object]:
    kept = [pane.part_style(name) for name in PARTS]
    assert kept == [make_part_styles(pane, name).partial_rich_style for name in PARTS]
    return list(kept)


async def test_a_kept_tone_is_never_an_old_one() -> None:
    app = Stand()
    async with app.run_test() as pilot:
        pane = app.query_one(Pane)
        app.screen.set_focus(None)
        await pilot.pause()
        seen = [colours(pane)]
        pane.focus()
        await pilot.pause()
        seen.append(colours(pane))
        app.query_one("#around").add_class("-pale")
        await pilot.pause()
        seen.append(colours(pane))
        app.theme = "textual-light"
        await pilot.pause()
        seen.append(colours(pane))
        assert all(one != other for one, other in pairwise(seen))


async def test_a_part_that_the_widget_has_not_is_refused() -> None:
    app = Stand()
    async with app.run_test():
        with pytest.raises(KeyError):
            app.query_one(Pane).part_style("tone--other")

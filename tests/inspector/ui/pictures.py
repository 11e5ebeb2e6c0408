"""Pictures of one state of the app in several themes, and whether one looks as it did.

The app starts once for all themes: a start and its key presses cost five times what a picture
does. That a turned theme looks as if it had been chosen from the start is proved by the way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import pytest
from pytest_textual_snapshot import SVGImageExtension
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.theme import THEMES

Size: TypeAlias = tuple[int, int]
Drive: TypeAlias = Callable[[Pilot[None]], Awaitable[None]]
Pictures: TypeAlias = dict[str, str]
"""{theme: SVG}"""


def taken(app: InspectorApp, drive: Drive, size: Size, themes: Sequence[str]) -> Pictures:
    """Return the pictures of what a few keys lead to."""

    async def take() -> Pictures:
        found: Pictures = {}
        async with app.run_test(size=size) as pilot:
            await drive(pilot)
            for box in (*app.screen.query(Input), *app.screen.query(TextArea)):
                box.cursor_blink = False  # a picture of it would depend on the moment
            for theme in themes:
                app.theme = THEMES[theme].name
                await pilot.pause()
                app.draw()  # as each second does
                await pilot.wait_for_scheduled_animations()
                found[theme] = app.export_screenshot(simplify=True)
        return found

    return asyncio.run(take())


def check(svg: str, snapshot: SnapshotAssertion, tmp_path: Path) -> None:
    """Compare a picture with the one that was accepted for this test."""
    if svg != snapshot.use_extension(SVGImageExtension):
        path = tmp_path / "now.svg"
        path.write_text(svg)
        pytest.fail(f"it looks otherwise now: {path}. Is that right: --snapshot-update")

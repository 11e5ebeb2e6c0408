"""Every screen looks as it did, in three sizes and two themes, driven by keys, on a fixed clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from devserver.cookies.sealed import KeyRing, seal
from devserver.core.events import Event
from devserver.core.values import JsonObject
from inspector.model.boards.registry import BOARDS
from inspector.preferences import THEME_NAMES, Preferences
from inspector.ui.app import InspectorApp
from tests.inspector.busy import busy_events
from tests.inspector.comparing import Told
from tests.inspector.sample import JWT, NOW, ListFeed, sample_events, server

SIZES = [(80, 24), (120, 40), (200, 60)]
THEMES = ["night", "day"]
SCREENS: dict[str, list[str]] = {
    "home": [],
    "disagreeing": ["G"],
    "chunked": ["S", "S", "g"],
    "revoked": ["slash", *"carol", "enter"],
    "filter": ["slash", *"user:alice"],
    "wrong-filter": ["slash", *"size:big"],
    "session": ["G", "enter"],
    "expired": ["slash", *"dave", "enter", "enter"],
    "compact": ["C", "G"],
    "jump": ["f"],
    "palette": ["ctrl+p"],
    "help": ["question_mark"],
    "help-budget": ["2", "question_mark"],
    "login-as": ["L"],
    "expire": ["x"],
    "travel": ["plus"],
    "switch": ["s"],
    "play": ["p"],
    "revoke": ["v"],
    "export": ["e"],
    "budget": ["S", "S", "g", "2"],
    "what-if": ["S", "S", "g", "2", "space", "a", *["right_square_bracket"] * 9],
    "requests": ["3"],
    "tokens": ["4", "j", "j"],
    "logins": ["5", *"jjjjjj"],
    "alarms": ["6"],
    "scenarios": ["7"],
    "compare-found": ["8", "G", "k"],
    "compare-ask": ["m"],
    "compare": ["m", "y"],
    "rows": ["9", "j", "j"],
}
EMPTY: dict[str, list[str]] = {
    "empty": [], "empty-budget": ["2"], "empty-alarms": ["6"], "empty-scenarios": ["7"],
}  # fmt: skip


class Compare(Protocol):
    def __call__(
        self,
        app: App[None],
        *,
        terminal_size: tuple[int, int],
        run_before: Callable[[Pilot[None]], object],
    ) -> bool: ...


DECODED = "Set-Cookie: __session={}; Path=/; Max-Age=600; SameSite=None"
SECRET = "a secret of thirty-two characters"


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("secret", [SECRET, "another"], ids=["opened", "wrong"])
def test_decode_screen(
    snap_compare: Compare,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    secret: str,
    size: tuple[int, int],
    theme: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    payload: JsonObject = {"user": {"sub": "auth0|zoe", "name": "Zoë"}, "exp": NOW + 900}
    payload |= {"tokenSet": {"accessToken": JWT, "expiresAt": NOW + 300}}
    ring = KeyRing([SECRET])
    value = seal(payload, ring, iv=b"twelve bytes")

    async def drive(pilot: Pilot[None]) -> None:
        await pilot.pause()
        await pilot.press("D")
        await pilot.pause()
        pilot.app.screen.query_one("#pasted", TextArea).text = DECODED.format(value)
        pilot.app.screen.query_one("#secret", Input).value = secret
        await pilot.press("tab", "tab")
        await pilot.pause(0.3)
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()

    assert snap_compare(app_of(sample_events(), theme), terminal_size=size, run_before=drive)


def app_of(events: Sequence[Event], theme: str) -> InspectorApp:
    """Return the app on a fixed clock."""
    return InspectorApp(
        ListFeed(events),
        ticks=False,
        stores=("redis://127.0.0.1:6379",),
        comparing=Told(),
        preferences=Preferences(theme=theme),
    )


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", [*SCREENS, *EMPTY])
def test_screen(
    snap_compare: Compare,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    size: tuple[int, int],
    theme: str,
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/home/me/.local/state")  # the export menu names it

    async def drive(pilot: Pilot[None]) -> None:
        await pilot.pause()
        for key in {**SCREENS, **EMPTY}[name]:
            await pilot.press(key)
            await pilot.app.workers.wait_for_complete()
            await pilot.pause()
        pilot.app.clear_notifications()
        await pilot.pause()

    app = app_of([server()] if name in EMPTY else busy_events(), theme)
    assert snap_compare(app, terminal_size=size, run_before=drive)


@pytest.mark.parametrize("theme", THEME_NAMES)
def test_every_theme(snap_compare: Compare, theme: str) -> None:
    async def drive(pilot: Pilot[None]) -> None:
        await pilot.pause()
        await pilot.press("6")
        await pilot.pause()

    app = app_of(busy_events(), theme)
    assert snap_compare(app, terminal_size=(120, 40), run_before=drive)


async def test_every_board_and_view_is_pictured() -> None:
    pressed = {keys[0] for keys in SCREENS.values() if keys} | {"8", "1", "D"}
    assert {board.key for board in BOARDS} <= pressed | {"2"}

"""The main screens look as they did, in three sizes, driven by keys, on a fixed clock."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from devserver.cookies.sealed import KeyRing, seal
from devserver.core.values import JsonObject
from inspector.ui.app import InspectorApp
from tests.inspector.sample import JWT, NOW, ListFeed, sample_events, server

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


DECODED = "Set-Cookie: __session={}; Path=/; Max-Age=600; SameSite=None"
SECRET = "a secret of thirty-two characters"


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("secret", [SECRET, "another"])
def test_decode_screen(
    snap_compare: Compare,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    secret: str,
    size: tuple[int, int],
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

    app = InspectorApp(ListFeed(sample_events()), ticks=False)
    assert snap_compare(app, terminal_size=size, run_before=drive)


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

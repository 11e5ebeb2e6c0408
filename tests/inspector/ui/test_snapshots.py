"""Every view looks as it did: one picture each, driven by keys, on a fixed clock; and each theme.

That every size works is asserted on geometry, in `test_sizes.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from session_inspector.devserver.cookies.sealed import KeyRing, seal
from session_inspector.devserver.core.configuration.table import THEME_NAMES
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import JsonObject
from session_inspector.inspector.model.boards.registry import ALL_BOARDS
from session_inspector.inspector.preferences import Preferences
from session_inspector.inspector.ui.app import InspectorApp
from tests.inspector.busy import busy_events, grant_events, process_events
from tests.inspector.comparing import Told
from tests.inspector.sample import JWT, NOW, ListFeed, sample_events, server
from tests.inspector.ui.pictures import Drive, Pictures, check, taken
from tests.inspector.ui.waiting import settle, settle_decode

SIZE = (120, 40)
THEME = "night"
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
    "cookies": ["G", "c"],
    "cookie-edit": ["G", "c", "i"],
    "changes": ["G", "h"],
}
EMPTY: dict[str, list[str]] = {
    "empty": [],
    "empty-budget": ["2"],
    "empty-alarms": ["6"],
    "empty-scenarios": ["7"],
}
WIDE: dict[str, list[str]] = {"wide": ["G"], "wide-alarms": ["6"]}
"""The details beside the list."""
WIDE_SIZE = (200, 60)
GRANTS: dict[str, list[str]] = {"grants": ["5"], "access-tokens": ["4"], "knobs": ["N"]}
"""What the provider does beside code and refresh."""
RUN: dict[str, list[str]] = {"output": ["O"], "crashed": []}
"""An app that was started here."""
DECODED = "Set-Cookie: __session={}; Path=/; Max-Age=600; SameSite=None"
SECRET = "a secret of thirty-two characters"


def pasted(secret: str) -> Drive:
    """Return what pastes a cookie and a secret on the decode screen."""
    payload: JsonObject = {"user": {"sub": "auth0|zoe", "name": "Zoë"}, "exp": NOW + 900}
    payload |= {"tokenSet": {"accessToken": JWT, "expiresAt": NOW + 300}}
    value = seal(payload, KeyRing([SECRET]), iv=b"twelve bytes")

    async def drive(pilot: Pilot[None]) -> None:
        await pilot.pause()
        await pilot.press("D")
        await pilot.pause()
        pilot.app.screen.query_one("#pasted", TextArea).text = DECODED.format(value)
        pilot.app.screen.query_one("#secret", Input).value = secret
        await pilot.press("tab", "tab")
        await settle_decode(pilot)

    return drive


@pytest.mark.parametrize(
    "secret", [pytest.param(SECRET, id="opened"), pytest.param("another", id="wrong")]
)
def test_decode_screen(
    secret: str, snapshot: SnapshotAssertion, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = taken(app_of(sample_events()), pasted(secret), SIZE, [THEME])
    check(found[THEME], snapshot, tmp_path)


def app_of(events: Sequence[Event]) -> InspectorApp:
    """Return the app on a fixed clock."""
    return InspectorApp(
        ListFeed(events),
        ticks=False,
        stores=("redis://127.0.0.1:6379",),
        comparing=Told(),
        preferences=Preferences(theme=THEME),
    )


def pressed(*keys: str) -> Drive:
    async def drive(pilot: Pilot[None]) -> None:
        await pilot.pause()
        await pilot.press(*keys)
        await settle(pilot)
        pilot.app.clear_notifications()

    return drive


@pytest.mark.parametrize("name", [*SCREENS, *EMPTY, *GRANTS, *RUN])
def test_screen(
    name: str, snapshot: SnapshotAssertion, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = busy_events()
    if name in EMPTY:
        events = [server()]
    if name in GRANTS:
        events = grant_events()
    if name in RUN:
        events = process_events()
    drive = pressed(*{**SCREENS, **EMPTY, **GRANTS, **RUN}[name])
    # the export menu names it
    monkeypatch.setenv("XDG_STATE_HOME", "/home/me/.local/state")
    found = taken(app_of(events), drive, SIZE, [THEME])
    check(found[THEME], snapshot, tmp_path)


@pytest.mark.parametrize("name", WIDE)
def test_wide_screen(name: str, snapshot: SnapshotAssertion, tmp_path: Path) -> None:
    found = taken(app_of(busy_events()), pressed(*WIDE[name]), WIDE_SIZE, [THEME])
    check(found[THEME], snapshot, tmp_path)


@pytest.fixture(scope="module")
def themed() -> Pictures:
    return taken(app_of(busy_events()), pressed("6"), SIZE, THEME_NAMES)


@pytest.mark.parametrize("theme", THEME_NAMES)
def test_every_theme(
    themed: Pictures, theme: str, snapshot: SnapshotAssertion, tmp_path: Path
) -> None:
    check(themed[theme], snapshot, tmp_path)


async def test_every_board_and_view_is_pictured() -> None:
    pressed = {key for keys in {**SCREENS, **RUN}.values() for key in keys}
    assert {board.key for board in ALL_BOARDS} <= pressed

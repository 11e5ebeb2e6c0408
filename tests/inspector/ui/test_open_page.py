"""A page is opened where a browser has a window; elsewhere its address is copied."""

from __future__ import annotations

from pathlib import Path

import pytest

from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.open_page import has_windows, open_page
from tests.inspector.sample import ListFeed, server
from tests.inspector.ui.shown import toasts
from tests.inspector.ui.waiting import press

URL = "http://127.0.0.1:3000"


@pytest.mark.parametrize(
    ("platform", "environ", "expected"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"BROWSER": "firefox"}, True),
        ("darwin", {}, True),
        ("win32", {}, True),
    ],
)
def test_a_window_needs_a_display(platform: str, environ: dict[str, str], expected: bool) -> None:
    assert has_windows(platform, environ) is expected


def test_without_a_display_nothing_is_opened() -> None:
    assert open_page(URL, {}) is False


@pytest.mark.parametrize(("code", "expected"), [(0, True), (3, False)])
def test_an_opener_that_fails_has_opened_nothing(tmp_path: Path, code: int, expected: bool) -> None:
    opener = tmp_path / "xdg-open"
    opener.write_text(f"#!/bin/sh\nexit {code}\n")
    opener.chmod(0o755)
    environ = {"DISPLAY": ":0", "PATH": str(tmp_path)}
    assert open_page(URL, environ) is expected


async def test_without_a_browser_the_address_is_copied_and_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "")  # no clipboard program
    app = InspectorApp(ListFeed([server()]), ticks=False, open_url=lambda url: False)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "b")
        assert app.clipboard == URL
        (said,) = toasts(app)
        assert said.startswith(f"no browser opens here: {URL} · sent to the terminal (OSC 52)")
        assert "copied" not in said, "a terminal gives no answer"

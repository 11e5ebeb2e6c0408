"""Chromium and Firefox judge our rules: every line at every place, and their jar after it."""

from __future__ import annotations

from pathlib import Path

import pytest

from session_inspector.devserver.cookies.browsers.rules import BrowserName
from tests.devserver.cookies.browsers.lines import all_lines
from tests.devserver.cookies.browsers.places import CookieServer, all_places
from tests.devserver.cookies.browsers.record import judge_everywhere
from tests.servers import binary

BINARIES: dict[BrowserName, str] = {"Chrome": "chromium", "Firefox": "firefox-esr"}


@pytest.mark.parametrize("browser", BINARIES)
async def test_a_browser_does_what_its_rules_say(browser: BrowserName, tmp_path: Path) -> None:
    binary(BINARIES[browser])
    pytest.importorskip("websockets")
    server = CookieServer()
    await server.start(tmp_path)
    try:
        judged = await judge_everywhere(browser, server)
    finally:
        await server.stop()
    assert judged.differences == []


def test_there_are_lines_and_places_enough() -> None:
    assert len(all_lines()) >= 150
    places = {place.name for place in all_places()}
    for host in ("localhost", "127.0.0.1", "app.localhost"):
        for scheme in ("http", "https"):
            alone = f"{scheme}://{host}"
            assert alone in places
            assert any(name.startswith(f"{alone} in ") for name in places)

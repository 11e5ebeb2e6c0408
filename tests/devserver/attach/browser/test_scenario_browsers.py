"""A scenario has a browser of its own; the one that a key opened is shown again after it."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from session_inspector.devserver.attach.browser.opening import offer_in_lab
from session_inspector.devserver.attach.browser.scenario_browsers import (
    OVER,
    ScenarioBrowsers,
    offer_to_scenarios,
)
from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.commands import OpenBrowser, RunScenario
from session_inspector.devserver.core.errors import BrowserUnavailable, InputError
from session_inspector.devserver.core.events.browser import BrowserStateChanged
from session_inspector.devserver.core.events.exchange import ExchangeStarted
from session_inspector.devserver.core.journal import publish_nowhere
from session_inspector.devserver.host import start_lab
from session_inspector.devserver.settings import load_settings
from tests.devserver.attach.browser.scene import wish_for
from tests.devserver.attach.browser.test_opening import heard
from tests.end_to_end.lab import Lab
from tests.servers import binary
from tests.waiting import eventually


def test_a_scenario_beside_a_browser_that_is_watched(tmp_path: Path) -> None:
    binary("chromium")
    pytest.importorskip("websockets")
    settings = load_settings({"store": "sqlite://:memory:"}, {"HOME": str(tmp_path)})
    lab = Lab(start_lab(settings))
    offer_to_scenarios(lab.running, os.environ, offer_in_lab(lab.running, os.environ))
    try:
        assert lab.send(OpenBrowser(name="chromium")).is_ok
        eventually(lambda: "watching" in states(lab))
        reply = lab.send(RunScenario(name="two-names", browser="chromium"))
        assert reply.is_ok, reply.message
        eventually(lambda: states(lab)[-2:] == ["closed", "watching"])
        started = heard(lab, ExchangeStarted)
    finally:
        lab.running.stop()
    ended = [event for event in heard(lab, BrowserStateChanged) if event.state == "closed"]
    assert [event.reason for event in ended] == [OVER]
    names = [event.exchange for event in started]
    assert len(names) == len(set(names))
    assert "b1" in names


def states(lab: Lab) -> list[str]:
    return [event.state for event in heard(lab, BrowserStateChanged)]


def test_without_a_browser_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "is_file", lambda path: False)
    browsers = ScenarioBrowsers(SystemClock(), publish_nowhere, {"PATH": "/nowhere"})
    with pytest.raises(InputError, match="Fix: install"):
        browsers.open("", ["http://localhost:1"], ())


async def test_a_browser_that_does_not_start_is_told_with_its_reason(tmp_path: Path) -> None:
    wish = wish_for("chromium")
    assert wish.installed is not None
    absent = replace(wish.installed, path=str(tmp_path / "absent"))
    browsers = ScenarioBrowsers(SystemClock(), publish_nowhere, {})
    with pytest.raises(BrowserUnavailable, match="cannot be started"):
        async with browsers._watch(replace(wish, installed=absent), ["http://localhost:1"]):
            raise AssertionError("it cannot be started")

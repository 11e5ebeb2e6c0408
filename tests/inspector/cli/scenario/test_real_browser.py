"""Scenarios of a real browser, headless: its trouble is shown and recognised, and the fix works."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from session_inspector.devserver.lab.scenarios import SCENARIOS
from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.main import run
from tests.servers import binary

COMMANDS = {"chromium": "chromium", "firefox": "firefox-esr"}
ALARMS = {
    "redirect-loop": ("redirect loop", "SameSite=None needs Secure"),
    "cross-site-frame": ("third party", "in a page of http://127.0.0.1"),
    "two-ports": ("across ports", "sid of localhost"),
    "sibling-hosts": ("localhost sites", "with Domain=localhost"),
    "two-names": ("loopback names", "127.0.0.1 is another host for a browser"),
    "secure-on-http": ("secure on http", "Secure over plain http"),
}
"""Of each the alarm, and what its text names."""


def test_each_has_its_alarm() -> None:
    assert set(ALARMS) == {scenario.name for scenario in SCENARIOS if scenario.needs_browser}


@pytest.mark.parametrize("browser", COMMANDS)
@pytest.mark.parametrize("name", ALARMS)
def test_the_trouble_is_shown_and_recognised_and_its_fix_works(
    capsys: pytest.CaptureFixture[str], name: str, browser: str
) -> None:
    binary(COMMANDS[browser])
    pytest.importorskip("websockets")
    code = run(parse(["scenario", name, "--browser", browser, "--json"]))
    answer = json.loads(capsys.readouterr().out)
    assert (code, answer["ok"]) == (0, True), answer
    assert "Mended by" in answer["verdict"]
    assert answer["browser"].split()[0].lower() == browser
    kind, words = ALARMS[name]
    assert [alarm["kind"] for alarm in answer["alarms"]] == [kind], answer["alarms"]
    assert words in answer["alarms"][0]["text"]
    assert answer["alarms"][0]["fix"]


def test_without_a_browser_one_line_says_what_to_install(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "is_file", lambda path: False)
    monkeypatch.setenv("PATH", "/nowhere")
    assert run(parse(["scenario", "two-ports"])) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "Fix: install chromium or firefox" in line
    assert run(parse(["scenario", "two-ports", "--browser", "firefox"])) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "firefox is not installed here. Fix: install" in line


def test_a_browser_is_refused_where_none_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(parse(["scenario", "logins", "--browser", "chromium"])) == 2
    assert "is played without a real browser" in capsys.readouterr().err

"""A key opens a real browser, and it is watched: in the lab and at an app, by the same command."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeVar

import pytest

from session_inspector.devserver.attach.browser.opening import NONE_HERE, find_wish, offer_in_lab
from session_inspector.devserver.core.commands import (
    CopyJar,
    DropCookie,
    OpenBrowser,
    PutCookie,
    ReplayInPage,
    Undo,
)
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.events.browser import BrowserStateChanged, JarSeen
from session_inspector.devserver.core.events.exchange import ExchangeStarted
from session_inspector.devserver.host import start_lab
from session_inspector.devserver.settings import load_settings
from tests.end_to_end.lab import Lab
from tests.servers import binary
from tests.waiting import eventually

T = TypeVar("T")


def test_without_a_browser_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "is_file", lambda path: False)
    with pytest.raises(InputError) as caught:
        find_wish("", "http://localhost:1", {"PATH": "/nowhere"})
    assert caught.value.message == NONE_HERE


def test_the_lab_opens_a_browser_and_its_jar_is_edited_beside_simulated_ones(
    tmp_path: Path,
) -> None:
    binary("chromium")
    pytest.importorskip("websockets")
    settings = load_settings({"store": "sqlite://:memory:"}, {"HOME": str(tmp_path)})
    lab = Lab(start_lab(settings))
    offer_in_lab(lab.running, os.environ)
    try:
        assert "chromium opens" in lab.send(OpenBrowser(name="chromium")).message
        eventually(lambda: "watching" in [one.state for one in heard(lab, BrowserStateChanged)])
        assert lab.send(PutCookie(session="", line="mine=1; Path=/")).is_ok
        eventually(lambda: {"mine"} in [names(jar) for jar in heard(lab, JarSeen)])
        assert lab.send(DropCookie(session="", name="mine")).is_ok
        assert lab.send(Undo()).is_ok
        assert "real browser" in lab.send(CopyJar(session="")).message
        asked = [one.exchange for one in heard(lab, ExchangeStarted) if one.path == "/"]
        again = lab.send(ReplayInPage(exchange=asked[-1]))
        assert "again, in a tab of its own: the page's own policy" in again.message
        assert "another page" in lab.send(OpenBrowser()).message
    finally:
        lab.running.stop()


def heard(lab: Lab, kind: type[T]) -> list[T]:
    events, _ = lab.running.journal.since(0)
    return [event for event in events if isinstance(event, kind)]


def names(jar: JarSeen) -> set[str]:
    return {cookie.name for cookie in jar.cookies}

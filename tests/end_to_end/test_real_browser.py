"""`browser URL` and `attach URL --browser`, as a person runs them, with real browsers."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from session_inspector.devserver.attach.browser.finding import find_browser
from session_inspector.devserver.attach.browser.launching import LaunchedBrowser
from tests.devserver.attach.browser.scene import COMMANDS
from tests.devserver.cookies.browsers.places import CookieServer
from tests.servers import binary
from tests.waiting import PATIENCE

pytest.importorskip("websockets")
LINES = ["connect.sid=s%3Aabc.def; HttpOnly; Path=/", "__Host-x=1"]
VERDICTS = {"connect.sid": "kept", "__Host-x": "dropped"}
Told = dict[str, object]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[CookieServer]:
    made = CookieServer()
    await made.start(tmp_path)
    made.lines["/"] = LINES
    yield made
    await made.stop()


@contextmanager
def running(folder: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """Run the command with a folder for temporary files of its own; SIGTERM ends it."""
    # short: Chromium's socket there may have a path of 107 characters
    temporary = Path(tempfile.mkdtemp(prefix="si-"))
    command = [sys.executable, "-m", "session_inspector", *words, "--headless", "--json"]
    env = {**os.environ, "TMPDIR": str(temporary), "XDG_STATE_HOME": str(folder)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=env, text=True)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
    assert list(temporary.iterdir()) == []
    temporary.rmdir()


def read_until(process: subprocess.Popen[str], *kinds: str) -> list[Told]:
    """Return what was told until each kind was there, and both lines were judged."""
    assert process.stdout is not None
    told: list[Told] = []
    for text in process.stdout:
        if not text.startswith("{"):
            continue
        told.append(json.loads(text))
        seen = {str(event["type"]) for event in told}
        if len(verdicts_in(told)) == len(LINES) and seen >= set(kinds):
            return told
    raise AssertionError(f"it ended without {kinds}: {told[-3:]}")


def verdicts_in(told: list[Told]) -> dict[object, object]:
    return {one["name"]: one["verdict"] for one in told if one["type"] == "CookieJudged"}


@pytest.mark.parametrize("name", COMMANDS)
async def test_without_a_proxy_the_browser_is_who_sees_the_traffic(
    name: str, server: CookieServer, tmp_path: Path
) -> None:
    binary(COMMANDS[name])
    url = server.url("http", "localhost", "/")
    with running(tmp_path, "browser", url, "--browser", name) as process:
        kinds = ("ExchangeStarted", "CookieSet", "ExchangeEnded", "JarSeen")
        told = await asyncio.to_thread(read_until, process, *kinds)
    assert verdicts_in(told) == VERDICTS
    assert "s%3Aabc" not in json.dumps(told)


@pytest.mark.parametrize("name", COMMANDS)
async def test_through_the_proxy_the_browser_says_what_it_kept(
    name: str, server: CookieServer, tmp_path: Path
) -> None:
    binary(COMMANDS[name])
    url = server.url("http", "127.0.0.1", "/")
    with running(tmp_path, "attach", url.rstrip("/"), "--browser", name) as process:
        told = await asyncio.to_thread(read_until, process, "ExchangeEnded")
    assert verdicts_in(told) == VERDICTS
    judged = [one for one in told if one["type"] == "CookieJudged"][-1]
    assert judged["origin"] == ("seen" if name == "chromium" else "rule")
    assert str(judged["url"]).startswith("http://localhost:") or "127.0.0.1" in str(judged["url"])


async def test_one_that_runs_is_joined_by_its_port_and_stays(
    server: CookieServer, tmp_path: Path
) -> None:
    binary("chromium")
    browser = LaunchedBrowser(find_browser("chromium", sys.platform, os.environ), is_headless=True)
    try:
        port = (await browser.start()).split(":")[2].partition("/")[0]
        url = server.url("http", "localhost", "/")
        with running(tmp_path, "browser", url, "--browser", port) as process:
            told = await asyncio.to_thread(read_until, process, "JarSeen")
        assert verdicts_in(told) == VERDICTS
        assert browser.is_running
    finally:
        await browser.close()


async def test_a_browser_that_is_not_installed_is_one_line(tmp_path: Path) -> None:
    words = ["browser", "http://localhost:1", "--browser", "lynx", "--headless"]
    command = [sys.executable, "-m", "session_inspector", *words]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "chromium, chrome, edge, brave, firefox" in done.stderr

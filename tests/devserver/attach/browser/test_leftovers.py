"""A profile that a killed inspector left behind goes at the next start, and nothing else does."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from session_inspector.devserver.attach.browser.finding import find_browser
from session_inspector.devserver.attach.browser.launching import PREFIX, LaunchedBrowser
from session_inspector.devserver.attach.browser.leftovers import (
    NOTE,
    is_alive,
    read_note,
    runs_on,
    sweep,
    write_note,
)
from tests.servers import binary
from tests.waiting import eventually


@pytest.fixture
def gone() -> int:
    """The id of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.fixture
def alive() -> Iterator[int]:
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    yield process.pid
    process.kill()
    process.wait()


def leave(folder: Path, starter: int, browser: int = 0, *, is_headless: bool = True) -> Path:
    profile = folder / f"{PREFIX}{len(list(folder.iterdir()))}"
    profile.mkdir()
    note = {"starter": starter, "browser": browser, "is_headless": is_headless}
    (profile / NOTE).write_text(json.dumps(note))
    return profile


def test_what_a_dead_process_left_goes(tmp_path: Path, gone: int, alive: int) -> None:
    left = leave(tmp_path, gone)
    ended = leave(tmp_path, gone, gone)
    reused = leave(tmp_path, gone, alive)  # the id is another process's by now
    used = leave(tmp_path, alive)
    sweep(tmp_path, PREFIX)
    assert [one.exists() for one in (left, ended, reused, used)] == [False, False, False, True]
    assert is_alive(alive)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"starter": "x", "browser": 1}', "{"])
def test_what_has_no_note_of_ours_stays(tmp_path: Path, text: str) -> None:
    profile = tmp_path / f"{PREFIX}x"
    profile.mkdir()
    (profile / NOTE).write_text(text)
    (tmp_path / f"{PREFIX}bare").mkdir()
    assert read_note(profile) is None
    sweep(tmp_path, PREFIX)
    assert len(list(tmp_path.iterdir())) == 2


def test_a_link_is_not_followed(tmp_path: Path, gone: int) -> None:
    elsewhere = leave(tmp_path, gone).rename(tmp_path / "elsewhere")
    (tmp_path / f"{PREFIX}link").symlink_to(elsewhere)
    sweep(tmp_path, PREFIX)
    assert (elsewhere / NOTE).exists()


def test_who_started_it_is_noted(tmp_path: Path) -> None:
    write_note(tmp_path, browser=7, is_headless=True)
    note = read_note(tmp_path)
    assert note is not None
    assert (note.starter, note.browser, note.is_headless) == (os.getpid(), 7, True)
    write_note(tmp_path / "absent", browser=7, is_headless=True)


STARTER = """
import asyncio, os, sys
from session_inspector.devserver.attach.browser.finding import find_browser
from session_inspector.devserver.attach.browser.launching import LaunchedBrowser
async def main():
    installed = find_browser("chromium", sys.platform, os.environ)
    browser = LaunchedBrowser(installed, is_headless=True)
    await browser.start()
    print(browser.profile, browser.process_id, flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
"""


async def start_another() -> None:
    installed = find_browser("chromium", sys.platform, os.environ)
    browser = LaunchedBrowser(installed, is_headless=True)
    try:
        await browser.start()
        assert browser.is_running
    finally:
        await browser.close()


def test_after_kill_9_the_browser_and_its_profile_go_at_the_next_start() -> None:
    binary("chromium")
    killed = subprocess.Popen([sys.executable, "-c", STARTER], stdout=subprocess.PIPE, text=True)
    assert killed.stdout is not None
    where, process = killed.stdout.readline().split()
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    killed.stdout.close()
    profile = Path(where)
    assert runs_on(int(process), profile), "the browser has outlived it"
    asyncio.run(start_another())
    eventually(lambda: not is_alive(int(process)))
    sweep(profile.parent, PREFIX)  # what the ended browser may have written meanwhile
    assert not profile.exists()

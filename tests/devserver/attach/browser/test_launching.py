"""A real browser starts with a profile of its own, and leaves nothing behind."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from pathlib import Path

import psutil
import pytest

from session_inspector.devserver.attach.browser.finding import Installed, find_browser
from session_inspector.devserver.attach.browser.launching import (
    AFTER_OTHERS,
    LaunchedBrowser,
    read_endpoint,
)
from session_inspector.devserver.core.errors import BrowserUnavailable
from tests.servers import binary


@pytest.mark.parametrize(
    ("name", "command"), [("chromium", "chromium"), ("firefox", "firefox-esr")]
)
async def test_its_port_is_on_loopback_and_its_profile_goes_with_it(
    name: str, command: str
) -> None:
    binary(command)
    browser = LaunchedBrowser(find_browser(name, sys.platform, os.environ), is_headless=True)
    assert browser.profile.stat().st_mode & 0o077 == 0
    url = await browser.start()
    assert url.startswith("ws://127.0.0.1:")
    assert browser.is_running
    assert not answers_elsewhere(int(url.split(":")[2].partition("/")[0]))
    await browser.close()
    assert not browser.profile.exists()


FAKE = """#!/bin/sh
for word; do case "$word" in --user-data-dir=*) profile="${word#*=}";; esac; done
sleep 60 &
printf '1\\n/devtools' > "$profile/DevToolsActivePort"
wait
"""
"""A browser with a helper; as root, Chromium gives its threads priorities of its own."""


async def test_one_that_is_watched_runs_after_other_programs(tmp_path: Path) -> None:
    path = tmp_path / "browser"
    path.write_text(FAKE)
    path.chmod(0o755)
    installed = Installed(name="chromium", engine="chromium", path=str(path))
    browser = LaunchedBrowser(installed, is_headless=True, nice=AFTER_OTHERS)
    await browser.start()
    helpers = psutil.Process(browser.process_id).children()
    given = [one.nice() for one in helpers]
    of_session = read_session_priority(browser.process_id)
    await browser.close()
    assert given == [AFTER_OTHERS]
    assert of_session in (AFTER_OTHERS, None)


def read_session_priority(process: int) -> int | None:
    """Return the priority of a process's session; None: this system has none."""
    try:
        text = Path(f"/proc/{process}/autogroup").read_text()
    except OSError:
        return None
    return int(text.split()[-1])


def test_each_engine_is_told_in_its_own_way_which_names_are_this_machine() -> None:
    chromium = Installed(name="chromium", engine="chromium", path="/chromium")
    firefox = Installed(name="firefox", engine="firefox", path="/firefox")
    made = LaunchedBrowser(chromium, is_headless=True, hosts=["app.test", "b.test"])
    rules = "--host-resolver-rules=MAP app.test 127.0.0.1,MAP b.test 127.0.0.1"
    assert rules in made._command()
    other = LaunchedBrowser(firefox, is_headless=True, hosts=["app.test"])
    assert not [flag for flag in other._command() if "app.test" in flag]
    other._write_preferences()
    written = (other.profile / "user.js").read_text()
    assert 'user_pref("network.dns.localDomains", "app.test");' in written
    for browser in (made, other):
        shutil.rmtree(browser.profile)


def answers_elsewhere(port: int) -> bool:
    """Check whether a port answers at an address of this machine that is not 127.0.0.1."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.2", port)) == 0


async def test_what_ends_at_once_is_told_with_its_last_words(tmp_path: Path) -> None:
    path = tmp_path / "broken"
    path.write_text("#!/bin/sh\necho no display >&2\n")
    path.chmod(0o700)
    installed = Installed(name="broken", engine="chromium", path=str(path))
    browser = LaunchedBrowser(installed, is_headless=True)
    with pytest.raises(BrowserUnavailable, match="broken ended at once: no display"):
        await browser.start()
    await browser.close()
    assert not browser.profile.exists()


async def test_what_cannot_be_started_is_told(tmp_path: Path) -> None:
    installed = Installed(name="none", engine="firefox", path=str(tmp_path / "none"))
    browser = LaunchedBrowser(installed, is_headless=True)
    with pytest.raises(BrowserUnavailable, match="cannot be started"):
        await browser.start()
    await browser.close()


@pytest.mark.parametrize("text", ["", "x", "12", "12\nno path", '{"ws_port": "x"}', "[1", "[]"])
def test_half_a_file_is_no_port_yet(tmp_path: Path, text: str) -> None:
    for name in ("DevToolsActivePort", "WebDriverBiDiServer.json"):
        (tmp_path / name).write_text(text)
    assert read_endpoint(tmp_path, "chromium") == ""
    assert read_endpoint(tmp_path, "firefox") == ""

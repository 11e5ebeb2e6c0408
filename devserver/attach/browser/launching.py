"""Starts a browser with a profile of its own, and leaves nothing of it behind.

The debugging port is on loopback and chosen by the browser, which writes it into its profile:

    Chromium    DevToolsActivePort          the port, and the path of the websocket
    Firefox     WebDriverBiDiServer.json    {ws_host, ws_port}
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess  # nosec B404 # see below
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from session_inspector.devserver.attach.browser.finding import Engine, Installed
from session_inspector.devserver.attach.browser.leftovers import sweep, write_note
from session_inspector.devserver.core.clock import stopwatch
from session_inspector.devserver.core.errors import BrowserUnavailable
from session_inspector.devserver.core.json.reading import read_json
from session_inspector.devserver.core.values import Seconds

START_SECONDS: Seconds = 60.0
"""A busy machine takes its time."""
STOP_SECONDS: Seconds = 5.0
BETWEEN: Seconds = 0.05
"""Seconds between two looks into the profile: a file wakes nobody."""
AFTER_OTHERS = 5
"""Priority of a browser that a screen watches, as `nice` counts: 0 is everybody's, 19 the last."""
PREFIX = "session-inspector-browser-"
"""What the folder of a profile is called."""
CHROMIUM_FLAGS = (
    "--remote-debugging-port=0",  # on loopback only, unless it is told otherwise
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-search-engine-choice-screen",
    "--password-store=basic",
    "--use-mock-keychain",
)
FIREFOX_PREFERENCES: Mapping[str, bool | int | str] = {
    "browser.aboutwelcome.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.update.enabled": False,
    "app.normandy.enabled": False,
}


class LaunchedBrowser:
    """A browser that we started: its process, and its profile."""

    def __init__(
        self,
        installed: Installed,
        *,
        is_headless: bool,
        flags: Sequence[str] = (),
        preferences: Mapping[str, bool | int | str] | None = None,
        hosts: Sequence[str] = (),
        nice: int = 0,
    ) -> None:
        """`hosts` are names that it takes for this machine, without asking anybody.

        `nice` is its priority: 0 is everybody's, with more it runs after others.
        """
        self._nice = nice
        self._installed = installed
        self._is_headless = is_headless
        self._flags = [*flags, *_flags_of(installed, hosts)]
        self._preferences = {**FIREFOX_PREFERENCES, **(preferences or {})}
        if hosts:
            self._preferences["network.dns.localDomains"] = ",".join(hosts)
        self.profile = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> str:
        """Return the URL of the browser's websocket. Raises: BrowserUnavailable."""
        await asyncio.to_thread(sweep, self.profile.parent, PREFIX)
        write_note(self.profile, browser=0, is_headless=self._is_headless)
        if self._installed.engine == "firefox":
            self._write_preferences()
        self._spawn()
        write_note(self.profile, browser=self.process_id, is_headless=self._is_headless)
        return await self._wait_for_port()

    def _spawn(self) -> None:
        with (self.profile / "stderr.txt").open("wb") as errors:
            try:
                self._process = subprocess.Popen(  # nosec B603 # a list of ours, without a shell
                    self._command(),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=errors,
                    # what it leaves among temporary files goes with its profile
                    env={**os.environ, "TMPDIR": str(self.profile)},
                    start_new_session=True,  # Ctrl+C is for us; its children end with it
                )
            except OSError as error:
                raise BrowserUnavailable(
                    f"{self._installed.path} cannot be started ({error.strerror})"
                ) from error
        if self._nice:
            _let_others_first(self._process.pid, self._nice)

    @property
    def is_running(self) -> bool:
        """False: it was closed, or crashed."""
        return self._process is not None and self._process.poll() is None

    @property
    def process_id(self) -> int:
        """Of its process, which leads a group of its own; 0: it was not started."""
        if self._process is None:
            return 0
        return self._process.pid

    async def was_closed(self) -> bool:
        """Wait until it has ended; returns whether that was on purpose, and no crash."""
        if self._process is None:
            return False
        try:
            return await asyncio.to_thread(self._process.wait, STOP_SECONDS) == 0
        except subprocess.TimeoutExpired:
            return False

    async def close(self) -> None:
        """End the browser, and remove its profile."""
        if self._process is not None:
            await asyncio.to_thread(_end, self._process)
        await asyncio.to_thread(_remove, self.profile)

    def _command(self) -> list[str]:
        path = self._installed.path
        if self._installed.engine == "firefox":
            command = [path, "--no-remote", "--profile", str(self.profile)]
            command.append("--remote-debugging-port=0")
            if self._is_headless:
                command.append("--headless")
            return [*command, *self._flags, "about:blank"]
        command = [path, *CHROMIUM_FLAGS, f"--user-data-dir={self.profile}"]
        if self._is_headless:
            command.append("--headless=new")
        if sys.platform == "linux" and os.geteuid() == 0:
            command.append("--no-sandbox")  # as root Chromium does not start with it
        return [*command, *self._flags, "about:blank"]

    def _write_preferences(self) -> None:
        lines = [
            f'user_pref("{name}", {_to_script(value)});'
            for name, value in self._preferences.items()
        ]
        (self.profile / "user.js").write_text("\n".join(lines) + "\n")

    async def _wait_for_port(self) -> str:
        end = stopwatch() + START_SECONDS
        while stopwatch() < end:
            url = read_endpoint(self.profile, self._installed.engine)
            if url:
                return url
            if not self.is_running:
                raise BrowserUnavailable(
                    f"{self._installed.name} ended at once{_last_line(self.profile)}"
                )
            await asyncio.sleep(BETWEEN)
        raise BrowserUnavailable(f"{self._installed.name} has opened no debugging port")


def _flags_of(installed: Installed, hosts: Sequence[str]) -> list[str]:
    if not hosts or installed.engine == "firefox":
        return []
    rules = ",".join(f"MAP {host} 127.0.0.1" for host in hosts)
    return [f"--host-resolver-rules={rules}"]


def read_endpoint(profile: Path, engine: Engine) -> str:
    """Return the websocket's URL that a browser wrote into its profile; empty: not yet."""
    try:
        if engine == "firefox":
            return _read_firefox((profile / "WebDriverBiDiServer.json").read_text())
        return _read_chromium((profile / "DevToolsActivePort").read_text())
    except OSError:
        return ""


def _read_chromium(text: str) -> str:
    port, _, path = text.strip().partition("\n")
    if not port.isdecimal() or not path.startswith("/"):
        return ""
    return f"ws://127.0.0.1:{port}{path}"


def _read_firefox(text: str) -> str:
    try:
        found = read_json(text)
    except ValueError:
        return ""
    if not isinstance(found, dict) or not isinstance(found.get("ws_port"), int):
        return ""
    return f"ws://{found.get('ws_host', '127.0.0.1')}:{found['ws_port']}/session"


def _to_script(value: bool | int | str) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    return f'"{value}"'


def _last_line(profile: Path) -> str:
    """Return what it last said on stderr, for a person."""
    try:
        lines = (profile / "stderr.txt").read_text(errors="replace").strip().splitlines()
    except OSError:
        return ""
    if not lines:
        return ""
    return f": {lines[-1][:200]}"


def _let_others_first(group: int, nice: int) -> None:
    """Let a browser run after other programs where all want the CPUs: also after our own screen.

    Where Linux shares the CPUs among sessions, the priority of a process counts in its own only:
    the browser's session gets the same.
    """
    with suppress(OSError, AttributeError):  # Windows has no such priorities
        os.setpriority(os.PRIO_PGRP, group, nice)
    with suppress(OSError):  # only Linux has it
        Path(f"/proc/{group}/autogroup").write_text(str(nice))


def _end(process: subprocess.Popen[bytes]) -> None:
    _signal(process, signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        pass
    finally:
        _signal(process, getattr(signal, "SIGKILL", signal.SIGTERM))
        process.wait()


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    """Signal a browser and its helpers, which share its process group."""
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, number)
        elif process.poll() is None:
            process.terminate()


def _remove(profile: Path) -> None:
    """Remove a profile; on Windows a helper may hold a file for a moment longer."""
    for _ in range(20):
        shutil.rmtree(profile, ignore_errors=True)
        if not profile.exists():
            return

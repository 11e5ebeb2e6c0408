"""The app's command as a process group of its own: its lines, its end, and nothing left of it.

The group has a session of its own, so that ctrl+c in the terminal reaches us alone. What has left
it (a daemon, whose parents are gone) is known by a variable that all processes inherit. A small
shell beside the group, the guard, holds a pipe to us: when we are killed it kills the group.
"""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess  # nosec B404 # see below
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, TypeAlias

import psutil

from session_inspector.devserver.core.clock import stopwatch
from session_inspector.devserver.core.events.process import Stream
from session_inspector.devserver.core.values import Seconds

MARK = "SESSION_INSPECTOR_RUN"
"""The variable; its value is of one run."""
BROWSERS = re.compile(r"chrom|firefox|msedge|brave|opera|vivaldi|safari", re.IGNORECASE)
DRIVEN = ("--headless", "--remote-debugging", "-marionette", "--type=")
"""Options of a browser that a program drives, and of its helpers."""
GRACE = 5.0
"""Seconds between SIGTERM and SIGKILL."""
LOOK = 0.02
NOT_FOUND = 127
NOT_EXECUTABLE = 126
"""Exit codes of shells for a command that cannot be started."""
OF_A_SIGNAL = 128
LONGEST_LINE = 16_384
"""Characters of a line; what is longer comes in pieces."""
GUARD = (
    'read _; kill -TERM -"$1" 2>/dev/null && sleep 2 && kill -KILL -"$1" 2>/dev/null; kill -9 $$'
)

Hear: TypeAlias = Callable[[Stream, str], None]


class AppProcess:
    """One run of a command."""

    def __init__(
        self,
        command: Sequence[str],
        env: Mapping[str, str],
        folder: Path,
        hear: Hear,
        when_ended: Callable[[int], None],
    ) -> None:
        """Take what to start; `hear` and `when_ended` are called from threads of their own."""
        self._command = command
        self._mark = secrets.token_hex(8)
        self._env = {**env, MARK: self._mark}
        self._folder = folder
        self._hear = hear
        self._when_ended = when_ended
        self._process: subprocess.Popen[str] | None = None
        self._guard: subprocess.Popen[bytes] | None = None
        self._over = threading.Event()
        self._known: dict[int, psutil.Process] = {}
        """Processes that were seen below it: one may leave the group."""
        self.is_asked_to_end = False
        self.code: int | None = None
        """How it ended; None: it runs."""

    @property
    def pid(self) -> int:
        """The first process's id, which is its group's."""
        if self._process is None:
            return 0
        return self._process.pid

    def start(self, *, takes_stdin: bool = False) -> None:
        """Start it. Raises: OSError.

        Its stdin is a pipe that never ends: development servers stop when theirs does.
        """
        stdin: int | None = subprocess.PIPE
        if takes_stdin:
            stdin = None  # ours
        self._process = subprocess.Popen(  # nosec B603 # the developer's own command, no shell
            list(self._command),
            env=self._env,
            cwd=self._folder,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        self._guard = _start_guard(self._process.pid)
        readers = [
            self._read("stdout", self._process.stdout),
            self._read("stderr", self._process.stderr),
        ]
        threading.Thread(target=self._await_end, args=(readers,), name="app", daemon=True).start()

    def wait(self, seconds: Seconds | None = None) -> bool:
        """Wait for the end of its first process and its output; False: it still runs."""
        return self._over.wait(seconds)

    def members(self) -> list[psutil.Process]:
        """Return the processes of the app that live: below its first one, and of its group."""
        for process in _below(self.pid):
            self._known[process.pid] = process
        for process in _of_group(self.pid):
            self._known[process.pid] = process
        return [process for process in self._known.values() if _lives(process)]

    def stop(self) -> None:
        """End all its processes: SIGTERM first, SIGKILL after a while; idempotent."""
        if self._process is None:
            return
        self.is_asked_to_end = True
        self._find_strays()
        self._signal_all(signal.SIGTERM)
        self._await_gone(GRACE)
        self._find_strays()
        self._signal_all(signal.SIGKILL)
        self._await_gone(GRACE)  # a kill takes effect a moment later
        self._over.wait(GRACE)
        self._dismiss_guard()

    def _await_gone(self, seconds: Seconds) -> None:
        """Wait until none of its processes lives, but no longer than some seconds."""
        end = stopwatch() + seconds
        while self.members() and stopwatch() < end:
            threading.Event().wait(LOOK)

    def _find_strays(self) -> None:
        """Find its processes that have left the group: reading all environments takes a moment."""
        for process in _of_mark(self._mark):
            self._known[process.pid] = process

    def _signal_all(self, number: int) -> None:
        members = self.members()
        if members:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, number)
        for process in members:
            with suppress(psutil.Error, OSError):
                if os.getpgid(process.pid) != self.pid:
                    process.send_signal(number)

    def _read(self, name: Stream, source: IO[str] | None) -> threading.Thread:
        def read() -> None:
            if source is None:
                return
            for text in iter(lambda: source.readline(LONGEST_LINE), ""):
                self._hear(name, text.rstrip("\n"))
            source.close()

        reader = threading.Thread(target=read, name=f"app {name}", daemon=True)
        reader.start()
        return reader

    def _await_end(self, readers: Iterable[threading.Thread]) -> None:
        if self._process is None:
            return
        code = self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
        for reader in readers:
            reader.join(1)  # a child that runs on may hold the pipes
        self.code = code
        if code < 0:
            self.code = OF_A_SIGNAL - code
        self._over.set()
        self._when_ended(self.code)
        if not self.members():
            self._dismiss_guard()

    def _dismiss_guard(self) -> None:
        guard = self._guard
        self._guard = None
        if guard is None:
            return
        guard.kill()
        guard.wait()
        if guard.stdin is not None:
            guard.stdin.close()


def _start_guard(group: int) -> subprocess.Popen[bytes] | None:
    """Start the shell that ends a group when our end of its pipe is closed, however we end."""
    try:
        return subprocess.Popen(  # nosec B603 # a script of ours and a number
            ["/bin/sh", "-c", GUARD, "session-inspector-guard", str(group)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return None  # no shell: only a crash of ours would leave the app running


def _below(pid: int) -> list[psutil.Process]:
    try:
        first = psutil.Process(pid)
        return [first, *first.children(recursive=True)]
    except psutil.Error:
        return []


def _of_group(group: int) -> list[psutil.Process]:
    """Return the processes whose group or session an id is, though their parents are gone."""
    found = []
    for pid in psutil.pids():
        with suppress(OSError, psutil.Error):
            if group in (os.getpgid(pid), os.getsid(pid)):
                found.append(psutil.Process(pid))
    return found


def _of_mark(mark: str) -> list[psutil.Process]:
    """Return the processes that have inherited a mark, as far as the system shows environments."""
    found = []
    for process in psutil.process_iter():
        with suppress(OSError, psutil.Error):
            if process.environ().get(MARK) == mark and not _is_for_people(process):
                found.append(process)
    return found


def _is_for_people(process: psutil.Process) -> bool:
    """Check for a browser that the app has opened for the developer: it is theirs, and stays."""
    if BROWSERS.search(process.name()) is None:
        return False
    return not any(word.startswith(DRIVEN) for word in process.cmdline())


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False

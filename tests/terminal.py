"""A program in a pseudo-terminal: what it writes and when, and keys for it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
from collections.abc import Callable, Mapping, Sequence

from session_inspector.devserver.core.clock import stopwatch
from tests.waiting import PATIENCE

ESCAPES = re.compile(
    rb"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI
    rb"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"  # OSC
    rb"|\x1bP.*?\x1b\\"  # DCS
    rb"|\x1b[()][A-Z0-9]|\x1b[=>78c]",
    re.DOTALL,
)
SYNC_ASKED = b"\x1b[?2026$p"
SYNC_ANSWER = b"\x1b[?2026;2$y"
"""Synchronized output: with it, each repaint begins with `SYNC_BEGIN`."""
SYNC_BEGIN = b"\x1b[?2026h"


def plain(raw: bytes) -> str:
    """Return what a terminal shows of a stream: its escape sequences left out."""
    return ESCAPES.sub(b"", raw).decode("utf-8", "replace")


class Terminal:
    """A context that runs a program in a terminal of 120 by 40, and ends it."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        cwd: str,
        size: tuple[int, int] = (120, 40),
    ) -> None:
        self.raw = b""
        """All that was written."""
        self.code: int | None = None
        """The exit code, once it has ended; negative for a signal."""
        self.began = stopwatch()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            try:
                os.chdir(cwd)
                os.execvpe(command[0], list(command), _environment(env))
            except OSError:
                os._exit(127)
        packed = struct.pack("HHHH", size[1], size[0], 0, 0)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, packed)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self.code is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            self._reap(0)
        os.close(self._fd)

    def hang_up(self) -> None:
        """Close the terminal, as a window that is closed does."""
        os.close(self._fd)
        self._fd = os.open(os.devnull, os.O_RDONLY)

    def send(self, keys: str) -> None:
        """Press keys."""
        os.write(self._fd, keys.encode())

    def wait(self, is_there: Callable[[bytes], bool], seconds: float, since: int = 0) -> float:
        """Return seconds from the spawn until what was written after `since` is as wanted.

        Raises: TimeoutError, with the end of what was written.
        """
        limit = stopwatch() + seconds
        while not is_there(self.raw[since:]):
            if not self._read(max(0.0, limit - stopwatch())):
                raise TimeoutError(f"not seen; it ends with {plain(self.raw[-4000:])[-800:]!r}")
        return stopwatch() - self.began

    def wait_for(self, text: str, seconds: float = PATIENCE, since: int = 0) -> float:
        """Return seconds from the spawn until a text stands on the screen. Raises: TimeoutError."""
        return self.wait(lambda raw: text in plain(raw), seconds, since)

    def listen(self, seconds: float) -> bytes:
        """Return what is written within so many seconds."""
        start = len(self.raw)
        limit = stopwatch() + seconds
        while (left := limit - stopwatch()) > 0 and self.code is None:
            self._read(left)
        return self.raw[start:]

    def wait_end(self, seconds: float = PATIENCE) -> int:
        """Return the exit code. Raises: TimeoutError when it goes on."""
        limit = stopwatch() + seconds
        while self.code is None:
            if not self._read(max(0.0, limit - stopwatch())) and self.code is None:
                raise TimeoutError("it has not ended")
        return self.code

    def cpu_seconds(self) -> float:
        """Return the CPU time of the program, its threads included (proc(5), utime and stime)."""
        with open(f"/proc/{self.pid}/stat", encoding="utf-8") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def main_cpu_seconds(self) -> float:
        """Return the CPU time of its main thread, which draws."""
        return _schedstat(f"/proc/{self.pid}/task/{self.pid}")[0]

    def threads_cpu_seconds(self) -> float:
        """Return the CPU time of its threads, to the nanosecond."""
        tasks = f"/proc/{self.pid}/task"
        return sum(_schedstat(f"{tasks}/{name}")[0] for name in os.listdir(tasks))

    def waited(self) -> float:
        """Return seconds that its main thread and we have been ready, and waited for a CPU."""
        places = (f"/proc/{self.pid}/task/{self.pid}", "/proc/self")
        return sum(_schedstat(place)[1] for place in places)

    def _read(self, seconds: float) -> bool:
        """Take what there is; False when there was nothing in time, or nothing will come."""
        if self.code is not None or not select.select([self._fd], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self._fd, 1 << 18)
        except OSError:  # Linux says EIO when the program has closed its side
            data = b""
        if not data:
            self._reap(0)
            return False
        self.raw += data
        if SYNC_ASKED in data:
            os.write(self._fd, SYNC_ANSWER)
        return True

    def _reap(self, options: int) -> None:
        _, status = os.waitpid(self.pid, options)
        self.code = os.waitstatus_to_exitcode(status)


def _schedstat(folder: str) -> tuple[float, float]:
    """Return seconds on a CPU and on a run queue (Documentation/scheduler/sched-stats)."""
    with open(f"{folder}/schedstat", encoding="utf-8") as file:
        cpu, queue, _ = file.read().split()
    return int(cpu) / 1e9, int(queue) / 1e9


def _environment(env: Mapping[str, str]) -> dict[str, str]:
    base = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    if "COVERAGE_PROCESS_CONFIG" in os.environ:  # the program is measured as the tests are
        base["COVERAGE_PROCESS_CONFIG"] = os.environ["COVERAGE_PROCESS_CONFIG"]
    return {**base, "LANG": "C.UTF-8", **env}

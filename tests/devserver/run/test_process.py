"""A command as a group of processes: its lines, its code, and nothing left of it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from session_inspector.devserver.core.events.process import Stream
from session_inspector.devserver.run.process import AppProcess
from tests.servers import is_alive
from tests.waiting import PATIENCE, eventually


class Heard:
    def __init__(self) -> None:
        self.lines: list[tuple[Stream, str]] = []
        self.codes: list[int] = []
        self.process: AppProcess | None = None

    def start(self, *command: str) -> AppProcess:
        self.process = AppProcess(
            command,
            {"PATH": os.environ["PATH"]},
            Path.cwd(),
            lambda stream, text: self.lines.append((stream, text)),
            self.codes.append,
        )
        self.process.start()
        return self.process

    def numbers(self) -> list[int]:
        return [int(text) for _, text in self.lines if text.isdecimal()]


@pytest.fixture
def heard() -> Iterator[Heard]:
    found = Heard()
    yield found
    if found.process is not None:
        found.process.stop()


def test_lines_of_both_streams_and_the_exit_code_are_heard(heard: Heard) -> None:
    process = heard.start("sh", "-c", "echo out; echo wrong >&2; exit 3")
    assert process.wait(PATIENCE)
    eventually(lambda: heard.codes)
    assert sorted(heard.lines) == [("stderr", "wrong"), ("stdout", "out")]
    assert heard.codes == [3]
    assert not process.is_asked_to_end


def test_a_signal_is_counted_as_shells_do(heard: Heard) -> None:
    process = heard.start("sh", "-c", "kill -9 $$")
    assert process.wait(PATIENCE)
    assert process.code == 137


def test_its_stdin_does_not_end(heard: Heard) -> None:
    process = heard.start("sh", "-c", "echo begun; read line; echo ended")
    eventually(lambda: heard.lines)
    assert not process.wait(0)


def test_what_is_below_it_ends_with_it_even_in_a_session_of_its_own(heard: Heard) -> None:
    apart = (
        "import os,subprocess,time;"
        "p=subprocess.Popen(['sleep','60'],start_new_session=True);"
        "print(p.pid,flush=True);time.sleep(60)"
    )
    process = heard.start("sh", "-c", f'sleep 60 & echo $!; {sys.executable} -c "{apart}"')
    eventually(lambda: len(heard.numbers()) == 2)
    process.members()
    process.stop()
    assert not [pid for pid in heard.numbers() if is_alive(pid)]


DAEMON = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        print(os.getpid(), flush=True)
        time.sleep(60)
    os._exit(0)
os.wait()
"""


def test_a_daemon_that_has_left_the_group_ends_too_though_it_ignores_sigterm(heard: Heard) -> None:
    process = heard.start(sys.executable, "-c", f"{DAEMON}\ntime.sleep(60)")
    (daemon,) = eventually(heard.numbers)
    process.stop()
    assert not is_alive(daemon)


def test_a_daemon_of_a_command_that_has_ended_ends_too(heard: Heard) -> None:
    process = heard.start(sys.executable, "-c", DAEMON)
    (daemon,) = eventually(heard.numbers)
    eventually(lambda: process.code is not None)
    assert is_alive(daemon)
    process.stop()
    assert not is_alive(daemon)


def test_a_browser_that_the_app_opened_for_people_stays(heard: Heard, tmp_path: Path) -> None:
    """Vite's --open: it is the developer's own browser, with other tabs."""
    browser = tmp_path / "chromium"
    shutil.copy(shutil.which("sleep") or "", browser)
    start = (
        "import subprocess, sys; print(subprocess.Popen(sys.argv[1:], start_new_session=True).pid)"
    )
    process = heard.start(sys.executable, "-c", start, str(browser), "60")
    (opened,) = eventually(heard.numbers)
    eventually(lambda: process.code is not None)
    process.stop()
    assert is_alive(opened)
    os.kill(opened, signal.SIGKILL)


def test_what_its_first_process_leaves_behind_is_ended_too(heard: Heard) -> None:
    process = heard.start("sh", "-c", "sleep 60 >/dev/null 2>&1 & echo $!")
    assert process.wait(PATIENCE)
    (left,) = heard.numbers()
    assert is_alive(left)
    process.stop()
    assert not is_alive(left)


def test_a_command_that_is_not_there_raises(heard: Heard) -> None:
    with pytest.raises(FileNotFoundError):
        heard.start("no-such-command-here")


KILLED = """
import os, sys, threading
from pathlib import Path
from session_inspector.devserver.run.process import AppProcess
process = AppProcess(
    ["sleep", "60"], {"PATH": os.environ["PATH"]}, Path.cwd(), print, lambda code: None
)
process.start()
print(process.pid, flush=True)
threading.Event().wait()
"""


def test_it_ends_when_we_are_killed() -> None:
    us = subprocess.Popen([sys.executable, "-c", KILLED], stdout=subprocess.PIPE, text=True)
    assert us.stdout is not None
    pid = int(us.stdout.readline())
    assert is_alive(pid)
    us.send_signal(signal.SIGKILL)
    us.wait(PATIENCE)
    us.stdout.close()
    eventually(lambda: not is_alive(pid))


def test_no_thread_waits_for_an_app_that_has_ended(heard: Heard) -> None:
    others = set(threading.enumerate())
    process = heard.start("true")
    assert process.wait(PATIENCE)
    eventually(lambda: not [t for t in set(threading.enumerate()) - others if "app" in t.name])

"""However the app ends, the terminal is as it was, and nothing lives on unseen."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.terminal import Terminal, plain
from tests.waiting import PATIENCE, eventually

APP = [sys.executable, "-m", "session_inspector"]
LEFT_ON = re.compile(rb"\x1b\[\?(1049|1000|1003|1004|1006|1015|2004|25)([hl])")
"""Alternate screen, mouse reports, focus reports, bracketed paste, the cursor."""
BROKEN = """
import sys
from session_inspector.inspector.ui.screens.live import LiveScreen

def draw(self, view):
    if view.state.lab.base_url:
        raise KeyError("a secret value")

LiveScreen.draw = draw
from session_inspector.inspector.entry import main
main()
"""
"""The app with a screen that fails once there is something to show."""

INTERRUPTED = """
import os, signal, sys, threading
from session_inspector.inspector.ui.showing import Endings

def lines_before(number):
    seen = 0
    def trace(*_):
        nonlocal seen
        seen += 1
        if seen == number:
            signal.raise_signal(signal.SIGTERM)
        return trace
    with Endings(None) as endings:
        late = threading.Timer(1, os.kill, (os.getpid(), signal.SIGTERM))
        late.start()
        sys.settrace(trace)
        endings.wait()
        sys.settrace(None)
        late.cancel()
        assert endings.code == 143
    return seen

number = 1
while lines_before(number) >= number:
    number += 1
assert number > 2
"""
"""A signal at each line that waits for it, those of the standard library too."""


def opened(tmp_path: Path, *arguments: str, command: list[str] | None = None) -> Terminal:
    env = {
        "HOME": str(tmp_path),
        "XDG_STATE_HOME": str(tmp_path),
        "PYTHONPATH": os.getcwd(),
    }
    return Terminal([*(command or APP), *arguments], env=env, cwd=str(tmp_path))


def changed_modes(raw: bytes) -> set[str]:
    """Return the modes of the terminal that are not as they were at the start."""
    last = {found[1].decode(): found[2] for found in LEFT_ON.finditer(raw)}
    assert "1049" in last, "it was on the alternate screen"
    return {mode for mode, state in last.items() if (state == b"h") != (mode == "25")}


def token_files(tmp_path: Path) -> list[str]:
    return [path.name for path in (tmp_path / "session-inspector").glob("token-*")]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize(
    "arguments", [("--store", "memory://", "--port", "0"), ("attach", "http://127.0.0.1:1")]
)
def test_a_signal_ends_it_and_restores_the_terminal(
    tmp_path: Path, number: signal.Signals, arguments: tuple[str, ...]
) -> None:
    with opened(tmp_path, *arguments) as app:
        app.wait_for("http://127.0.0.1:")
        eventually(lambda: token_files(tmp_path))
        os.kill(app.pid, number)
        assert app.wait_end() == 128 + number
        assert changed_modes(app.raw) == set()
        assert "Traceback" not in plain(app.raw)
    assert token_files(tmp_path) == []


def test_a_key_ends_it_and_restores_the_terminal(tmp_path: Path) -> None:
    with opened(tmp_path, "--store", "memory://", "--port", "0") as app:
        app.wait_for("http://127.0.0.1:")
        app.send("q")
        assert app.wait_end() == 0
        assert changed_modes(app.raw) == set()


def test_ctrl_z_gives_the_terminal_to_the_shell_and_fg_brings_it_back(tmp_path: Path) -> None:
    program = " ".join([*APP, "--store", "memory://", "--port", "0"])
    script = f"{program}; echo the shell has it; fg"
    with opened(tmp_path, command=["bash", "-mc", script]) as app:
        wait_until_it_rests(app)
        app.send("\x1a")
        app.wait_for("the shell has it")
        before = len(app.raw)
        app.wait_for("First minute", since=before)
        app.send("q")
        assert app.wait_end() == 0
        assert changed_modes(app.raw) == set()


def test_whoever_stops_it_and_lets_it_go_on_sees_all_of_it(tmp_path: Path) -> None:
    with opened(tmp_path, "--store", "memory://", "--port", "0") as app:
        wait_until_it_rests(app)
        os.kill(app.pid, signal.SIGSTOP)
        before = len(app.raw)
        os.kill(app.pid, signal.SIGCONT)
        app.wait_for("First minute", since=before)
        app.send("q")
        assert app.wait_end() == 0


def wait_until_it_rests(app: Terminal) -> None:
    """Return when only the clock is drawn anew."""
    app.wait_for("First minute")
    for _ in range(3):
        app.wait_for("stateful", since=len(app.raw))


@pytest.mark.parametrize("shell", ["exec", "trap '' HUP; exec", "make"])
def test_a_terminal_that_is_closed_ends_it(tmp_path: Path, shell: str) -> None:
    """Also where nobody sends the signal, or whoever started it ignores that."""
    log = tmp_path / "pid"
    program = " ".join([*APP, "--store", "memory://", "--port", "0"])
    script = f"echo $$ > {log}; {shell} {program}"
    if shell == "make":
        (tmp_path / "Makefile").write_text(f"run:\n\t@echo $$$$ > {log}; exec {program}\n")
        script = "make run"
    with opened(tmp_path, command=["sh", "-c", script]) as app:
        app.wait_for("http://127.0.0.1:")
        pid = int(log.read_text())
        app.hang_up()
        eventually(lambda: not is_alive(pid))
    assert token_files(tmp_path) == []


def is_alive(pid: int) -> bool:
    """Check whether a process still runs; one that has ended and waits for its parent does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def test_a_screen_that_fails_is_one_line_and_the_lab_goes_on_until_ctrl_c(tmp_path: Path) -> None:
    command = [sys.executable, "-c", BROKEN]
    with opened(tmp_path, "--store", "memory://", "--port", "0", command=command) as app:
        app.wait_for("ctrl+c ends it")
        shown = plain(app.raw)
        line = next(line for line in shown.splitlines() if "the screen failed" in line)
        url = re.search(r"the lab still serves at (http://127\.0\.0\.1:[0-9]+), ctrl\+c", line)
        assert url is not None, line
        assert "KeyError" in line
        assert "a secret value" not in shown
        assert "Traceback (most" not in shown
        assert changed_modes(app.raw) == set()
        assert httpx.get(url[1], timeout=PATIENCE, trust_env=False).status_code == 200
        app.send("\x03")
        assert app.wait_end() == 70
    assert "KeyError" in (tmp_path / "session-inspector" / "crash.txt").read_text()


def test_a_failed_screen_before_a_proxy_says_where_that_serves(tmp_path: Path) -> None:
    command = [sys.executable, "-c", BROKEN]
    with opened(tmp_path, "attach", "http://127.0.0.1:1", command=command) as app:
        app.wait_for("ctrl+c ends it")
        assert "the proxy still serves at http://127.0.0.1:" in plain(app.raw)
        os.kill(app.pid, signal.SIGTERM)
        assert app.wait_end() == 70
    assert token_files(tmp_path) == []


def test_a_signal_ends_the_wait_wherever_it_comes() -> None:
    subprocess.run([sys.executable, "-c", INTERRUPTED], check=True, timeout=PATIENCE)


@pytest.mark.parametrize(
    "mode",
    [
        ("serve", "--store", "memory://", "--port", "0"),
        ("attach", "http://127.0.0.1:1", "--headless"),
    ],
)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stopping_with_a_reader_connected_prints_no_traceback(
    tmp_path: Path, mode: tuple[str, ...], number: signal.Signals
) -> None:
    env = {**os.environ, "HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)}
    server = subprocess.Popen(
        [*APP, *mode], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    server.stdout.readline()
    (file,) = (tmp_path / "session-inspector").glob("token-*")
    url = f"http://127.0.0.1:{file.name.removeprefix('token-')}/_inspect/events"
    headers = {"authorization": f"Bearer {file.read_text().strip()}"}
    with httpx.stream("GET", url, headers=headers, timeout=PATIENCE, trust_env=False) as reader:
        lines = reader.iter_lines()
        next(lines)
        server.send_signal(number)
        assert sum(1 for _ in lines) > 0, "what was there, and the end of the stream"
    _, told = server.communicate(timeout=PATIENCE)
    assert server.returncode == 0
    assert "Traceback" not in told
    assert "Cancel" not in told
    assert token_files(tmp_path) == []

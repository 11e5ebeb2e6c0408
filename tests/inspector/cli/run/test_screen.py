"""`run` with its screen: the app is seen, started again by a key, and ends with the screen."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.servers import children_of, is_alive
from tests.terminal import Terminal, plain
from tests.waiting import PATIENCE, eventually

APP = [sys.executable, "-u", "-m", "http.server", "-b", "127.0.0.1"]


def screen(tmp_path: Path, *command: str) -> Terminal:
    env = {"HOME": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[4])}
    words = [sys.executable, "-m", "session_inspector", "run", "--", *command]
    return Terminal(words, env=env, cwd=str(tmp_path))


def family(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        found += children_of(one)
    return found[1:]


def press_q(terminal: Terminal) -> None:
    terminal.send("q")


def press_ctrl_c(terminal: Terminal) -> None:
    terminal.send("\x03")


def terminate(terminal: Terminal) -> None:
    os.kill(terminal.pid, signal.SIGTERM)


@pytest.mark.parametrize("leave", [press_q, press_ctrl_c, terminate])
def test_whatever_ends_the_screen_ends_the_app(
    leave: Callable[[Terminal], None], tmp_path: Path
) -> None:
    with screen(tmp_path, "sh", "-c", f"sleep 60 & {' '.join(APP)} $PORT") as terminal:
        terminal.wait_for("the app listens", PATIENCE)
        below = family(terminal.pid)
        assert len(below) >= 3
        leave(terminal)
        terminal.wait_end(PATIENCE)
    eventually(lambda: not [pid for pid in below if is_alive(pid)])


def test_a_key_starts_the_app_again(tmp_path: Path) -> None:
    with screen(tmp_path, "sh", "-c", f"{' '.join(APP)} $PORT") as terminal:
        terminal.wait_for("the app listens", PATIENCE)
        terminal.send("\x12")  # ctrl+r
        terminal.wait_for("the app was started again", PATIENCE)
        press_q(terminal)
        terminal.wait_end(PATIENCE)


def test_a_crash_stays_on_the_screen(tmp_path: Path) -> None:
    with screen(tmp_path, "sh", "-c", "echo no database >&2; exit 3") as terminal:
        terminal.wait_for("the app crashed with exit code 3", PATIENCE)
        assert re.search("no database", plain(terminal.raw))
        press_q(terminal)
        assert terminal.wait_end(PATIENCE) == 0


def test_a_command_that_is_not_there_is_named_and_opens_no_screen(tmp_path: Path) -> None:
    with screen(tmp_path, "nope-at-all") as terminal:
        assert terminal.wait_end(PATIENCE) == 127
        assert "nope-at-all: No such file or directory. Fix: the command after --" in plain(
            terminal.raw
        )
        assert b"\x1b[?1049h" not in terminal.raw

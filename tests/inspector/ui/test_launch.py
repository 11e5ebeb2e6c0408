"""The app in a real terminal: attached, replayed, on bad input; through the command line."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import BinaryIO

import pytest

from session_inspector.devserver.core.access import VARIABLE
from tests.end_to_end.lab import running_lab
from tests.inspector.feed.test_record import recorded
from tests.inspector.sample import NOW, login, server

PATIENCE = 60.0
"""Seconds after which something never comes, on a busy machine too."""


class Terminal:
    """A process on a terminal of its own, 120 columns wide."""

    def __init__(
        self, folder: Path, *words: str, token: str = "", errors: BinaryIO | None = None
    ) -> None:
        self._main, other = pty.openpty()
        fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        env = {**os.environ, "HOME": str(folder), "TERM": "xterm-256color"}
        env |= {VARIABLE: token} if token else {}
        env |= {"XDG_STATE_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "session_inspector", *words],
            stdin=other,
            stdout=other,
            stderr=errors or other,
            env=env,
        )
        os.close(other)
        self.drawn = ""

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._main)

    def until(self, text: str) -> bool:
        """Read until a text is there; False when it does not come in time, or at the end."""
        last = time.perf_counter() + PATIENCE
        while text not in self.plain and time.perf_counter() < last:
            ready, _, _ = select.select([self._main], [], [], 1.0)
            try:
                found = os.read(self._main, 65_536) if ready else b""
            except OSError:  # the other side is closed
                return text in self.plain
            self.drawn += found.decode("utf-8", "replace")
        return text in self.plain

    @property
    def plain(self) -> str:
        """What was drawn, without colours and moves."""
        return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", self.drawn)

    def press(self, keys: str) -> None:
        os.write(self._main, keys.encode())

    def end(self) -> int:
        """Read to the end, and return the exit code."""
        self.until("\x00never")
        return self.process.wait(PATIENCE)


def test_a_recording_opens_in_a_terminal(tmp_path: Path) -> None:
    path = tmp_path / "tape.jsonl"
    recorded(path, [server(NOW - 10), *login("alice", NOW, 1, "lab:alice")])
    with Terminal(tmp_path, "replay", str(path)) as terminal:
        assert terminal.until("Alice Archer")
        assert terminal.until("recording 9 of 9")
        terminal.press("q")
        assert terminal.end() == 0


def test_with_stderr_in_a_file_it_is_drawn_on_stdout(tmp_path: Path) -> None:
    path = tmp_path / "tape.jsonl"
    log = tmp_path / "err.log"
    recorded(path, [server(NOW - 10), *login("alice", NOW, 1, "lab:alice")])
    with (
        log.open("wb") as errors,
        Terminal(tmp_path, "replay", str(path), errors=errors) as terminal,
    ):
        assert terminal.until("Alice Archer")
        terminal.press("q")
        assert terminal.end() == 0
        assert "\x1b[?1049l" in terminal.drawn, "the screen of before is back"
    assert b"\x1b" not in log.read_bytes()


def test_attach_shows_the_other_process_s_lab(tmp_path: Path) -> None:
    with (
        running_lab(tmp_path / "lab", store="memory://") as lab,
        Terminal(tmp_path, "attach", "--events", lab.base_url, token=lab.running.token) as terminal,
    ):
        assert terminal.until("First minute")
        terminal.press("l")
        assert terminal.until("Alice Archer")
        terminal.press("q")
        assert terminal.end() == 0


def test_the_lab_opens_records_and_says_so(tmp_path: Path) -> None:
    tape = tmp_path / "tape.jsonl"
    with Terminal(tmp_path, "--store", "memory://", "--record", str(tape)) as terminal:
        assert terminal.until("First minute")
        terminal.press("l")
        assert terminal.until("Alice Archer")
        terminal.press("q")
        assert terminal.end() == 0
        assert f"events in {tape}" in terminal.plain


def test_bad_keys_are_one_line_and_code_two(tmp_path: Path) -> None:
    config = tmp_path / "session-inspector" / "config.toml"
    config.parent.mkdir()
    config.write_text("[keys]\nlogin = 'q'\n")
    with Terminal(tmp_path) as terminal:
        assert terminal.end() == 2
        assert "'q' is the key of login already" in terminal.plain
        assert "Traceback" not in terminal.plain


@pytest.mark.parametrize("words", [[], ["attach", "http://127.0.0.1:1"], ["replay", "tape"]])
def test_without_a_terminal_it_is_one_line(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "tape").write_text("")
    done = subprocess.run(
        [sys.executable, "-m", "session_inspector", *words],
        cwd=tmp_path,
        env={**os.environ, "HOME": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "no terminal" in done.stderr

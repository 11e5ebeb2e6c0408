"""A panel below the app's output: erased before each line, cut to the width, gone at the end."""

from __future__ import annotations

import sys
from io import StringIO
from pathlib import Path

from session_inspector.inspector.cli.run.inline import InlinePanel, keep_colours
from tests.inspector.cli.run.test_screen import family
from tests.servers import is_alive
from tests.terminal import Terminal, plain
from tests.waiting import PATIENCE, eventually


def test_a_line_of_the_app_takes_the_panel_s_place_until_it_is_drawn_again() -> None:
    out = StringIO()
    panel = InlinePanel(out, lambda: 41, has_colour=False)
    panel.draw([("one", "plain"), ("two", "bad")])
    panel.draw([("one", "plain"), ("two", "bad")])
    assert out.getvalue() == "one\r\ntwo\r\n"
    panel.write("stdout", "ready")
    panel.write("stderr", "again")
    assert out.getvalue() == "one\r\ntwo\r\n\x1b[2F\x1b[Jready\r\nagain\r\n"
    panel.draw([("one", "plain")])
    panel.close()
    assert out.getvalue().endswith("again\r\none\r\n\x1b[1F\x1b[J")


def test_its_lines_never_wrap() -> None:
    out = StringIO()
    InlinePanel(out, lambda: 21, has_colour=False).draw([("漢字" * 30, "plain")])
    assert out.getvalue() == "漢字" * 5 + "\r\n"


def test_tones_are_colours() -> None:
    out = StringIO()
    InlinePanel(out, lambda: 40).draw([("wrong", "bad"), ("so", "plain")])
    assert out.getvalue() == "\x1b[31mwrong\x1b[0m\r\nso\r\n"


def test_of_what_steers_a_terminal_only_colours_pass() -> None:
    line = "\x1b[2J\x1b]0;t\x07\x1b[1;31mred\x1b[5A\x1b[0m \x9b2Jend\x07"
    assert keep_colours(line, has_colour=True) == "\x1b[1;31mred\x1b[0m 2Jend\x1b[0m"
    assert keep_colours(line, has_colour=False) == "red 2Jend"
    assert keep_colours("10%\r100%", has_colour=True) == "100%"


def test_in_a_terminal_ctrl_c_ends_the_app_and_the_panel(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[4])}
    app = f"echo hello; exec {sys.executable} -u -m http.server -b 127.0.0.1 $PORT"
    words = [sys.executable, "-m", "session_inspector", "run", "--inline", "--", "sh", "-c", app]
    with Terminal(words, env=env, cwd=str(tmp_path)) as terminal:
        terminal.wait_for("hello", PATIENCE)
        terminal.wait_for("no session yet", PATIENCE)
        below = family(terminal.pid)
        terminal.send("\x03")
        assert terminal.wait_end(PATIENCE) == 130
        assert "no alarm" in plain(terminal.raw).splitlines()[-1]
    eventually(lambda: not [pid for pid in below if is_alive(pid)])

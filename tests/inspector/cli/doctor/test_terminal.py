"""`doctor`: what it reports of a terminal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from session_inspector.inspector.cli.doctor.diagnosis import Diagnosis
from session_inspector.inspector.cli.doctor.terminal import TerminalFacts, look_at_terminal

FACTS = TerminalFacts(is_terminal=True, columns=80, lines=24, encoding="utf-8")
GOOD = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "PATH": ""}


def find(name: str, facts: TerminalFacts = FACTS, **env: str) -> Diagnosis:
    found = look_at_terminal(facts, {**GOOD, **env})
    return next(finding for finding in found if finding.name == name)


def test_a_good_terminal_needs_no_fix() -> None:
    found = look_at_terminal(FACTS, GOOD)
    assert {(finding.state, finding.fix) for finding in found} == {("ok", "")}


@pytest.mark.parametrize("term", ["", "dumb"])
def test_a_terminal_that_cannot_draw_is_broken(term: str) -> None:
    found = find("screen", TERM=term)
    assert (found.state, "TERM=xterm-256color" in found.fix) == ("broken", True)


@pytest.mark.parametrize(
    ("columns", "lines", "state"),
    [(60, 20, "ok"), (59, 20, "broken"), (60, 19, "broken"), (200, 60, "ok")],
)
def test_the_smallest_window_is_sixty_by_twenty(columns: int, lines: int, state: str) -> None:
    assert find("screen", replace(FACTS, columns=columns, lines=lines)).state == state


def test_no_terminal_is_no_fault() -> None:
    found = find("screen", replace(FACTS, is_terminal=False), TERM="dumb")
    assert (found.state, found.fix) == ("missing", "")


@pytest.mark.parametrize(
    ("env", "state", "word"),
    [
        ({}, "ok", "16 million"),
        ({"COLORTERM": ""}, "ok", "256"),
        ({"COLORTERM": "", "TERM": "xterm"}, "missing", "16 or fewer"),
        ({"NO_COLOR": "1"}, "ok", "NO_COLOR"),
    ],
)
def test_colours_are_what_the_environment_promises(
    env: dict[str, str], state: str, word: str
) -> None:
    found = next(f for f in look_at_terminal(FACTS, {**GOOD, **env}) if f.name == "colours")
    assert (found.state, word in found.text) == (state, True)


@pytest.mark.parametrize(
    ("encoding", "state"),
    [("utf-8", "ok"), ("UTF8", "ok"), ("utf_8", "ok"), ("ANSI_X3.4-1968", "broken")],
)
def test_letters_need_utf_8(encoding: str, state: str) -> None:
    assert find("letters", replace(FACTS, encoding=encoding)).state == state


def test_the_clipboard_is_a_program_that_is_there(tmp_path: Path) -> None:
    program = tmp_path / "xclip"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    path = str(tmp_path)
    assert find("clipboard", PATH=path, DISPLAY=":0").text == "by xclip"
    assert "OSC 52" in find("clipboard", PATH=path).text
    assert "OSC 52" in find("clipboard", PATH=path, DISPLAY=":0", SSH_TTY="/dev/pts/1").text


def test_in_tmux_the_clipboard_names_its_option() -> None:
    assert "set-clipboard" in find("clipboard", TMUX="/tmp/x,1,0").fix

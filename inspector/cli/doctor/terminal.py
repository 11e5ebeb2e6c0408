"""Looks at the terminal: size, colours, letters, and the way to a clipboard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from session_inspector.inspector.cli.doctor.diagnosis import Diagnosis
from session_inspector.inspector.clipboard import find_program, is_far

GROUP = "terminal"
SMALLEST = (60, 20)
"""Columns and lines below which parts of the screen are cut."""
FULL_COLOUR = ("truecolor", "24bit")


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalFacts:
    """What a process sees of its terminal."""

    is_terminal: bool
    columns: int
    lines: int
    encoding: str
    """Of standard output, as Python names it."""


def look_at_terminal(facts: TerminalFacts, env: Mapping[str, str]) -> list[Diagnosis]:
    """Return what the screen will meet."""
    found = [_screen(facts, env), _letters(facts), _clipboard(env)]
    if facts.is_terminal:
        found.insert(1, _colours(env))
    return found


def _screen(facts: TerminalFacts, env: Mapping[str, str]) -> Diagnosis:
    term = env.get("TERM", "")
    if not facts.is_terminal:
        text = "standard output is no terminal: only commands without a screen work here"
        return Diagnosis(group=GROUP, name="screen", state="missing", text=text)
    if term in ("", "dumb"):
        return Diagnosis(
            group=GROUP,
            name="screen",
            state="broken",
            text=f"TERM is {term!r}: it cannot draw a screen",
            fix="export TERM=xterm-256color, or use a command with --headless",
        )
    size = f"{facts.columns}x{facts.lines}"
    if facts.columns < SMALLEST[0] or facts.lines < SMALLEST[1]:
        return Diagnosis(
            group=GROUP,
            name="screen",
            state="broken",
            text=f"{size} is too small",
            fix=f"make the window at least {SMALLEST[0]}x{SMALLEST[1]}",
        )
    return Diagnosis(group=GROUP, name="screen", state="ok", text=f"{size}, TERM={term}")


def _colours(env: Mapping[str, str]) -> Diagnosis:
    if env.get("NO_COLOR"):
        text = "none, because NO_COLOR is set; shapes and words carry everything"
        return Diagnosis(group=GROUP, name="colours", state="ok", text=text)
    if env.get("COLORTERM") in FULL_COLOUR:
        return Diagnosis(group=GROUP, name="colours", state="ok", text="16 million")
    if "256" in env.get("TERM", ""):
        return Diagnosis(
            group=GROUP,
            name="colours",
            state="ok",
            text="256, themes are approximated",
            fix="export COLORTERM=truecolor, if the terminal can show it",
        )
    return Diagnosis(
        group=GROUP,
        name="colours",
        state="missing",
        text="16 or fewer",
        fix="export TERM=xterm-256color, if the terminal can show it",
    )


def _letters(facts: TerminalFacts) -> Diagnosis:
    name = facts.encoding.lower().replace("_", "-")
    if name in ("utf-8", "utf8"):
        return Diagnosis(group=GROUP, name="letters", state="ok", text="UTF-8")
    return Diagnosis(
        group=GROUP,
        name="letters",
        state="broken",
        text=f"{facts.encoding}: frames and graphs are not in it",
        fix="export LC_ALL=C.UTF-8 (or PYTHONUTF8=1)",
    )


def _clipboard(env: Mapping[str, str]) -> Diagnosis:
    program = ""
    if not is_far(env):
        program = find_program(env)
    if program:
        return Diagnosis(group=GROUP, name="clipboard", state="ok", text=f"by {program}")
    text = "by the terminal (OSC 52), which gives no answer; Y writes a file instead"
    fix = ""
    if env.get("TMUX"):
        fix = "in tmux: set -g set-clipboard on"
    return Diagnosis(group=GROUP, name="clipboard", state="ok", text=text, fix=fix)

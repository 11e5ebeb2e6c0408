"""Copies text: the desktop's clipboard, else the terminal's (OSC 52), else a file.

Over SSH the programs of the far machine would fill the far machine's clipboard: there the terminal
is asked. A terminal gives no answer, so the message names the way, and what to do if it failed.
"""

from __future__ import annotations

import base64
import shutil
import subprocess  # nosec B404 # see below
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from session_inspector.devserver.core.private_file import write_whole

PROGRAMS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("WAYLAND_DISPLAY", "wl-copy", ()),
    ("DISPLAY", "xclip", ("-selection", "clipboard")),
    ("DISPLAY", "xsel", ("--clipboard", "--input")),
    ("", "pbcopy", ()),
    ("", "clip.exe", ()),
)
"""(environment variable that must be set, program, arguments), the first that is there."""
FAR = ("SSH_CONNECTION", "SSH_TTY")
"""Set when the person sits at another machine."""
LONGEST = 74_994
"""Bytes that terminals take by OSC 52: 100,000 in base64."""
SECONDS = 3.0
TO_TERMINAL = "sent to the terminal (OSC 52), which gives no answer"
"""What is said where nothing says that it arrived."""


def copy_text(
    text: str, env: Mapping[str, str], to_terminal: Callable[[str], None], folder: Path
) -> str:
    """Copy a text, and return a sentence on where it is.

    Raises: OSError when a file is the only way, and cannot be written.
    """
    program = ""
    if not is_far(env):
        program = _copy_with_program(text, env)
    if program:
        return f"copied with {program}"
    if len(text.encode("utf-8", "replace")) <= LONGEST:
        to_terminal(text)
        return TO_TERMINAL
    return f"too long for the terminal: written to {write_private(folder / 'copied.txt', text)}"


def osc52(text: str, env: Mapping[str, str]) -> str:
    """Return the sequence that sets a terminal's clipboard; wrapped so that tmux and screen pass
    it on (tmux needs `set -g allow-passthrough on`, or `set-clipboard on`)."""
    packed = base64.b64encode(text.encode("utf-8", "replace")).decode()
    plain = f"\x1b]52;c;{packed}\x07"
    if env.get("TMUX"):
        return plain + "\x1bPtmux;" + plain.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    if env.get("STY"):
        return f"\x1bP{plain}\x1b\\"
    return plain


def is_far(env: Mapping[str, str]) -> bool:
    """Report whether the person sits at another machine."""
    return any(env.get(name) for name in FAR)


def find_program(env: Mapping[str, str]) -> str:
    """Return the program that is tried first; empty when none is there."""
    return next((program for program, _, _ in _programs(env)), "")


def _programs(env: Mapping[str, str]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Return (program, its path, arguments) of those that are there."""
    for variable, program, arguments in PROGRAMS:
        path = shutil.which(program, path=env.get("PATH", ""))
        if path is not None and (not variable or env.get(variable)):
            yield program, path, arguments


def _copy_with_program(text: str, env: Mapping[str, str]) -> str:
    """Return the program that took the text; empty when none did."""
    for program, path, arguments in _programs(env):
        try:
            # a list, no shell, programs of a fixed table found in PATH
            subprocess.run(  # nosec B603
                [path, *arguments],
                input=text.encode("utf-8", "replace"),
                check=True,
                timeout=SECONDS,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except (OSError, subprocess.SubprocessError):
            continue  # no display after all: the next way
        return program
    return ""


def write_private(path: Path, text: str) -> Path:
    """Write a file that only its owner can read; its folder too. Raises: OSError."""
    write_whole(path, text.encode("utf-8", "replace"))
    return path

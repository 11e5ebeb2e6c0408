"""Copies text: the desktop's clipboard, else the terminal's (OSC 52), else a file."""

from __future__ import annotations

import os
import shutil
import subprocess  # nosec B404 # see below
from collections.abc import Callable, Mapping
from pathlib import Path

PROGRAMS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("WAYLAND_DISPLAY", "wl-copy", ()),
    ("DISPLAY", "xclip", ("-selection", "clipboard")),
    ("DISPLAY", "xsel", ("--clipboard", "--input")),
    ("", "pbcopy", ()),
    ("", "clip.exe", ()),
)
"""(environment variable that must be set, program, arguments), the first that is there."""
LONGEST = 74_994
"""Characters that terminals take by OSC 52: 100,000 bytes in base64."""
SECONDS = 3.0


def copy_text(
    text: str, env: Mapping[str, str], to_terminal: Callable[[str], None], folder: Path
) -> str:
    """Copy a text and say in a sentence where it is."""
    for variable, program, arguments in PROGRAMS:
        path = shutil.which(program, path=env.get("PATH", ""))
        if path is None or (variable and not env.get(variable)):
            continue
        try:
            # a list, no shell, programs of a fixed table found in PATH
            subprocess.run(  # nosec B603
                [path, *arguments],
                input=text.encode(),
                check=True,
                timeout=SECONDS,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except (OSError, subprocess.SubprocessError):
            continue  # no display after all: the next way
        return f"copied with {program}"
    if len(text) <= LONGEST:
        to_terminal(text)
        return "copied through the terminal (OSC 52)"
    path_ = write_private(folder / "copied.txt", text)
    return f"too long for the terminal: written to {path_}"


def write_private(path: Path, text: str) -> Path:
    """Write a file that only its owner can read; its folder too. Raises: OSError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
        file.write(text)
    return path

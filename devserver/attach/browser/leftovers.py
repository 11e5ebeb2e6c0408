"""Removes profiles that nobody removed: of an inspector that was killed, at the next start.

Each profile has a note of who started it. It goes when that process is gone; a browser without a
window that it has left running is ended first. One with a window may be in somebody's use: it
stays until it is closed, and so does what another user owns, or what has no such note.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from session_inspector.devserver.core.json.reading import read_json
from session_inspector.devserver.core.json.writing import strict_json

NOTE = "started-by.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class StartNote:
    """Who started the browser of a profile."""

    starter: int
    """Process id of the inspector."""
    browser: int
    """Process id of the browser; 0: it was not started yet."""
    is_headless: bool


def write_note(profile: Path, *, browser: int, is_headless: bool) -> None:
    """Note in a profile who has started its browser; a full disk is no reason not to."""
    note = {"starter": os.getpid(), "browser": browser, "is_headless": is_headless}
    with suppress(OSError):
        (profile / NOTE).write_text(strict_json(note))


def sweep(folder: Path, prefix: str) -> None:
    """Remove the profiles in a folder whose inspector is gone."""
    if not hasattr(os, "getuid"):
        return  # Windows: a process cannot be asked for without a library
    for profile in folder.glob(f"{prefix}*"):
        note = read_note(profile)
        if note is not None and not is_alive(note.starter) and _is_closed(note, profile):
            shutil.rmtree(profile, ignore_errors=True)


def read_note(profile: Path) -> StartNote | None:
    """Return the note of a profile of ours; None: it is not, or it has none."""
    try:
        is_ours = not profile.is_symlink() and profile.stat().st_uid == os.getuid()
        found = read_json((profile / NOTE).read_text())
    except (OSError, ValueError):
        return None
    if not is_ours or not isinstance(found, dict):
        return None
    starter = found.get("starter")
    browser = found.get("browser")
    if not isinstance(starter, int) or not isinstance(browser, int) or starter <= 0:
        return None
    return StartNote(starter=starter, browser=browser, is_headless=found.get("is_headless") is True)


def is_alive(process: int) -> bool:
    """Check for a process of an id, whoever's it is."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return not _is_zombie(process)


def _is_closed(note: StartNote, profile: Path) -> bool:
    """Check that the browser of a profile is gone; one without a window is ended."""
    if note.browser <= 0 or not is_alive(note.browser):
        return True
    if not runs_on(note.browser, profile):
        return sys.platform == "linux"  # the id is another process's by now; elsewhere unknown
    if not note.is_headless:
        return False
    with suppress(OSError):
        os.killpg(note.browser, signal.SIGKILL)
    return True


def runs_on(process: int, profile: Path) -> bool:
    """Check that a process was started on a profile, where the system says so (Linux)."""
    try:
        command = Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False
    return os.fsencode(profile) in command


def _is_zombie(process: int) -> bool:
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return False
    return fields[:1] == ["Z"]

"""Takes secrets out of the process title: `ps` shows every user what stands on a command line."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

ARG_START, ARG_END = 45, 46
"""Places in /proc/self/stat, counted behind the program's name (proc(5): fields 48 and 49)."""


def hide_arguments(texts: Sequence[str]) -> bool:
    """Overwrite secrets, and the passwords of URLs, in this process's own argument memory.

    Python has copied the arguments by then, so nothing else changes. Only Linux tells where that
    memory is; elsewhere give secrets by the environment. Returns whether it could be done.
    """
    words = [word for text in texts for word in _secret_words(text)]
    if not words:
        return True
    place = _argument_memory()
    if place is None:
        return False
    start, size = place
    raw = ctypes.string_at(start, size)
    for word in words:
        at = raw.find(word)
        while at >= 0:
            ctypes.memset(start + at, ord("x"), len(word))
            at = raw.find(word, at + len(word))
    return True


def _secret_words(text: str) -> list[bytes]:
    if "://" not in text:
        return [text.encode()] if text else []
    try:
        password = urlsplit(text).password
    except ValueError:
        return []
    return [password.encode()] if password else []


def _argument_memory() -> tuple[int, int] | None:
    if not sys.platform.startswith("linux"):
        return None
    try:
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        start, end = int(fields[ARG_START]), int(fields[ARG_END])
    except (OSError, ValueError, IndexError):
        return None
    return (start, end - start) if 0 < start < end else None

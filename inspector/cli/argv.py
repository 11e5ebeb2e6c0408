"""Takes secrets out of the process title: `ps` shows every user what stands on a command line."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

SECRET = ("secret", "with_secret", "salt", "set", "revoke_token")
"""Arguments that are secrets."""
URLS = ("store", "url", "urls", "issuer")
"""Arguments that may have a password inside."""
IDS = ("id", "input")
"""A session's id, a cookie: whoever reads it may log in."""
SHORTEST_ID = 16
"""Characters of an id; what is shorter is a fingerprint or a file."""
ARG_START = 45
ARG_END = 46
"""Places in /proc/self/stat, counted behind the program's name (proc(5): fields 48 and 49)."""


SECRET_IN_QUERY = re.compile(r"(?i)(?:^|&)[^=&]*(?:pass|pwd|secret|token|key)[^=&]*=([^&]+)")


def hide_secrets(arguments: argparse.Namespace) -> bool:
    """Overwrite what of a command line no other user may read; see `hide_arguments`."""
    texts = [text for name in (*SECRET, *URLS) for text in _argument_texts(arguments, name)]
    ids = [text for name in IDS for text in _argument_texts(arguments, name)]
    return hide_arguments([*texts, *(text for text in ids if len(text) >= SHORTEST_ID)])


def _argument_texts(arguments: argparse.Namespace, name: str) -> list[str]:
    found = getattr(arguments, name, "")
    if not isinstance(found, list):
        found = [found]
    return [text for text in found if text and text != "-"]


def hide_arguments(texts: Sequence[str]) -> bool:
    """Overwrite secrets, and the passwords of URLs, in this process's own argument memory.

    Python has copied the arguments by then, so nothing else changes. Only Linux shows where that
    memory is; elsewhere give secrets by the environment. Returns whether it could be done.
    """
    words = [word for text in texts for word in _secrets_in(text)]
    if not words:
        return True
    place = _argument_memory()
    if place is None:
        return False
    import ctypes  # 5 ms of each start, for the few that have something to hide

    start, size = place
    raw = ctypes.string_at(start, size)
    for word in words:
        at = raw.find(word)
        while at >= 0:
            ctypes.memset(start + at, ord("x"), len(word))
            at = raw.find(word, at + len(word))
    return True


def _secrets_in(text: str) -> list[bytes]:
    if "://" not in text:
        return [word.encode() for word in [text] if word]
    try:
        parts = urlsplit(text)
        words = [parts.password or "", *SECRET_IN_QUERY.findall(parts.query)]
    except ValueError:
        return [text.encode()]  # no URL after all
    return [word.encode() for word in words if word]


def _argument_memory() -> tuple[int, int] | None:
    if not sys.platform.startswith("linux"):
        return None
    try:
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        start = int(fields[ARG_START])
        end = int(fields[ARG_END])
    except (OSError, ValueError, IndexError):
        return None
    if 0 < start < end:
        return start, end - start
    return None

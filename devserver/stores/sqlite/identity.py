"""Which file a path names: one that was deleted or replaced is no longer the one that was opened.

SQLite goes on with a file that has lost its name, and reports nothing.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """A file, whatever its name; not given to another one while it is open."""

    device: int
    inode: int


def identify(path: Path) -> FileIdentity | None:
    """Return the file that a path names; None: none is there. Raises: OSError."""
    try:
        found = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return FileIdentity(found.st_dev, found.st_ino)


def describe_gone(path: Path) -> str:
    """Return what is reported of a file that was there."""
    return f"SQLite: the file {path} is not there any more"

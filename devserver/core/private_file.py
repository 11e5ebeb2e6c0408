"""Files of ours: written whole or not at all, and readable by their owner alone."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Write a file in place of what was there; a full disk leaves that as it was.

    Raises: OSError.
    """
    new = _write_beside(path, content)
    try:
        new.replace(path)
    except OSError:
        new.unlink(missing_ok=True)
        raise


def make_whole(path: Path, content: bytes) -> None:
    """Write a file unless there is one: of two who do so at once, the first one's stays.

    Raises: OSError.
    """
    new = _write_beside(path, content)
    try:
        with suppress(FileExistsError):
            os.link(new, path)
    except OSError:  # a file system without hard links
        if not path.exists():
            new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def _write_beside(path: Path, content: bytes) -> Path:
    """Write a new file of mode 0600 beside a path; nothing is left of one that finds no room."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())  # some disks say only now that they are full
    except OSError:
        new.unlink(missing_ok=True)
        raise
    return new

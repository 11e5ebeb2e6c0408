"""Which file a path names: one that was deleted or replaced is no longer the one that was opened.

SQLite goes on with a file that has lost its name, and reports nothing.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import NamedTuple, TypeAlias


class FileGone(sqlite3.OperationalError):
    """The file that was opened is not there any more."""

    def __init__(self, path: Path) -> None:
        super().__init__(describe_gone(path))


class LogGone(FileGone):
    """The write-ahead log of the file that is open is not there any more, or is another one."""

    def __init__(self, path: Path) -> None:
        sqlite3.OperationalError.__init__(self, describe_log_gone(path))


class FileIdentity(NamedTuple):
    """A file, whatever its name; not given to another one while it is open.

    Made before each group of statements: a frozen dataclass takes three times as long.
    """

    device: int
    inode: int


Journal: TypeAlias = frozenset[FileIdentity]
"""The files of a write-ahead log beside a database; empty: it keeps none."""


def identify(path: Path) -> FileIdentity | None:
    """Return the file that a path names; None: none is there. Raises: OSError."""
    try:
        found = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return FileIdentity(found.st_dev, found.st_ino)


def describe_gone(path: Path) -> str:
    """Return what is reported of a file that was there."""
    return f"the file {path} is not there any more"


def describe_log_gone(path: Path) -> str:
    """Return what is reported of a database whose log was taken away while it was open."""
    return (
        f"{path.name}-wal or -shm was deleted while {path} was open: other programs cannot read"
        " what it held, and two logs would damage the file. Fix: end this program, which writes it"
        " into the file, and start it again"
    )


def identify_journal(path: Path) -> Journal:
    """Return the files of a write-ahead log that lie beside a database. Raises: OSError."""
    beside = (identify(Path(f"{path}{ending}")) for ending in ("-wal", "-shm"))
    return frozenset(one for one in beside if one is not None)


def describe_mixed(path: Path) -> str:
    """Return what is reported of a file that took another's place, beside the log of that one."""
    return (
        f"{path} was replaced, but {path.name}-wal and -shm beside it are of the file before:"
        " SQLite would mix them. Fix: delete those two"
    )

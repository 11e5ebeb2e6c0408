"""Where a SQLite database is: a private file, one that is there, or memory."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.stores.files import MEMORY, sqlite_path
from session_inspector.devserver.stores.tables import table_of
from session_inspector.devserver.stores.url_options import read_options, refuse_misspelt


@dataclass(frozen=True, slots=True)
class SqliteLocation:
    """What a URL names."""

    path: Path
    table: str

    @property
    def is_memory(self) -> bool:
        """True for a database that is no file."""
        return self.path == MEMORY

    def to_uri(self, *, may_create: bool) -> str:
        """Return what SQLite opens."""
        if self.is_memory:
            # one shared database for all connections of a store, and for nobody else
            return f"file:{uuid4().hex}?mode=memory&cache=shared"
        mode = "rwc" if may_create else "rw"
        return f"{self.path.absolute().as_uri()}?mode={mode}"


def parse_location(url: str) -> SqliteLocation:
    """Return what `sqlite:///FILE[?table=NAME]` names. Raises: InputError."""
    name, _, query = url.removeprefix("sqlite://").partition("?")
    if not name:
        raise InputError(
            f"{url} names no file; write sqlite:///path/to/file.db or sqlite://:memory:"
        )
    refuse_misspelt(read_options(url), ("table",), "SQLite")
    return SqliteLocation(sqlite_path(url), table_of(query))


def make_private(path: Path) -> bool:
    """Make a file that only its owner reads, and its folder; False: one is there, and stays.

    Raises: OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return False
    path.chmod(0o600)
    return True

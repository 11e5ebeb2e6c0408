"""Paths that people give as a store: a SQLite database, or what is none."""

from __future__ import annotations

import stat
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, unquote

from session_inspector.devserver.core.errors import InputError

MEMORY = Path(":memory:")
"""What `sqlite_path` returns of a database that is no file."""
MAGIC = b"SQLite format 3\0"
"""The first bytes of a database (https://www.sqlite.org/fileformat.html#the_database_header)."""
FORMS = "a store's URL is like sqlite:///path/to/app.db or redis://localhost:6379/0"
KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
)


def sqlite_path(url: str) -> Path:
    """Return the file of a SQLite URL; `:memory:` as it stands."""
    text = unquote(url.removeprefix("sqlite://").partition("?")[0])
    if text.startswith("/"):
        # SQLAlchemy's four slashes: in a file: URI two would start a host's name
        text = f"/{text.lstrip('/')}"
    return Path(text)


def is_new_file(url: str) -> bool:
    """Report whether a URL names a SQLite file that is not there yet."""
    if not url.startswith("sqlite://"):
        return False
    path = sqlite_path(url)
    return path == MEMORY or not path.exists()


def check_database(path: Path) -> None:
    """Refuse what is there and can be no database; an empty file is one. Raises: InputError."""
    kind = describe_kind(path)
    if kind:
        raise InputError(f"{path} is {kind}, no SQLite database. Fix: {FORMS}")


def check_path(text: str) -> None:
    """Refuse a path that stands where a URL should. Raises: InputError, with the URL."""
    path = Path(text)
    with suppress(OSError):
        if not text or not path.exists():
            return
        check_database(path)
        url = f"sqlite://{quote(str(path.absolute()))}"
        raise InputError(f"store {text!r} is a path, and no URL. Fix: {url}")


def describe_kind(path: Path) -> str:
    """Return what is at a path; empty: a database, nothing, or what may not be looked at."""
    with suppress(OSError):  # SQLite says why it cannot be read
        mode = path.stat().st_mode
        for is_kind, kind in KINDS:
            if is_kind(mode):
                return kind
        with path.open("rb") as file:
            if file.read(len(MAGIC)) not in (b"", MAGIC):
                return "a file of another kind"
    return ""

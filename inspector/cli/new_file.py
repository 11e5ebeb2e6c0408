"""A SQLite file that is not there is made when it was asked for, not by a typo."""

from __future__ import annotations

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.settings import Settings
from session_inspector.devserver.stores.files import (
    MEMORY,
    check_database,
    is_new_file,
    sqlite_path,
)


def need_file(url: str) -> str:
    """Return the URL of a store that is only read.

    Raises: InputError for a file that is not there, or is no database.
    """
    check_kind(url)
    if is_new_file(url) and sqlite_path(url) != MEMORY:
        raise InputError(
            f"{sqlite_path(url)} is not there; nothing is made unasked."
            " Fix: the path, or another --store"
        )
    return url


def check_file(settings: Settings) -> Settings:
    """Return the settings. Raises: InputError for a named file not there, or of another kind."""
    url = settings.store
    check_kind(url)
    is_asked = settings.create_store or not is_new_file(url)
    if is_asked or sqlite_path(url) == MEMORY:
        return settings
    raise InputError(
        f"{sqlite_path(url)} is not there, and no file is made unasked. Fix: --create, or the path"
    )


def check_kind(url: str) -> None:
    """Raises: InputError for a file that is there and is no SQLite database."""
    if url.startswith("sqlite://") and sqlite_path(url) != MEMORY:
        check_database(sqlite_path(url))

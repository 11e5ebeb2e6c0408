"""A place of one's own in a store: a table, collection, prefix or file, dropped after measuring.

    scratch_url("redis://127.0.0.1:6379", "3f9a")
        redis://127.0.0.1:6379?prefix=session_inspector_measure_3f9a:
    scratch_url("sqlite:///srv/app.db", "3f9a")        beside the file, never in it
        sqlite:///srv/session_inspector_measure_3f9a.db

Nothing else is written, and `drop_scratch` takes no other name: rows of the user are out of reach
of both.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, runtime_checkable
from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urlsplit

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.stores.base import Store
from session_inspector.devserver.stores.files import MEMORY, sqlite_path
from session_inspector.devserver.stores.paging import iterate_rows
from session_inspector.devserver.stores.tables import table_of
from session_inspector.devserver.stores.urls import (
    kind_of,
    open_own_store,
)

BEGINNING = "session_inspector_measure_"
OPTIONS = {
    "redis": "prefix",
    "rediss": "prefix",
    "postgresql": "table",
    "postgres": "table",
    "mongodb": "collection",
}
"""The option of a URL that names the place; DynamoDB's is the path."""
PAGE = 500
SQLITE_FILES = ("", "-wal", "-shm")
"""Ends of the names of a database's files."""


@runtime_checkable
class DroppableStore(Protocol):
    """A store whose rows stand in something of their own."""

    async def drop(self) -> None:
        """Remove the table or collection itself, rows and all."""
        ...


def scratch_url(url: str, token: str) -> str:
    """Return the same store with a place of our own in it; a store without one as it is.

    Raises: InputError for a table that is no SQL name.
    """
    name = f"{BEGINNING}{token}"
    kind = kind_of(url)
    if kind == "dynamodb":
        return _scratch_dynamodb(url, name)
    if kind == "sqlite" and sqlite_path(url) != MEMORY:
        path = sqlite_path(url).with_name(f"{name}.db")
        return f"sqlite://{quote(str(path))}"
    option = OPTIONS.get(kind)
    if option is None:
        return url
    return _scratch_option(url, option, name)


def _scratch_dynamodb(url: str, name: str) -> str:
    parts = urlsplit(url)
    bare = f"dynamodb://{parts.netloc}/{name}"
    if not parts.query:
        return bare
    return f"{bare}?{parts.query}"


def _scratch_option(url: str, option: str, name: str) -> str:
    bare, _, query = url.partition("?")
    options = [(key, value) for key, value in parse_qsl(query) if key != option]
    if option == "prefix":
        name = f"{name}:"
    if option == "table":
        schema, dot, _ = table_of(query).rpartition(".")
        name = f"{schema}{dot}{name}"
    options.append((option, name))
    return f"{bare}?{urlencode(options)}"


def is_scratch(url: str) -> bool:
    """Return True for a URL that names a place of our own."""
    parts = urlsplit(url)
    if parts.scheme == "dynamodb":
        return parts.path.startswith(f"/{BEGINNING}")
    if parts.scheme == "sqlite":
        return sqlite_path(url).name.startswith(BEGINNING)
    option = OPTIONS.get(kind_of(url))
    if option is None:
        return False
    names = parse_qs(parts.query).get(option, [""])
    table = names[-1].rpartition(".")[2]
    return table.startswith(BEGINNING)


async def drop_scratch(url: str, clock: Clock) -> None:
    """Drop a place of our own with all that is in it; one that is not there is no error.

    Any other URL is left alone. Raises: StoreUnavailable, when it stays.
    """
    if not is_scratch(url):
        return
    if kind_of(url) == "sqlite":
        _unlink_database(sqlite_path(url))
        return
    try:
        store = await open_own_store(url, clock, may_create=False)
    except InputError:
        return  # it was never made
    try:
        await _empty(store)
    finally:
        await store.close()


def _unlink_database(path: Path) -> None:
    for end in SQLITE_FILES:
        Path(f"{path}{end}").unlink(missing_ok=True)


async def _empty(store: Store) -> None:
    """Drop the place, else delete row by row: a prefix is gone with its last key."""
    if isinstance(store, DroppableStore):
        await store.drop()
        return
    keys = [key async for key, _ in iterate_rows(store, PAGE)]
    for key in keys:
        await store.delete(key)

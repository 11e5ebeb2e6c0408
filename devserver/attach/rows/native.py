"""Where rows of @auth0/nextjs-auth0's layout lie in a SQLite file, and what writes them there.

The stores of the other engines change rows in place themselves (`devserver/stores/exact.py`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from session_inspector.devserver.attach.rows.base import RowLocations, Shape
from session_inspector.devserver.attach.rows.opening import open_writer
from session_inspector.devserver.attach.rows.writing import RawWriter
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.stores.tables import table_of
from session_inspector.devserver.stores.urls import MEMORY, kind_of, sqlite_path


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeAccess:
    """How rows of one store are written as they lie."""

    open: Callable[[], Awaitable[RawWriter]]
    locations: RowLocations


def native_access(url: str, clock: Clock) -> NativeAccess | None:
    """Return how a file's rows are written; None where the store does so, or only it knows them.

    Raises: InputError.
    """
    if kind_of(url) != "sqlite" or sqlite_path(url) == MEMORY:
        return None
    table = table_of(urlsplit(url).query)
    shape = Shape(table=table, key="id", data="data", expires="expires_at", is_local=True)
    locations = RowLocations(tables=(shape,))
    return NativeAccess(open=lambda: open_writer(url, clock), locations=locations)

"""Where @auth0/nextjs-auth0's documented stores keep rows, and what writes them as they lie."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from session_inspector.devserver.attach.rows.base import RowLocations, Shape
from session_inspector.devserver.attach.rows.opening import DYNAMODB_WRITER, open_writer
from session_inspector.devserver.attach.rows.writing import RawWriter
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.registry import load_target
from session_inspector.devserver.stores.tables import table_of
from session_inspector.devserver.stores.url_options import read_options
from session_inspector.devserver.stores.urls import MEMORY, kind_of, sqlite_path

PREFIX = "session:"
COLLECTION = "sessions"
NO_TABLE = RowLocations()


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeAccess:
    """How rows of one store are written as they lie."""

    open: Callable[[], Awaitable[RawWriter]]
    locations: RowLocations = NO_TABLE
    prefix: str = ""
    """Stands before the id in a key."""


def native_access(url: str, clock: Clock) -> NativeAccess | None:
    """Return how a store's rows are written; None where only its own class knows them.

    Raises: InputError.
    """
    parts = urlsplit(url)
    match kind_of(url):
        case "redis" | "rediss" if "+cluster" not in parts.scheme:
            prefix = read_options(url).get("prefix", PREFIX)
            return NativeAccess(open=lambda: open_writer(url, clock), prefix=prefix)
        case "sqlite" if sqlite_path(url) != MEMORY:
            locations = RowLocations(tables=(_table(parts.query),))
            return NativeAccess(open=lambda: open_writer(url, clock), locations=locations)
        case "postgresql" | "postgres":
            locations = RowLocations(tables=(_table(parts.query),))
            return NativeAccess(open=lambda: open_writer(url, clock), locations=locations)
        case "mongodb":
            name = read_options(url).get("collection", COLLECTION)
            shape = Shape(table=name, key="_id", data="data", expires="expiresAt")
            locations = RowLocations(collections=(shape,))
            return NativeAccess(open=lambda: _open_auth_database(url), locations=locations)
        case "dynamodb":
            return NativeAccess(open=lambda: load_target(DYNAMODB_WRITER).open(url, clock))
        case _:
            return None


def _table(query: str) -> Shape:
    return Shape(table=table_of(query), key="id", data="data", expires="expires_at", is_local=True)


async def _open_auth_database(url: str) -> RawWriter:
    """Open the database that the examples use: `auth`, where the URL names none."""
    # their driver is an extra
    from session_inspector.devserver.attach.rows.mongodb.writer import MongoWriter
    from session_inspector.devserver.stores.mongodb.client import connect_mongo
    from session_inspector.devserver.stores.mongodb.collection import parse_location

    location = parse_location(url)
    return MongoWriter(connect_mongo(location.url), location.database)

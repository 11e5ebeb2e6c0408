"""Readers and writers of somebody else's rows, by the store's URL: each loads its driver late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from session_inspector.devserver.attach.rows.base import RawReader
from session_inspector.devserver.attach.rows.writing import RawWriter
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.registry import load_target
from session_inspector.devserver.stores.urls import check_store_url

ROOM = "session_inspector.devserver.attach.rows"


@dataclass(frozen=True, slots=True)
class RowEngine:
    """What reads and writes the rows of one kind of store, as `module:Class`."""

    reader: str
    writer: str


REDIS = RowEngine(f"{ROOM}.redis.reader:RedisReader", f"{ROOM}.redis.writer:RedisWriter")
SQLITE = RowEngine(f"{ROOM}.sqlite.reader:SqliteReader", f"{ROOM}.sqlite.writer:SqliteWriter")
POSTGRES = RowEngine(
    f"{ROOM}.postgres.reader:PostgresReader", f"{ROOM}.postgres.writer:PostgresWriter"
)
MONGODB = RowEngine(f"{ROOM}.mongodb.reader:MongoReader", f"{ROOM}.mongodb.writer:MongoWriter")
ENGINES = {
    "redis": REDIS,
    "rediss": REDIS,
    "redis+sentinel": REDIS,
    "rediss+sentinel": REDIS,
    "sqlite": SQLITE,
    "postgresql": POSTGRES,
    "postgres": POSTGRES,
    "mongodb": MONGODB,
    "mongodb+srv": MONGODB,
}
SCHEMES = frozenset(ENGINES)
"""Where rows of other frameworks are read and written."""


class ReaderClass(Protocol):
    """The way into a reader."""

    async def open(self, url: str, clock: Clock) -> RawReader:
        """Connect. Raises: InputError, StoreUnavailable."""
        ...


class WriterClass(Protocol):
    """The way into a writer."""

    async def open(self, url: str, clock: Clock) -> RawWriter:
        """Connect, or prepare to. Raises: InputError, StoreUnavailable."""
        ...


async def open_reader(url: str, clock: Clock) -> RawReader:
    """Connect, to read only.

    Raises: InputError for a store whose foreign rows are not read here, or a missing driver;
    StoreUnavailable.
    """
    scheme = url.partition("://")[0]
    engine = ENGINES.get(scheme)
    if engine is None:
        raise InputError(
            "rows of other frameworks are read from redis, sqlite, postgresql and mongodb, not"
            f" from {scheme}. Fix: leave --layout out to list nextjs-auth0's own rows"
        )
    check_store_url(url)  # names the driver that is missing
    reader: ReaderClass = load_target(engine.reader)
    return await reader.open(url, clock)


async def open_writer(url: str, clock: Clock) -> RawWriter:
    """Connect to write. Raises: InputError, StoreUnavailable."""
    scheme = url.partition("://")[0]
    engine = ENGINES.get(scheme)
    if engine is None:
        raise InputError(
            "rows of other frameworks are written in redis, sqlite, postgresql and mongodb, not in"
            f" {scheme}"
        )
    check_store_url(url)
    writer: WriterClass = load_target(engine.writer)
    return await writer.open(url, clock)

"""Readers and writers of somebody else's rows, by the store's URL: each loads its driver late."""

from __future__ import annotations

from urllib.parse import urlsplit

from session_inspector.devserver.attach.rows.base import RawReader
from session_inspector.devserver.attach.rows.writing import RawWriter
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.stores.urls import check_driver


async def open_reader(url: str, clock: Clock) -> RawReader:
    """Connect, to read only.

    Raises: InputError for a store whose foreign rows are not read here; StoreUnavailable.
    """
    check_driver(url)
    scheme = urlsplit(url).scheme
    if scheme in ("redis", "rediss", "redis+sentinel", "rediss+sentinel"):
        from session_inspector.devserver.attach.rows.redis.reader import RedisReader  # its driver

        return await RedisReader.open(url, clock)
    if scheme == "sqlite":
        from session_inspector.devserver.attach.rows.sqlite.reader import SqliteReader  # as above

        return await SqliteReader.open(url)
    if scheme in ("postgresql", "postgres"):
        from session_inspector.devserver.attach.rows.postgres.reader import (
            PostgresReader,  # as above
        )

        return await PostgresReader.open(url)
    if scheme in ("mongodb", "mongodb+srv"):
        from session_inspector.devserver.attach.rows.mongodb.reader import MongoReader  # as above

        return await MongoReader.open(url)
    raise InputError(
        f"rows of other frameworks are read from redis, sqlite, postgresql and mongodb, not from"
        f" {scheme or url}. Fix: leave --layout out to list nextjs-auth0's own rows"
    )


async def open_writer(url: str, clock: Clock) -> RawWriter:
    """Connect to write. Raises: InputError, StoreUnavailable."""
    check_driver(url)
    scheme = urlsplit(url).scheme
    if scheme in ("redis", "rediss", "redis+sentinel", "rediss+sentinel"):
        from session_inspector.devserver.attach.rows.redis.writer import RedisWriter  # its driver

        return RedisWriter.open(url, clock)
    if scheme == "sqlite":
        from session_inspector.devserver.attach.rows.sqlite.writer import SqliteWriter  # as above

        return await SqliteWriter.open(url)
    if scheme in ("postgresql", "postgres"):
        from session_inspector.devserver.attach.rows.postgres.writer import (
            PostgresWriter,
        )  # as above

        return await PostgresWriter.open(url)
    if scheme in ("mongodb", "mongodb+srv"):
        from session_inspector.devserver.attach.rows.mongodb.writer import MongoWriter  # as above

        return MongoWriter.open(url)
    raise InputError(
        "rows of other frameworks are written in redis, sqlite, postgresql and mongodb, not in"
        f" {scheme}"
    )

"""Writes to other frameworks' rows: remove one (and put it back), or let one end, in its own form.

Nothing else is ever written there, and nothing at all unless a person asked for writing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Protocol, TypeAlias
from urllib.parse import urlsplit

from devserver.core.clock import Clock
from devserver.core.errors import InputError
from devserver.core.values import Seconds
from devserver.stores.moments import Moments, form_of
from devserver.stores.raw import Places

PutBack: TypeAlias = Callable[[], Awaitable[None]]
"""Puts a removed row back as it was. Raises: StoreUnavailable."""


class RawWriter(Protocol):
    """Writes one store. Raises StoreUnavailable when it does not answer."""

    async def remove(self, places: Places, key: str) -> PutBack | None:
        """Delete a row; None: it was not there."""
        ...

    async def end(self, places: Places, key: str, at: Seconds, value: bytes | None) -> bool:
        """Let a row end at a moment; `value` is its new content, None: as it is.

        False: it was not there. Never creates.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


async def open_writer(url: str, clock: Clock) -> RawWriter:
    """Connect to write. Raises: InputError, StoreUnavailable."""
    scheme = urlsplit(url).scheme
    if scheme in ("redis", "rediss", "redis+sentinel", "rediss+sentinel"):
        from devserver.stores.raw_write_redis import RedisWriter  # its driver

        return RedisWriter.open(url, clock)
    if scheme == "sqlite":
        from devserver.stores.raw_write_sql import SqliteWriter  # as above

        return await SqliteWriter.open(url)
    if scheme in ("postgresql", "postgres"):
        from devserver.stores.raw_write_sql import PostgresWriter  # as above

        return await PostgresWriter.open(url)
    if scheme in ("mongodb", "mongodb+srv"):
        from devserver.stores.raw_write_mongodb import MongoWriter  # as above

        return MongoWriter.open(url)
    raise InputError(f"rows of other frameworks are not written in {scheme}")


def like(sample: object, at: Seconds) -> object:
    """Return a moment in the form that a column already holds."""
    if isinstance(sample, datetime):
        moment = datetime.fromtimestamp(at, UTC)
        return moment if sample.tzinfo else moment.replace(tzinfo=None)
    encoded = Moments(form_of(sample)).encode(at)
    return int(encoded) if isinstance(sample, int) and isinstance(encoded, float) else encoded


def typed(sample: object, value: bytes) -> object:
    """Return content in the type that a column already holds: text or bytes."""
    is_text = isinstance(sample, str)
    return value.decode("utf-8") if is_text else value

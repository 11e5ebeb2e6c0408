"""What the driver of PostgreSQL raises, and how long it may take."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import asyncpg

from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.stores.watching.commands import CommandCount

SECONDS = 5.0
"""How long the server may take to answer."""
DRIVER_ERRORS = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a connection that died between two messages
    OSError,
    TimeoutError,
)


async def keep_session(connection: asyncpg.Connection) -> None:
    """Give a connection back to its pool as it is: no statement of ours changes its session.

    The driver's own way asks the server to reset it, a second round trip for each statement. What
    is left of a transaction it has ended before.
    """


@contextmanager
def postgres_errors() -> Iterator[None]:
    """Turn whatever the driver raises into StoreUnavailable."""
    try:
        yield
    except DRIVER_ERRORS as error:
        raise to_unavailable(error) from error


def to_unavailable(error: Exception) -> StoreUnavailable:
    """Return what stands for an error of the driver."""
    text = str(error) or type(error).__name__
    return StoreUnavailable(f"PostgreSQL: {text}")


class Connections:
    """A pool that raises StoreUnavailable and nothing else."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.pool = pool

    async def fetch(self, sql: str, *values: object) -> list[asyncpg.Record]:
        """Return the rows of a statement."""
        try:  # as postgres_errors() does, which takes 1 us longer
            return list(await self.pool.fetch(sql, *values))
        except DRIVER_ERRORS as error:
            raise to_unavailable(error) from error

    async def ask(self, sql: str, values: Sequence[object]) -> list[asyncpg.Record]:
        """Return the rows of a statement that has `?` for its values."""
        return await self.fetch(number_marks(sql), *values)

    async def execute(self, sql: str, *values: object) -> int:
        """Run a statement and return how many rows it wrote."""
        with postgres_errors():
            status = await self.pool.execute(sql, *values)
        return count_written(status)

    async def execute_any(self, sql: str) -> None:
        """Run a statement that writes no rows."""
        with postgres_errors():
            await self.pool.execute(sql)

    def close(self) -> None:
        """Close all connections, waiting for none that hangs."""
        self.pool.terminate()


class StatementCount:
    """Counts what a pool's connections send, from the moment when somebody asks."""

    def __init__(self) -> None:
        self._commands: CommandCount | None = None

    async def prepare(self, connection: asyncpg.Connection) -> None:
        """Take a new connection of the pool."""
        commands = self._commands
        if commands is not None:
            connection.add_query_logger(lambda _: commands.note())

    async def begin(self, pool: asyncpg.Pool) -> CommandCount:
        """Count from now on, on connections that are made anew: the driver has no other way."""
        if self._commands is None:
            self._commands = CommandCount()
            with postgres_errors():
                await pool.expire_connections()
        return self._commands


def number_marks(sql: str) -> str:
    """Return a statement with `$1`, `$2` … for each `?`."""
    numbers = itertools.count(1)
    return re.sub(r"\?", lambda _: f"${next(numbers)}", sql)


def count_written(status: str) -> int:
    """Return how many rows a command wrote by its tag, `UPDATE 1`."""
    return int(status.rpartition(" ")[2])

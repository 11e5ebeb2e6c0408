"""Counts the commands that connections to Redis send, each of a pipeline too."""

from __future__ import annotations

from typing import Any

from redis.asyncio.connection import AbstractConnection, ConnectionPool

from session_inspector.devserver.stores.watching.commands import CommandCount


def count_sent(pool: ConnectionPool, commands: CommandCount) -> None:
    """Count what the connections of a pool send; those that are open already are not counted."""
    pool.connection_class = _counting(pool.connection_class, commands)


def _counting(kind: type[AbstractConnection], commands: CommandCount) -> type[AbstractConnection]:
    """Return a class of connections whose commands are counted as they are packed to be sent."""

    class CountedConnection(kind):  # type: ignore[misc, valid-type]  # TLS or not, by Sentinel or not
        def pack_command(self, *args: Any) -> Any:
            commands.note()
            return super().pack_command(*args)

    return CountedConnection

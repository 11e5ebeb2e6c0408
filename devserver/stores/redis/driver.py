"""All private members of redis-py that are used here; a canary test names each.

pyproject caps redis-py at its next major version, and `tests/devserver/stores/redis/test_driver.py`
fails when one of them goes or changes its type.
"""

from __future__ import annotations

import asyncio

from redis.asyncio.connection import AbstractConnection


def stream_writer(connection: AbstractConnection) -> asyncio.StreamWriter | None:
    """Return what a connection writes to; None: it is closed.

    The driver's own `send_packed_command` and `can_read_destructive` wait in a task with a timer
    each, which costs more than a small group of commands.
    """
    return connection._writer

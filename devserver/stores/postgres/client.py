"""What the driver of PostgreSQL raises, and how long it may take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from session_inspector.devserver.core.errors import StoreUnavailable

SECONDS = 5.0
"""How long the server may take to answer."""
DRIVER_ERRORS = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a connection that died between two messages
    OSError,
    TimeoutError,
)


@contextmanager
def postgres_errors() -> Iterator[None]:
    """Turn whatever the driver raises into StoreUnavailable."""
    try:
        yield
    except DRIVER_ERRORS as error:
        text = str(error) or type(error).__name__
        raise StoreUnavailable(f"PostgreSQL: {text}") from error

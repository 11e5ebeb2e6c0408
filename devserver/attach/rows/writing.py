"""Writes to other frameworks' rows: remove one (and put it back), or let one end, in its own form.

Nothing else is ever written there, and nothing at all unless a person asked for writing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Protocol, TypeAlias

from session_inspector.devserver.attach.rows.base import RawRow, RowLocations
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.timestamps import Timestamps, detect_form

PutBack: TypeAlias = Callable[[], Awaitable[bool]]
"""Puts a removed row back as it was; False: a row of its key is there again, and stays as it is.

Raises: StoreUnavailable.
"""
Still: TypeAlias = Callable[[RawRow], bool]
"""Says of a row, read together with its removal, whether it is to be removed."""
Change: TypeAlias = Callable[[bytes], bytes | None]
"""Makes a row's new content of the present one; None: it stays as it is."""
TRIES = 5
"""Times a row is read anew because the app wrote it meanwhile."""
BUSY = "the app writes this row faster than it can be changed here. Fix: try again"


class RawWriter(Protocol):
    """Writes one store; the same object works again later when it did not answer.

    A row is read and written in one step: what the app wrote meanwhile is never overwritten.
    Raises StoreUnavailable when the store does not answer.
    """

    async def remove(
        self, locations: RowLocations, key: str, still: Still | None = None
    ) -> PutBack | None:
        """Delete a row; None: it was not there, or is not to be removed any more."""
        ...

    async def end(self, locations: RowLocations, key: str, at: Seconds, change: Change) -> bool:
        """Let a row end at a moment; False: it was not there. Never creates."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


def too_busy() -> InspectorError:
    """Return what to raise when a row changed each time it was read."""
    return InspectorError(BUSY)


def like(sample: object, at: Seconds) -> object:
    """Return a moment in the form that a column already holds."""
    if isinstance(sample, datetime):
        moment = datetime.fromtimestamp(at, UTC)
        return moment if sample.tzinfo else moment.replace(tzinfo=None)
    encoded = Timestamps(detect_form(sample)).encode(at)
    return int(encoded) if isinstance(sample, int) and isinstance(encoded, float) else encoded


def typed(sample: object, value: bytes) -> object:
    """Return content in the type that a column already holds: text or bytes."""
    return value.decode("utf-8") if isinstance(sample, str) else value

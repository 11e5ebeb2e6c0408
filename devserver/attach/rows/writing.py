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
IsDoomed: TypeAlias = Callable[[RawRow], bool]
"""Decides of a row, read together with its removal, that it is still to be removed."""
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
        self, locations: RowLocations, key: str, is_doomed: IsDoomed | None = None
    ) -> PutBack | None:
        """Delete a row; None: it was not there, or is not to be removed any more."""
        ...

    async def end(self, locations: RowLocations, key: str, at: Seconds, change: Change) -> bool:
        """Let a row end at a moment; False: it was not there. Never creates."""
        ...

    async def rewrite(self, locations: RowLocations, key: str, change: Change) -> bool:
        """Write new content, and no end; False: it was not there. Never creates."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


def is_kept(row: RawRow, is_doomed: IsDoomed | None) -> bool:
    """Return True for a row that is not to be removed any more; without a check each is."""
    return is_doomed is not None and not is_doomed(row)


def busy_error() -> InspectorError:
    """Return what to raise when a row changed each time it was read."""
    return InspectorError(BUSY)


def encode_like(sample: object, at: Seconds) -> object:
    """Return a moment in the form that a column already holds."""
    if isinstance(sample, datetime):
        return _to_datetime_like(sample, at)
    encoded = Timestamps(detect_form(sample)).encode(at)
    if isinstance(sample, int) and isinstance(encoded, float):
        return int(encoded)
    return encoded


def _to_datetime_like(sample: datetime, at: Seconds) -> datetime:
    found = datetime.fromtimestamp(at, UTC)
    if sample.tzinfo is None:
        return found.replace(tzinfo=None)
    return found


def convert_like(sample: object, value: bytes) -> object:
    """Return content in the type that a column already holds: text or bytes."""
    if isinstance(sample, str):
        return value.decode("utf-8")
    return value

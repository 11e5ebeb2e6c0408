"""Writes to other frameworks' rows: remove one (and put it back), or let one end, in its own form.

Nothing else is ever written there, and nothing at all unless a person asked for writing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Protocol, TypeAlias

from session_inspector.devserver.attach.rows.base import RawRow, RowLocations, Shape
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.exact import PutBack

IsDoomed: TypeAlias = Callable[[RawRow], bool]
"""Decides of a row, read together with its removal, that it is still to be removed."""
Change: TypeAlias = Callable[[bytes], bytes | None]
"""Makes a row's new content of the present one; None: it stays as it is."""


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

    async def end(
        self, locations: RowLocations, key: str, at: Seconds, change: Change
    ) -> PutBack | None:
        """Let a row end at a moment; None: it was not there. Never creates.

        One that ends when it is deleted is deleted. What is put back is what was changed, and only
        while the app has not written it since.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


def is_kept(row: RawRow, is_doomed: IsDoomed | None) -> bool:
    """Return True for a row that is not to be removed any more; without a check each is."""
    return is_doomed is not None and not is_doomed(row)


def is_for_clean_up(shape: Shape, changes: Collection[str]) -> bool:
    """Check whether only an end changes that the framework does not check.

    Whoever finds such a row is logged in until the clean-up deletes it: to end it is to delete it.
    """
    return not shape.is_obeyed and set(changes) <= {shape.expires}


def convert_like(sample: object, value: bytes) -> object:
    """Return content in the type that a column already holds: text or bytes."""
    if isinstance(sample, str):
        return value.decode("utf-8")
    return value

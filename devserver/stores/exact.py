"""Rows changed in place, or taken away for a while: all else of them stays as it is.

`Store.update` writes a whole session, as the SDK's `set` does. An administrator wants less: one
clock moved, or a row removed and put back. Members that are not the SDK's, types that JSON does not
have, and the very bytes then survive.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias, runtime_checkable

from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.base import SessionId

PutBack: TypeAlias = Callable[[], Awaitable[bool]]
"""Puts a row back as it was; False: a row of its id is there again, and stays as it is.

Raises: StoreUnavailable.
"""


TRIES = 5
"""Times a row is read anew because the app wrote it meanwhile."""
BUSY = "the app writes this row faster than it can be changed here. Fix: try again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What of a row changes."""

    ends: Seconds | None = None
    """Its new end; None: it keeps the one it has."""
    member: tuple[str, str] | None = None
    """An object of the session and a member of it, `("internal", "createdAt")`; None: none.

    The object is there, as such: a change makes none, and no session kept as a text is changed.
    """
    value: int = 0
    """The member's new value."""


@runtime_checkable
class ExactStore(Protocol):
    """A store that can do both.

    Each method raises StoreUnavailable, and InspectorError for a row that changes all the time.
    """

    async def change(self, key: SessionId, change: Change) -> bool:
        """Change a live row in one atomic step; False when it is gone. Never creates."""
        ...

    async def take(self, key: SessionId) -> PutBack | None:
        """Delete a row, live or not; None when there was none."""
        ...


@runtime_checkable
class VanishingStore(ExactStore, Protocol):
    """An exact store whose rows are gone when they end: to end one is to take it."""

    is_gone_at_end: Literal[True]


def busy_error() -> InspectorError:
    """Return what to raise when a row changed each time it was read."""
    return InspectorError(BUSY)

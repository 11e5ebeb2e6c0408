"""Rows changed in place or removed, each with what puts it back: all else of them stays as it is.

`Store.update` writes a whole session, as the SDK's `set` does. An administrator wants less: one
clock moved, or a row removed, and either undone. Members that are not the SDK's, types that JSON
does not have, and the very bytes then survive. A row that is changed or put back is never away
meanwhile: a store that fails then has it as it was, or as it was to be.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias, TypeVar, runtime_checkable

from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.stores.base import Record, SessionId
from session_inspector.devserver.stores.rows import to_text
from session_inspector.devserver.stores.splice import splice_member

T = TypeVar("T")
PutBack: TypeAlias = Callable[[], Awaitable[bool]]
"""Puts back what was changed or removed; False: it was written or deleted since, and stays.

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
    data: JsonObject | None = None
    """All of the session anew, in the form in which the store writes; None: no more than the above.

    For rows whose form only the store reads: sealed, kept as a text, in parts.
    """


@runtime_checkable
class ExactStore(Protocol):
    """A store that can do both.

    Each method raises StoreUnavailable, and InspectorError for a row that changes all the time.
    """

    async def change(self, key: SessionId, change: Change) -> PutBack | None:
        """Change a live row in one atomic step; None when it is gone. Never creates.

        What is put back is what was changed, and only while nobody has written it since.
        """
        ...

    async def take(self, key: SessionId) -> PutBack | None:
        """Delete a row, live or not; None when there was none.

        It is put back whole, and never over a row of its id that is there again.
        """
        ...


@runtime_checkable
class EndedTaker(Protocol):
    """A store that keeps rows past their end."""

    keeps_ended: bool

    async def take(self, key: SessionId, *, ended_by: Seconds | None = None) -> PutBack | None:
        """Delete a row; with `ended_by` if by then it has ended, in that very step; else None."""
        ...


def apply_change(record: Record, change: Change) -> Record:
    """Return a record with a change made to it."""
    data: JsonObject = dict(record.data if change.data is None else change.data)
    if change.member is not None:
        parent, name = change.member
        members = data.get(parent)
        if isinstance(members, dict):
            data[parent] = {**members, name: change.value}
    ends = record.expires
    if change.ends is not None:
        ends = change.ends
    return Record(data=data, expires=ends)


def change_content(content: object, change: Change) -> object:
    """Return content that a row holds, changed, of the type it has; what is no JSON stays."""
    if isinstance(content, bytes):
        return change_bytes(content, change)
    if isinstance(content, str):
        return change_text(content, change)
    return content


def change_bytes(content: bytes, change: Change) -> bytes:
    """Return the bytes of a JSON text with a change made to it."""
    text = content.decode("utf-8", "surrogateescape")
    return change_text(text, change).encode("utf-8", "surrogateescape")


def change_text(text: str, change: Change) -> str:
    """Return a JSON text with a change made to it; what is no JSON stays as it is."""
    if change.data is not None:
        return to_text(change.data)
    if change.member is None:
        return text
    changed = splice_member(text, change.member, change.value)
    if changed is None:
        return text
    return changed


def undo_part(before: T, after: T, present: T) -> tuple[T, bool]:
    """Return (what a part of a row is after an undo, True while nobody has written it since).

    A part that did not change stays as it is now.
    """
    if before == after:
        return present, True
    return before, present == after


def busy_error() -> InspectorError:
    """Return what to raise when a row changed each time it was read."""
    return InspectorError(BUSY)

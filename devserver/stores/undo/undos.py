"""What can be undone: the changes that a person has made, the latest last."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from session_inspector.devserver.core.errors import InspectorError

NOTHING = "there is no change to undo"
MOST = 100
"""Changes that are kept."""
UndoableKind: TypeAlias = Literal["revoke", "expire", "prune", "cookies"]
RestoreRow: TypeAlias = Callable[[str], Awaitable[str]]
"""Puts back what was changed, and reports that with the cause it is given.

Returns why it could not be put back; empty: it is as it was. Raises: StoreUnavailable.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoableChange:
    """One change, and how it is undone."""

    kind: UndoableKind
    done: str
    """The sentence for the status line when it was undone."""
    restore: RestoreRow


class Undos:
    """The changes that can be undone."""

    def __init__(self) -> None:
        self._changes: list[UndoableChange] = []

    def push(self, change: UndoableChange) -> None:
        """Remember a change; the oldest is forgotten when there are too many."""
        self._changes.append(change)
        del self._changes[:-MOST]

    def holds(self, change: UndoableChange) -> bool:
        """Check that a change can still be undone: it was not, and is not forgotten."""
        return any(one is change for one in self._changes)

    def forget(self, change: UndoableChange) -> None:
        """Forget a change that cannot be undone any more."""
        self._changes = [one for one in self._changes if one is not change]

    def clear(self) -> None:
        """Forget all: what they changed is not in use any more."""
        self._changes.clear()

    async def undo(
        self, cause: str, kind: UndoableKind | None = None, *, nothing: str = NOTHING
    ) -> str:
        """Undo the latest change, or the latest of a kind; returns a sentence.

        Raises: InspectorError when there is none, or it cannot be undone; StoreUnavailable, then
        it can be tried again.
        """
        found = [one for one in self._changes if kind in (None, one.kind)]
        if not found:
            raise InspectorError(nothing)
        change = found[-1]
        refusal = await change.restore(cause)
        self._changes.remove(change)
        if refusal:
            raise InspectorError(refusal)
        return change.done

"""One prune from its first portion to its last: what it has deleted, and one undo for all of it."""

from __future__ import annotations

import asyncio

from session_inspector.devserver.core.commands import MOST_KEPT
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.exact import PutBack
from session_inspector.devserver.stores.undo.pruning import (
    PrunedPortions,
    PrunedRows,
    restore_all,
)
from session_inspector.devserver.stores.undo.undos import UndoableChange, Undos

PRUNE_UNDONE = "the rows that were pruned are back, as they were; each has expired"
MADE_ANEW = "the app has made a row of this id again; it stays as it is"


class KeptRows:
    """What puts back the rows of one prune: each of them, or none."""

    def __init__(self, undos: Undos) -> None:
        self._undos = undos
        self._rows: list[PutBack] = []
        self._change: UndoableChange | None = None
        self._is_complete = True

    def add(self, portion: PrunedRows) -> None:
        """Take the rows of a portion; from where one cannot be put back, no undo is offered."""
        if not portion.count or not self._is_complete:
            return
        if self._change is None or not self._undos.holds(self._change):
            self._begin()
        self._rows += portion.put_back
        if len(portion.put_back) < portion.count or len(self._rows) > MOST_KEPT:
            self._drop()

    def _begin(self) -> None:
        """Offer to undo what follows: what came before is put back already, or forgotten."""
        self._rows = []
        restore = restore_all(self._rows, refusal=MADE_ANEW)
        self._change = UndoableChange(kind="prune", done=PRUNE_UNDONE, restore=restore)
        self._undos.push(self._change)

    def _drop(self) -> None:
        self._is_complete = False
        self._rows.clear()
        if self._change is not None:
            self._undos.forget(self._change)


class OngoingPrune:
    """A prune that goes on a portion at a time."""

    def __init__(
        self, at: Seconds, portions: PrunedPortions, undos: Undos, *, is_dry: bool
    ) -> None:
        self.at = at
        self.is_dry = is_dry
        self.is_over = False
        self.count = 0
        """Rows that were deleted, or counted."""
        self.looked = 0
        """Rows that were read for them."""
        self._portions = portions
        self._kept = KeptRows(undos)
        self._lock = asyncio.Lock()
        """Two may ask for a portion at once."""

    async def go_on(self) -> None:
        """Do the next portion. Raises: StoreUnavailable, which says what had gone before."""
        async with self._lock:
            await self._go_on()

    async def _go_on(self) -> None:
        try:
            portion = await anext(self._portions, None)
        except StoreUnavailable as error:
            self.is_over = True
            if self.is_dry or not self.count:
                raise
            rows = "1 row was" if self.count == 1 else f"{self.count:,} rows were"
            done = f"{error.message}; {rows} deleted before"
            raise StoreUnavailable(done, is_gone=error.is_gone) from error
        if portion is None:
            self.is_over = True
            return
        self.count += portion.count
        self.looked += portion.looked
        if not self.is_dry:
            self._kept.add(portion)

    async def finish(self) -> None:
        """Do all portions that are left. Raises: StoreUnavailable."""
        while not self.is_over:
            await self.go_on()

    async def stop(self) -> None:
        """Do no more of them; what was deleted can be undone."""
        async with self._lock:
            self.is_over = True
            await self._portions.aclose()

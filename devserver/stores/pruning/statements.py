"""How a store is pruned whose engine finds what has ended: so many rows in each statement.

Statements that delete more at once are faster (SQLite, 200,000 of 400,000 rows: 9.7 s in portions
of 5,000, 7.4 s of 20,000, 4.9 s at once), and an app's own writes wait for as long as one takes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from session_inspector.devserver.core.clock import stopwatch
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.base import Pruned
from session_inspector.devserver.stores.pruning.portions import Portions, PruneRule

LARGEST = 50_000
"""Rows that one statement deletes at most."""
QUICK = 0.25
SLOW = 1.0
"""Seconds of a statement: below the first the next one is larger, above the second smaller."""
Kind: TypeAlias = Literal["expired", "orphans"]
CountRows: TypeAlias = Callable[[Kind, Seconds], Awaitable[int]]
"""Counts the rows of a kind; of those that expire, by a moment. Raises: StoreUnavailable."""
DeleteRows: TypeAlias = Callable[[Kind, Seconds, int], Awaitable[int]]
"""Deletes so many of them at most, each if it still is one. Raises: StoreUnavailable."""


class PortionSize:
    """How many rows the next statement deletes."""

    def __init__(self, first: int) -> None:
        self.rows = first

    def note(self, took: Seconds) -> None:
        """Take how long a statement took."""
        if took < QUICK:
            self.rows = max(self.rows, min(LARGEST, 2 * self.rows))
        elif took > SLOW:
            self.rows = max(1, self.rows // 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementPruning:
    """Lets an engine delete what is of a rule, until it finds no more."""

    now: Callable[[], Seconds]
    count: CountRows
    delete: DeleteRows
    measure: Callable[[], Seconds] = stopwatch

    async def portions(self, rule: PruneRule) -> Portions:
        """Delete, or count, what is of a rule. Raises: StoreUnavailable."""
        kinds: list[Kind] = ["expired"]
        if rule.orphans:
            kinds.append("orphans")
        for kind in kinds:
            if rule.dry_run:
                found = await self.count(kind, rule.ended_by(self.now()))
                yield _to_pruned(kind, found)
                continue
            size = PortionSize(rule.most)
            while deleted := await self._delete_some(kind, rule, size):
                yield _to_pruned(kind, deleted)

    async def _delete_some(self, kind: Kind, rule: PruneRule, size: PortionSize) -> int:
        begun = self.measure()
        deleted = await self.delete(kind, rule.ended_by(self.now()), size.rows)
        size.note(self.measure() - begun)
        return deleted


def _to_pruned(kind: Kind, rows: int) -> Pruned:
    if kind == "expired":
        return Pruned(expired=rows)
    return Pruned(orphans=rows)

"""Prunes a store a portion at a time: between two of them others have turns, and it can be stopped.

What is deleted had ended when somebody asked, and still has: `PruneRule.ended_by` is the earlier
of that moment and now. So what ends meanwhile stays, and what a clock that was set back revived.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.base import Pruned, Store

FIRST = 5_000
"""Rows that the first statement deletes: 50 ms in SQLite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PruneRule:
    """What is pruned."""

    at: Seconds
    """The moment it was asked: what ends later stays."""
    orphans: bool = False
    dry_run: bool = False
    """Nothing is deleted, only counted."""
    most: int = FIRST
    """Rows of the first portion: deleted, or looked at where the engine does not find them."""

    def ended_by(self, now: Seconds) -> Seconds:
        """Return the moment by which a row must have ended."""
        return min(self.at, now)


Portions: TypeAlias = AsyncGenerator[Pruned, None]
"""What each portion deleted. Who closes it in between leaves the other rows as they are."""
PrunePortions: TypeAlias = Callable[[PruneRule], Portions]
"""Deletes, or counts, what is of a rule."""


@runtime_checkable
class PortionedStore(Protocol):
    """A store that prunes a portion at a time; others do all at once, by their own clock."""

    def prune_portions(self, rule: PruneRule) -> Portions:
        """Delete, or count, what is of a rule. Raises: StoreUnavailable."""
        ...


async def prune_portions(store: Store, rule: PruneRule) -> Portions:
    """Prune any store; one that has no portions is one. Raises: StoreUnavailable."""
    if not isinstance(store, PortionedStore):
        yield await store.prune(orphans=rule.orphans, dry_run=rule.dry_run)
        return
    async with aclosing(store.prune_portions(rule)) as portions:
        async for portion in portions:
            yield portion


async def prune_all(store: Store, rule: PruneRule) -> Pruned:
    """Prune to the end. Raises: StoreUnavailable."""
    done = Pruned()
    async with aclosing(prune_portions(store, rule)) as portions:
        async for portion in portions:
            done = done.add(portion)
    return done

"""Prunes the lab's rows by their index, so many in each step; then those that never end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.base import Pruned, SessionId
from session_inspector.devserver.stores.pruning.portions import (
    Portions,
    PrunePortions,
    PruneRule,
)
from session_inspector.devserver.stores.redis.indexed import IndexedKeys, ReadRecord


def open_index_pruning(
    index: IndexedKeys,
    now: Callable[[], Seconds],
    read: ReadRecord,
    delete: Callable[[SessionId], Awaitable[bool]],
) -> PrunePortions:
    """Return how rows with an index are pruned; orphans are read to be found."""

    async def prune(rule: PruneRule) -> Portions:
        async for rows in index.prune(rule, now):
            yield Pruned(expired=rows)
        if not rule.orphans:
            return
        lost = await index.find_orphans(read)
        for first in range(0, len(lost), rule.most):
            some = lost[first : first + rule.most]
            if not rule.dry_run:
                for key in some:
                    await delete(key)
            yield Pruned(orphans=len(some))

    return prune

"""How a store is pruned whose engine does not find what has ended: page by page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.base import Page, Pruned, SessionId
from session_inspector.devserver.stores.paging import PagedStore
from session_inspector.devserver.stores.pruning.portions import Portions, PruneRule

PAGE = 500
"""Rows that are read for one portion."""
DeleteEnded: TypeAlias = Callable[[SessionId, Seconds], Awaitable[bool]]
"""Deletes a row if it has ended by a moment, in one step; False: it stays, or is gone."""
DeleteEndless: TypeAlias = Callable[[SessionId], Awaitable[bool]]
"""Deletes a row if it never ends; False: it stays, or is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePruning:
    """Reads each row of a store, and deletes those that are of a rule."""

    store: PagedStore
    now: Callable[[], Seconds]
    delete_ended: DeleteEnded
    delete_endless: DeleteEndless

    async def portions(self, rule: PruneRule) -> Portions:
        """Delete, or count, what of each page is of a rule. Raises: StoreUnavailable."""
        cursor: str | None = None
        while True:
            page = await self.store.page(cursor, min(PAGE, rule.most))
            yield await self._prune_page(page, rule)
            cursor = page.cursor
            if cursor is None:
                return

    async def _prune_page(self, page: Page, rule: PruneRule) -> Pruned:
        expired = 0
        endless = 0
        for key, record in page.rows:
            ended_by = rule.ended_by(self.now())
            if not record.is_live(ended_by):
                expired += rule.dry_run or await self.delete_ended(key, ended_by)
            elif rule.orphans and record.expires is None:
                endless += rule.dry_run or await self.delete_endless(key)
        return Pruned(expired=expired, orphans=endless, looked=len(page.rows))

"""All rows of a store, page by page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from session_inspector.devserver.stores.base import Page, Record, SessionId


class PagedStore(Protocol):
    """A store, as far as its rows are listed."""

    async def page(self, cursor: str | None = None, limit: int = 100) -> Page:
        """Return up to `limit` records."""
        ...


async def iterate_rows(store: PagedStore, size: int) -> AsyncIterator[tuple[SessionId, Record]]:
    """Yield all rows, `size` a page, expired ones too. Raises: StoreUnavailable."""
    cursor: str | None = None
    while True:
        page = await store.page(cursor, size)
        for row in page.rows:
            yield row
        cursor = page.cursor
        if cursor is None:
            return

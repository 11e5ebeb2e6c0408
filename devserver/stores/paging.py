"""All rows of a store, page by page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from session_inspector.devserver.stores.base import KeyedRecord, Page


def cut_page(found: Sequence[KeyedRecord], limit: int) -> Page:
    """Return a page of rows of which `limit + 1` were asked for: the last says there are more."""
    rows = found[:limit]
    if len(found) <= limit:
        return Page(rows=rows, cursor=None)
    return Page(rows=rows, cursor=rows[-1][0])


class PagedStore(Protocol):
    """A store, as far as its rows are listed."""

    async def page(self, cursor: str | None = None, limit: int = 100) -> Page:
        """Return up to `limit` records."""
        ...


async def iterate_rows(store: PagedStore, size: int) -> AsyncIterator[KeyedRecord]:
    """Yield all rows, `size` a page, expired ones too. Raises: StoreUnavailable."""
    cursor: str | None = None
    while True:
        page = await store.page(cursor, size)
        for row in page.rows:
            yield row
        cursor = page.cursor
        if cursor is None:
            return

"""Any store as a source, by its own pages: plug-ins, memory, a cluster."""

from __future__ import annotations

from session_inspector.devserver.stores.base import KeyedRecord
from session_inspector.devserver.stores.paging import PagedStore
from session_inspector.devserver.stores.querying.conditions import describe_answer
from session_inspector.devserver.stores.querying.filters import RowFilter
from session_inspector.devserver.stores.querying.sources import Keep, Portion

PAGE = 500


class PagedSource:
    """The pages of a store; the filter is checked here."""

    stability = "as the store's own pages"

    def __init__(self, store: PagedStore, wanted: RowFilter, *, is_harmless: bool = False) -> None:
        """`is_harmless`: no cursor of this store is an id."""
        self.how = describe_answer("", [], wanted.names)
        self._store = store
        self._is_harmless = is_harmless

    async def read(
        self, position: str | None, most: int, keep: Keep[KeyedRecord]
    ) -> Portion[KeyedRecord]:
        """Return what fits of one page; some stores' pages have a few rows more."""
        page = await self._store.page(position, min(most, PAGE))
        rows = [row for row in page.rows if keep(row)]
        return Portion(rows=rows, position=page.cursor, looked=len(page.rows))

    async def disclose(self, position: str) -> str | None:
        """Return None where a cursor may be an id."""
        if self._is_harmless:
            return position
        return None

"""The source of any store: its own, else its pages; and that of rows which are sealed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.base import KeyedRecord, Store
from session_inspector.devserver.stores.querying.filters import RowFilter
from session_inspector.devserver.stores.querying.paged import PagedSource
from session_inspector.devserver.stores.querying.sources import (
    Keep,
    Portion,
    WindowedStore,
    WindowSource,
)

T = TypeVar("T")
U = TypeVar("U")


async def open_source(store: Store, wanted: RowFilter, now: Seconds) -> WindowSource[KeyedRecord]:
    """Return the rows of a store as a source. Raises: StoreUnavailable."""
    if isinstance(store, WindowedStore):
        return await store.open_source(wanted, now)
    return PagedSource(store, wanted)


class MappedSource(Generic[T, U]):
    """Rows that are opened, or read, before they are compared."""

    def __init__(self, inner: WindowSource[T], to_row: Callable[[T], U]) -> None:
        self.how = inner.how
        self.stability = inner.stability
        self._inner = inner
        self._to_row = to_row

    async def read(self, position: str | None, most: int, keep: Keep[U]) -> Portion[U]:
        """Return what fits, opened."""

        def fits(row: T) -> bool:
            return keep(self._to_row(row))

        portion = await self._inner.read(position, most, fits)
        rows = [self._to_row(row) for row in portion.rows]
        return Portion(rows=rows, position=portion.position, looked=portion.looked)

    async def disclose(self, position: str) -> str | None:
        """Return the inner position without an id."""
        return await self._inner.disclose(position)


class NoRows:
    """The source of a place where no rows are."""

    how = ""
    stability = ""

    async def read(self, position: str | None, most: int, keep: Keep[T]) -> Portion[T]:
        """Return none."""
        return Portion(rows=[], position=None, looked=0)

    async def disclose(self, position: str) -> str | None:
        """Return nothing: nowhere goes on."""
        return None

"""A list as a window on a store: some rows, and where to go on; never the whole.

A source looks at rows a portion at a time, in an order in which it finds its place again, and lets
its engine leave out what cannot fit. `Search` checks what comes, until a page is full.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeAlias, TypeVar, runtime_checkable

from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.base import KeyedRecord
from session_inspector.devserver.stores.querying.filters import RowFilter

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Keep: TypeAlias = Callable[[T], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion(Generic[T_co]):
    """What one trip to the engine brought."""

    rows: Sequence[T_co]
    """Those that fit."""
    position: str | None
    """Where to go on; None: that was all."""
    looked: int
    """Rows that were looked at for them, by the engine or here."""


class WindowSource(Protocol[T_co]):
    """One list of a store, under one filter."""

    how: str
    """Who looks for the rows, in a few words."""
    stability: str
    """What becomes of the list while rows are written, in a few words."""

    async def read(self, position: str | None, most: int, keep: Keep[T_co]) -> Portion[T_co]:
        """Look at the next portion; return `most` rows at most, of those that `keep` takes.

        Raises: StoreUnavailable.
        """
        ...

    async def disclose(self, position: str) -> str | None:
        """Return a position without the id in it; None: it cannot be told without.

        Raises: StoreUnavailable.
        """
        ...


OpenSource: TypeAlias = Callable[[RowFilter, Seconds], Awaitable["WindowSource[KeyedRecord]"]]
"""Takes a filter and the moment that its `expires:` counts from."""


def take_fitting(
    rows: Iterable[tuple[str, T]], most: int, keep: Keep[T]
) -> tuple[list[T], str | None]:
    """Return (rows that fit, `most` at most; the position of the next one, None: all are seen).

    `rows`: each with its position.
    """
    found: list[T] = []
    for position, row in rows:
        if len(found) == most:
            return found, position
        if keep(row):
            found.append(row)
    return found, None


@runtime_checkable
class WindowedStore(Protocol):
    """A store whose engine pages and filters."""

    open_source: OpenSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a search is."""

    looked: int
    found: int


class Search(Generic[T]):
    """Fills one page; who cancels it finds here what it has, and where to go on."""

    def __init__(
        self,
        source: WindowSource[T],
        keep: Keep[T],
        position: str | None,
        note: Callable[[Progress], None] | None = None,
    ) -> None:
        self.rows: list[T] = []
        self.position = position
        self.looked = 0
        self.is_over = False
        """The store has no more rows."""
        self._source = source
        self._keep = keep
        self._note = note

    async def fill(self, limit: int) -> None:
        """Look on until the page is full or the store is at its end. Raises: StoreUnavailable."""
        while len(self.rows) < limit and not self.is_over:
            missing = limit - len(self.rows)
            portion = await self._source.read(self.position, missing, self._keep)
            self.rows += portion.rows
            self.looked += portion.looked
            self.position = portion.position
            self.is_over = portion.position is None
            if self._note is not None:
                self._note(Progress(looked=self.looked, found=len(self.rows)))

"""Rows of one SQL table as a source: by keyset, a portion at a time, conditions in SQL.

A portion is bounded by rows that are looked at, not by rows that fit: a condition that few rows
meet still lets go of the database after each. Where an index has the condition on ends and few rows
meet it, only those are read. Statements are written with `?` for values.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, Literal, TypeAlias, TypeVar

from session_inspector.devserver.stores.querying.cursors import shorten
from session_inspector.devserver.stores.querying.sources import Keep, Portion, take_fitting

T = TypeVar("T")
Fetch: TypeAlias = Callable[[str, Sequence[object]], Awaitable[Sequence[Sequence[object]]]]
"""Runs a statement with its values. Raises: StoreUnavailable."""
ReadRows: TypeAlias = Callable[[Sequence[Sequence[object]]], Awaitable[Sequence[T]]]
"""Makes rows of what a statement brought."""
OrderKind: TypeAlias = Literal["number", "text", "uuid"]
PORTION = 20_000
"""Rows that one statement looks at."""
MOST_DUE = 20_000
"""Rows that are found by an index, and read in one statement."""
BATCH = 1000
"""Rows that are read at least, where not each fits."""
TRIES = 6
"""Beginnings that are tried, where a database does not order texts as we do."""
LARGEST = 2**63 - 1
NIL = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Clause:
    """A condition and its values; empty: every row meets it."""

    sql: str = ""
    values: tuple[object, ...] = ()

    def __and__(self, other: Clause) -> Clause:
        """Return both."""
        both = [one.sql for one in (self, other) if one.sql]
        return Clause(" AND ".join(both), self.values + other.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlList:
    """What is read of one table, in which order."""

    table: str
    """Quoted."""
    columns: str
    order: str
    """A unique column, or rowid."""
    kind: OrderKind
    mark: str = "?"
    """How a position is written in SQL."""
    wanted: Clause = field(default_factory=Clause)
    """What rows must meet to fit; some that meet it may not fit."""
    due: Clause = field(default_factory=Clause)
    """The condition on ends by itself, where an index has it."""
    is_filtered: bool = False
    """Not each row fits: more are read than are wanted."""


@dataclass(frozen=True, slots=True)
class Taking(Generic[T]):
    """What is taken of the rows that come."""

    most: int
    keep: Keep[T]


class SqlSource(Generic[T]):
    """One list of a table."""

    def __init__(
        self, fetch: Fetch, to_rows: ReadRows[T], wanted: SqlList, how: str, stability: str
    ) -> None:
        self.how = how
        self.stability = stability
        self._fetch = fetch
        self._to_rows = to_rows
        self._list = wanted
        self._is_due: bool | None = None
        """Few rows are due, and an index has them; None: not asked yet."""

    async def read(self, position: str | None, most: int, keep: Keep[T]) -> Portion[T]:
        """Return rows of the next portion."""
        size = most
        if self._list.is_filtered:
            size = max(most, BATCH)
        if not self._list.wanted.sql:
            found = await self._select(self._behind(position), size)
            return await self._cut(found, size, Taking(most, keep))
        if await self._has_few_due():
            clause = self._behind(position) & self._list.wanted & self._of_index()
            found = await self._select(clause, size)
            return await self._cut(found, size, Taking(most, keep))
        return await self._read_portion(position, size, Taking(most, keep))

    async def disclose(self, position: str) -> str | None:
        """Return the shortest text that still begins the same page."""
        if self._list.kind == "number":
            return position
        found = await self._ask(
            f"SELECT {self._list.order} FROM {self._list.table} WHERE {self._list.order} <"
            f" {self._list.mark} ORDER BY {self._list.order} DESC LIMIT 1",
            (position,),
        )
        before = found[0][0] if found else ""
        first = len(shorten(position, str(before)))
        for length in range(first, min(first + TRIES, len(position)) + 1):
            text = self._fill_up(position[:length])
            if await self._find_first(text) == position:
                return text
        return None

    def _of_index(self) -> Clause:
        """Return the condition of the few rows that an index has found."""
        due = self._list.due
        return Clause(
            f"{self._list.order} IN (SELECT {self._list.order} FROM {self._list.table}"
            f" WHERE {due.sql} LIMIT {MOST_DUE + 1})",
            due.values,
        )

    async def _read_portion(self, position: str | None, size: int, taking: Taking[T]) -> Portion[T]:
        """Return the rows that fit among the next ones."""
        start = await self._find_first(position)
        if start is None:
            return Portion(rows=[], position=None, looked=0)
        end = await self._find_end(start)
        within = self._between(start, end)
        looked, fitting = await self._count(within)
        if not fitting:
            return Portion(rows=[], position=end, looked=looked)
        found = await self._select(within & self._list.wanted, size)
        portion = await self._cut(found, size, taking, end)
        if portion.position != end:
            looked, _ = await self._count(self._between(start, portion.position))
        return replace(portion, looked=looked)

    async def _cut(
        self,
        found: Sequence[Sequence[object]],
        size: int,
        taking: Taking[T],
        end: str | None = None,
    ) -> Portion[T]:
        """Return what fits; a row more than was asked for, or than is taken, is where to go on."""
        if len(found) > size:
            end = str(found[size][0])
        rows = await self._to_rows([row[1:] for row in found[:size]])
        positions = [str(row[0]) for row in found[:size]]
        kept, following = take_fitting(zip(positions, rows, strict=True), taking.most, taking.keep)
        return Portion(rows=kept, position=following or end, looked=len(rows))

    async def _has_few_due(self) -> bool:
        if self._is_due is None:
            due = self._list.due
            self._is_due = False
            if due.sql:
                some = (
                    f"SELECT 1 AS one FROM {self._list.table} WHERE {due.sql} LIMIT {MOST_DUE + 1}"
                )
                rows = await self._ask(f"SELECT count(*) FROM ({some}) AS due", due.values)
                self._is_due = int(str(rows[0][0])) <= MOST_DUE
        return self._is_due

    async def _find_first(self, position: str | None) -> str | None:
        """Return the first position from one on."""
        clause = self._behind(position)
        rows = await self._ask(
            f"SELECT {self._list.order} FROM {self._list.table}{_where(clause)}"
            f" ORDER BY {self._list.order} LIMIT 1",
            clause.values,
        )
        if not rows:
            return None
        return str(rows[0][0])

    async def _find_end(self, start: str) -> str | None:
        """Return the first position behind a portion; None: the table ends in it."""
        if self._list.kind == "number":
            return str(min(int(start) + PORTION, LARGEST))
        clause = self._behind(start)
        rows = await self._ask(
            f"SELECT {self._list.order} FROM {self._list.table}{_where(clause)}"
            f" ORDER BY {self._list.order} LIMIT 1 OFFSET {PORTION}",
            clause.values,
        )
        if not rows:
            return None
        return str(rows[0][0])

    async def _count(self, clause: Clause) -> tuple[int, int]:
        """Return (rows of a portion, those of them that meet the condition), in one pass."""
        wanted = self._list.wanted
        rows = await self._ask(
            f"SELECT count(*), sum(CASE WHEN {wanted.sql} THEN 1 ELSE 0 END)"
            f" FROM {self._list.table}{_where(clause)}",
            wanted.values + clause.values,
        )
        looked, fitting = rows[0]
        return int(str(looked)), int(str(fitting or 0))

    async def _select(self, clause: Clause, most: int) -> Sequence[Sequence[object]]:
        """Return positions and columns of rows, one more than is wanted."""
        return await self._ask(
            f"SELECT {self._list.order}, {self._list.columns} FROM {self._list.table}"
            f"{_where(clause)} ORDER BY {self._list.order} LIMIT {most + 1}",
            clause.values,
        )

    def _between(self, start: str, end: str | None) -> Clause:
        clause = self._behind(start)
        if end is None:
            return clause
        return clause & Clause(f"{self._list.order} < {self._list.mark}", (end,))

    def _behind(self, position: str | None) -> Clause:
        if position is None:
            return Clause()
        return Clause(f"{self._list.order} >= {self._list.mark}", (position,))

    def _fill_up(self, start: str) -> str:
        """Return the beginning of an id as a value of its column."""
        if self._list.kind == "uuid":
            return start + NIL[len(start) :]
        return start

    async def _ask(self, sql: str, values: Sequence[object]) -> Sequence[Sequence[object]]:
        return await self._fetch(sql, values)


def _where(clause: Clause) -> str:
    if not clause.sql:
        return ""
    return f" WHERE {clause.sql}"

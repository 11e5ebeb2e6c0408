"""A filter as SQL: conditions that every row which fits meets, and as few others as can be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.querying.filters import Name, RowFilter
from session_inspector.devserver.stores.querying.sql_source import Clause, OrderKind, SqlList

SLACK = 2.0
"""Seconds by which an end may be rounded in its column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlDialect:
    """How one engine writes conditions; `{}` is the column."""

    engine: str
    contains: str
    size: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndColumn:
    """The column of ends."""

    name: str
    """Quoted."""
    encode: Callable[[Seconds], object]
    mark: str = "?"
    is_indexed: bool = False
    inner_marks: tuple[str, ...] = ()
    """One of them stands in each row that has an earlier end inside, which counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlColumns:
    """What an engine can compare; None: it cannot be seen by it."""

    data: str | None
    """Whose text names the user as it is shown."""
    sized: str | None
    """What the size of a row is measured by."""
    fewest: float = 1.0
    """So much of the size that is shown has a row in its column, at least."""
    most: float | None = 1.0
    """So much at most; None: that is not known."""
    ends: EndColumn | None
    also: tuple[str, ...] = ()
    """Texts of rows whose user is not to be seen in them: `id_token`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What an engine is asked, and what that leaves."""

    wanted: Clause
    due: Clause
    """The part on ends, where an index has it."""
    by_engine: Sequence[Name]
    here: Sequence[Name]

    def describe(self, engine: str) -> str:
        """Return who looks for what a filter wants."""
        return describe_answer(engine, self.by_engine, self.here)


@dataclass(frozen=True, slots=True)
class SqlOrder:
    """What orders the rows of a table, and finds a place again."""

    column: str
    kind: OrderKind
    mark: str
    stability: str
    """What becomes of the list while rows are written."""

    def list_rows(self, table: str, columns: str, conditions: Conditions) -> SqlList:
        """Return what is read of a table."""
        return SqlList(
            table=table,
            columns=columns,
            order=self.column,
            kind=self.kind,
            mark=self.mark,
            wanted=conditions.wanted,
            due=conditions.due,
            is_filtered=bool(conditions.by_engine or conditions.here),
        )


def describe_answer(engine: str, by_engine: Sequence[str], here: Sequence[str]) -> str:
    """Return who looks for what a filter wants; empty: it wants nothing."""
    parts: list[str] = []
    if by_engine:
        parts.append(f"{', '.join(by_engine)}: by {engine}, and checked here")
    if here:
        parts.append(f"{', '.join(here)}: each row was read and checked here")
    return "; ".join(parts)


def make_conditions(
    wanted: RowFilter, columns: SqlColumns, dialect: SqlDialect, now: Seconds
) -> Conditions:
    """Return a filter as conditions."""
    found: dict[Name, list[Clause]] = {
        "user": list(_on_user(wanted, columns, dialect)),
        "size": list(_on_size(wanted, columns, dialect)),
        "expires": list(_on_ends(wanted, columns, dialect, now)),
    }
    all_of = Clause()
    for clauses in found.values():
        for clause in clauses:
            all_of &= clause
    due = Clause()
    if columns.ends is not None and columns.ends.is_indexed and not columns.ends.inner_marks:
        for clause in found["expires"]:
            due &= clause
    names = wanted.names
    by_engine = [name for name in names if found[name]]
    return Conditions(
        wanted=all_of,
        due=due,
        by_engine=by_engine,
        here=[name for name in names if name not in by_engine],
    )


def _on_user(wanted: RowFilter, columns: SqlColumns, dialect: SqlDialect) -> Iterator[Clause]:
    if columns.data is None:
        return
    contains = dialect.contains.format(columns.data)
    for part in wanted.user_parts():
        texts = (part, *columns.also)
        yield Clause(f"({' OR '.join([contains] * len(texts))})", texts)


def _on_size(wanted: RowFilter, columns: SqlColumns, dialect: SqlDialect) -> Iterator[Clause]:
    if columns.sized is None:
        return
    size = dialect.size.format(columns.sized)
    for bound in wanted.bounds("size"):
        if bound.is_above:
            yield Clause(f"{size} > ?", (int(bound.limit * columns.fewest),))
        elif columns.most is not None:
            yield Clause(f"{size} < ?", (int(bound.limit * columns.most) + 1,))


def _on_ends(
    wanted: RowFilter, columns: SqlColumns, dialect: SqlDialect, now: Seconds
) -> Iterator[Clause]:
    ends = columns.ends
    if ends is None:
        return
    for bound in wanted.bounds("expires"):
        after = now - SLACK
        if bound.is_above:
            yield _compare(ends, ">", now + bound.limit - SLACK)
            continue
        live = _compare(ends, ">", after) & _compare(ends, "<", now + bound.limit + SLACK)
        yield _or_marked(live, ends, columns, dialect)


def _compare(ends: EndColumn, sign: str, at: Seconds) -> Clause:
    return Clause(f"{ends.name} {sign} {ends.mark}", (ends.encode(at),))


def _or_marked(live: Clause, ends: EndColumn, columns: SqlColumns, dialect: SqlDialect) -> Clause:
    """Return a condition that rows with an end of their own inside meet as well."""
    if not ends.inner_marks or columns.data is None:
        return live
    contains = dialect.contains.format(columns.data)
    marked = " OR ".join([contains] * len(ends.inner_marks))
    return Clause(f"(({live.sql}) OR {marked})", live.values + ends.inner_marks)

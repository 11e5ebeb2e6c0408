"""Rows of other frameworks' session stores, as bytes: read only, whatever their layout.

A reader knows where rows lie (key prefixes, tables and their columns, collections and their
members); what is in one is the business of `devserver/attach/layouts.py`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from session_inspector.devserver.core.numbers import count_noun
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.querying.estimates import RowEstimate
from session_inspector.devserver.stores.querying.filters import RowFilter
from session_inspector.devserver.stores.querying.sources import WindowSource
from session_inspector.devserver.stores.watching.commands import CommandCount


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRow:
    """One row."""

    key: str
    """As the store has it, prefix and all."""
    value: bytes
    expires: Seconds | None
    """By the store itself: TTL, or the expiry column; None: it names no end."""
    is_obeyed: bool = True
    """False: the framework does not check that end; whoever finds the row is logged in."""
    is_placed: bool = True
    """False: it lies where somebody said, not where its layout keeps rows by default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributes:
    """A session in columns of its own, with its attributes in rows of another table."""

    members: tuple[tuple[str, str], ...]
    """(column, the member that it is in the row's value): numbers or texts."""
    row_id: str
    """The column by which the attributes name their row."""
    table: str
    owner: str
    """Its column that holds the row's id; a row that is deleted takes its attributes with it."""
    name: str
    value: str
    prefix: str
    """Stands before an attribute's name among the members."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A table or collection that holds sessions."""

    table: str
    key: str
    data: str
    """Empty: the row has no data beyond the key (the user's id is data then)."""
    expires: str
    is_local: bool = False
    """Its end has no time zone, and is meant in the database's own (connect-pg-simple's)."""
    is_obeyed: bool = True
    """False: the framework does not check the end, the engine's own TTL deletes the row."""
    attributes: Attributes | None = None
    """None: all of a row's content is in `data`; else its value is JSON of all members."""

    @property
    def quoted(self) -> str:
        """The table as SQL names it; `schema.table` names one of another schema."""
        return ".".join(f'"{part}"' for part in self.table.split("."))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns or members it has."""
        named = [self.key, self.data, self.expires]
        if self.attributes is not None:
            named.append(self.attributes.row_id)
            named += [column for column, _ in self.attributes.members]
        return tuple(name for name in named if name)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowLocations:
    """Where one layout keeps its rows, in each kind of store."""

    redis: tuple[str, ...] = ()
    """Patterns of keys, as SCAN takes them."""
    hashes: tuple[str, ...] = ()
    """The same for keys that are hashes; a row's value is then JSON of its fields."""
    tables: tuple[Shape, ...] = ()
    collections: tuple[Shape, ...] = ()

    def at(self, table: str, collection: str) -> RowLocations:
        """Return it with a named table and collection in place of the usual ones; empty: those."""
        return replace(
            self,
            tables=_rename(self.tables, table),
            collections=_rename(self.collections, collection),
        )


def _rename(shapes: tuple[Shape, ...], name: str) -> tuple[Shape, ...]:
    """Return shapes of another name; what lies in two tables stays where it is, or is left out."""
    if not name:
        return shapes
    whole = [replace(shape, table=name) for shape in shapes if shape.attributes is None]
    split = [shape for shape in shapes if shape.attributes is not None and shape.table == name]
    return tuple(dict.fromkeys([*whole, *split]))


@dataclass(frozen=True, slots=True, kw_only=True)
class RowTexts:
    """What an engine can see of a layout's rows in the text of their content."""

    names_user: bool = False
    """The user stands there as it is shown: no Base64, no compression, no table of its own."""
    inner_marks: tuple[str, ...] | None = None
    """In small letters: one stands in each row with an end inside that its framework obeys; None:
    not known."""

    def hide_from(self, wanted: RowFilter) -> RowFilter:
        """Return a filter with what only we can check."""
        if not self.names_user:
            wanted = wanted.hide("user")
        if self.inner_marks is None:
            wanted = wanted.hide("expires")
        return wanted


NOTHING_SEEN = RowTexts()
"""All of a row is for us to read."""


class RawReader(Protocol):
    """Reads one store. Raises StoreUnavailable when it does not answer."""

    commands: CommandCount
    """What it has sent to the engine."""

    def rows(
        self, locations: RowLocations, limit: int, *, is_sample: bool = False
    ) -> AsyncIterator[RawRow]:
        """Yield up to `limit` rows of a layout, in no order; a sample may miss some."""
        ...

    async def open_source(
        self, locations: RowLocations, texts: RowTexts, wanted: RowFilter, now: Seconds
    ) -> WindowSource[RawRow]:
        """Return the rows of a layout as a list that is read a page at a time.

        The engine leaves out what cannot fit a filter, as far as it sees.
        """
        ...

    async def estimate(self, locations: RowLocations) -> RowEstimate | None:
        """Return about how many rows of a layout there are, without reading them; None: unknown."""
        ...

    async def at(self, locations: RowLocations, keys: Sequence[str]) -> Sequence[RawRow]:
        """Return the rows of whole keys, those that are there, in no order."""
        ...

    def prefixes(self, locations: RowLocations) -> Sequence[str]:
        """Return what may stand before an id in a key of this layout; "" where nothing does."""
        ...

    async def survey(self) -> Sequence[str]:
        """Return the keys by pattern or the tables that are there, whatever their layout."""
        ...

    async def others(self, locations: RowLocations) -> Mapping[str, int]:
        """Return how many keys of each other type lie where the layout's rows do."""
        ...

    async def version(self) -> str | None:
        """Return what every write to the store changes; None: the engine does not tell.

        It costs the store one short command, however many rows it has.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


def to_bytes(value: object) -> bytes:
    """Return a data column's bytes, whatever type it has."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    if value is None:
        return b""
    return str(value).encode("utf-8", "replace")


def find_shape(shapes: Sequence[Shape], columns: dict[str, set[str]]) -> Shape | None:
    """Return the first shape whose table is there ({table: columns}) with all its columns."""
    for shape in shapes:
        present = columns.get(shape.table, set())
        if present.issuperset(shape.columns):
            return shape
    return None


def describe_others(counts: Mapping[str, int]) -> str:
    """Return what lies among the rows and is none; empty: nothing does."""
    if not counts:
        return ""
    types = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
    return f"{count_noun(sum(counts.values()), 'key')} of other types there, no sessions: {types}"

"""Rows of other frameworks' session stores, as bytes: read only, whatever their layout.

A reader knows where rows lie (key prefixes, tables and their columns, collections and their
members); what is in one is the business of `devserver/attach/layouts.py`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from session_inspector.devserver.core.numbers import is_number
from session_inspector.devserver.core.values import Seconds

SCHEMES = frozenset(
    {
        "redis",
        "rediss",
        "redis+sentinel",
        "rediss+sentinel",
        "sqlite",
        "postgresql",
        "postgres",
        "mongodb",
        "mongodb+srv",
    }
)
"""Where rows of other frameworks are read."""
OWN_OPTIONS = frozenset({"table", "notify", "collection", "prefix"})
"""Options of a store's URL that are ours, and no driver's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRow:
    """One row."""

    key: str
    """As the store has it, prefix and all."""
    value: bytes
    expires: Seconds | None
    """What the store itself says: TTL, or the expiry column; None: nothing."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class RowLocations:
    """Where one layout keeps its rows, in each kind of store."""

    redis: tuple[str, ...] = ()
    """Patterns of keys, as SCAN takes them."""
    tables: tuple[Shape, ...] = ()
    collections: tuple[Shape, ...] = ()


class RawReader(Protocol):
    """Reads one store. Raises StoreUnavailable when it does not answer."""

    def rows(
        self, locations: RowLocations, limit: int, *, is_sample: bool = False
    ) -> AsyncIterator[RawRow]:
        """Yield up to `limit` rows of a layout, in no order; a sample may miss some."""
        ...

    async def at(self, locations: RowLocations, keys: Sequence[str]) -> Sequence[RawRow]:
        """Return the rows of whole keys, those that are there, in no order."""
        ...

    def prefixes(self, locations: RowLocations) -> Sequence[str]:
        """Return what may stand before an id in a key of this layout; "" where nothing does."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


def moment_of(value: object) -> Seconds | None:
    """Return Unix seconds of an expiry column: seconds, milliseconds, a date, ISO text."""
    if is_number(value):
        return value / 1000 if value > 1e11 else float(value)
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()


def bytes_of(value: object) -> bytes:
    """Return a data column's bytes, whatever type it has."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    return b"" if value is None else str(value).encode("utf-8", "replace")


def first_present(shapes: Sequence[Shape], columns: dict[str, set[str]]) -> Shape | None:
    """Return the first shape whose table is there with all its columns."""
    for shape in shapes:
        needed = {shape.key, shape.data, shape.expires} - {""}
        if needed <= columns.get(shape.table, set()):
            return shape
    return None


def without_own_options(url: str) -> str:
    """Return a URL with the options of its driver only."""
    parts = urlsplit(url)
    options = [(name, value) for name, value in parse_qsl(parts.query) if name not in OWN_OPTIONS]
    return urlunsplit(parts._replace(query=urlencode(options)))

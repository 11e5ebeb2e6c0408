"""Statements on rows of other frameworks in SQLite and PostgreSQL tables.

Names of tables and columns come from our own constants, or from the database's own catalogue,
never from a person's input.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from session_inspector.devserver.attach.rows.attributes import change_members, member_columns
from session_inspector.devserver.attach.rows.base import RawRow, Shape, to_bytes
from session_inspector.devserver.attach.rows.writing import Change, convert_like
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.querying.conditions import EndColumn, SqlColumns
from session_inspector.devserver.stores.timestamps import encode_like, to_seconds

PAGE = 1000
HIDDEN_USERS = ("id_token", "idtoken")
"""In rows whose user may be named in a token only."""
SqlRow: TypeAlias = tuple[object, object, object]
"""Key, content and end, as `select_rows` reads them."""


def select_rows(shape: Shape, cast: str = "") -> str:
    """Return the statement that reads key, content and end; `cast` is put behind the end."""
    return f"SELECT {list_columns(shape, cast)} FROM {shape.quoted}"


def list_columns(shape: Shape, cast: str = "") -> str:
    """Return what `select_rows` reads."""
    data = "NULL"
    if shape.data:
        data = f'"{shape.data}"'
    more = "".join(f', "{name}"' for name in member_columns(shape))
    return f'"{shape.key}", {data}, "{shape.expires}"{cast}{more}'


def seen_columns(shape: Shape, ends: EndColumn | None) -> SqlColumns:
    """Return what a database can compare of a layout's rows."""
    data = None
    if shape.data and shape.attributes is None:
        data = f'"{shape.data}"'
    if not shape.is_obeyed:
        ends = None
    return SqlColumns(data=data, sized=data, ends=ends, also=HIDDEN_USERS)


def quote_names(names: Iterable[str]) -> str:
    """Return a list of columns."""
    doubled = (name.replace('"', '""') for name in names)
    return ", ".join(f'"{name}"' for name in doubled)


def to_raw_row(shape: Shape, found: Sequence[object]) -> RawRow:
    """Return what `select_rows` found; of a row with attributes, what `join_rows` made of it."""
    key, data, expires = found
    return RawRow(
        key=str(key),
        value=to_bytes(data),
        expires=to_seconds(expires),
        is_obeyed=shape.is_obeyed,
    )


def change_columns(shape: Shape, found: SqlRow, at: Seconds, change: Change) -> dict[str, object]:
    """Return columns and their new values: the end, and the content where it keeps one too."""
    ends = {shape.expires: encode_like(found[2], at)}
    return ends | _change_content(shape, found, change)


def _change_content(shape: Shape, found: SqlRow, change: Change) -> dict[str, object]:
    """Return the column of the content with its new value; empty: it stays as it is."""
    data = found[1]
    if not shape.data and shape.attributes is None:
        return {}
    value = change(to_bytes(data))
    if value is None:
        return {}
    if shape.attributes is not None:
        return change_members(shape.attributes, to_bytes(data), value)
    return {shape.data: convert_like(data, value)}

"""Rows of other frameworks in SQLite and PostgreSQL tables.

What reading and writing share stands here too. Names of tables and columns are our own constants,
never a person's input.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from session_inspector.devserver.attach.rows.base import (
    RawRow,
    Shape,
    bytes_of,
    moment_of,
)
from session_inspector.devserver.attach.rows.writing import Change, like, typed
from session_inspector.devserver.core.values import Seconds

if TYPE_CHECKING:
    pass

PAGE = 1000


def select(shape: Shape, moment: str = "") -> str:
    """Return the statement that reads key, content and end; `moment` casts the end."""
    data = f'"{shape.data}"' if shape.data else "NULL"
    return f'SELECT "{shape.key}", {data}, "{shape.expires}"{moment} FROM "{shape.table}"'


def quoted(names: Sequence[str]) -> str:
    """Return a list of columns."""
    return ", ".join('"' + name.replace('"', '""') + '"' for name in names)


def row_of(key: object, data: object, expires: object) -> RawRow:
    """Return what `select` found."""
    return RawRow(key=str(key), value=bytes_of(data), expires=moment_of(expires))


def changed_columns(
    shape: Shape, data: object, expires: object, at: Seconds, change: Change
) -> dict[str, object]:
    """Return columns and their new values: the end, and the content where it keeps one too."""
    changes = {shape.expires: like(expires, at)}
    value = change(bytes_of(data)) if shape.data else None
    if value is not None:
        changes[shape.data] = typed(data, value)
    return changes

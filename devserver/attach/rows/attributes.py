"""Sessions in columns of their own, with attributes in rows of another table (Spring Session JDBC).

A row's value is JSON of all its members, as that of a hash in Redis: one way to read both. Names of
tables and columns come from our own constants.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from session_inspector.devserver.attach.rows.base import Attributes, Shape, to_bytes
from session_inspector.devserver.core.json.writing import strict_json
from session_inspector.devserver.decoders.codecs.json_text import parse_object
from session_inspector.devserver.decoders.stored import HASH_TEXT

BEFORE_MEMBERS = 4
"""Columns that `select_rows` reads first: key, content, end, and the id of the row."""


def member_columns(shape: Shape) -> list[str]:
    """Return the columns that are read beside key, content and end."""
    if shape.attributes is None:
        return []
    return [shape.attributes.row_id, *(column for column, _ in shape.attributes.members)]


def select_attributes(found: Attributes, condition: str) -> str:
    """Return the statement that reads owner, name and value; the condition is on the owner."""
    columns = f'"{found.owner}", "{found.name}", "{found.value}"'
    return f'SELECT {columns} FROM "{found.table}" WHERE "{found.owner}" {condition}'


def row_ids(rows: Sequence[Sequence[object]]) -> list[object]:
    """Return the ids by which attributes name these rows."""
    return [row[BEFORE_MEMBERS - 1] for row in rows]


def join_rows(
    found: Attributes, rows: Sequence[Sequence[object]], attributes: Iterable[Sequence[object]]
) -> list[tuple[object, object, object]]:
    """Return rows as (key, value, end), with their attributes among the members."""
    by_owner: dict[object, dict[str, str]] = {}
    for owner, name, value in attributes:
        text = to_bytes(value).decode(HASH_TEXT)
        by_owner.setdefault(owner, {})[f"{found.prefix}{name}"] = text
    joined: list[tuple[object, object, object]] = []
    for key, _, end, row_id, *columns in rows:
        names = [member for _, member in found.members]
        members = dict(zip(names, map(_column_text, columns), strict=True))
        value = strict_json({**members, **by_owner.get(row_id, {})}).encode()
        joined.append((key, value, end))
    return joined


def change_members(found: Attributes, before: bytes, after: bytes) -> dict[str, object]:
    """Return columns and their new values, of a value that was changed."""
    old = parse_object(before) or {}
    new = parse_object(after) or {}
    changed = [(column, member) for column, member in found.members if old[member] != new[member]]
    return {column: int(str(new[member])) for column, member in changed}


def _column_text(value: object) -> str:
    return to_bytes(value).decode(HASH_TEXT)

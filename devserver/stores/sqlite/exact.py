"""Rows of one table changed in place, or taken away whole; jobs of the writer's connection."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.base import Record, SessionId
from session_inspector.devserver.stores.exact import Change, change_content
from session_inspector.devserver.stores.sqlite.group_commit import SqlRow
from session_inspector.devserver.stores.sqlite.statements import SqliteStatements
from session_inspector.devserver.stores.timestamps import encode_like, to_end


@dataclass(frozen=True, slots=True)
class TakenRow:
    """A row that was deleted, with all its columns."""

    names: tuple[str, ...]
    values: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """The content and the end of a row, before a change and after it, as the file has them."""

    before: SqlRow
    after: SqlRow


def undo_change(sql: SqliteStatements, key: SessionId, changed: ChangedRow) -> tuple[str, SqlRow]:
    """Return (statement, its values): what puts back the columns that have changed."""
    columns: list[str] = []
    before: list[object] = []
    after: list[object] = []
    for column, old, new in zip(("data", "expires_at"), changed.before, changed.after, strict=True):
        if old != new or type(old) is not type(new):
            columns.append(column)
            before.append(old)
            after.append(new)
    if not columns:
        return sql.move_back(["id"]), (key, key, key)
    return sql.move_back(columns), (*before, key, *after)


def make_change(
    sql: SqliteStatements, key: SessionId, change: Change, now: Seconds
) -> Callable[[sqlite3.Connection], ChangedRow | None]:
    """Return the job that changes a live row; it returns None when the row is gone."""

    def job(db: sqlite3.Connection) -> ChangedRow | None:
        if not db.in_transaction:
            db.execute("BEGIN IMMEDIATE")  # nobody writes between our reading and our writing
        before = db.execute(sql.read, (key,)).fetchone()
        if before is None or not Record(data={}, expires=to_end(before[1])).is_live(now):
            return None
        data, ends = before
        if change.ends is not None:
            ends = encode_like(ends, change.ends)
        db.execute(sql.move, (change_content(data, change), ends, key))
        return ChangedRow(before, db.execute(sql.read, (key,)).fetchone())

    return job


def make_take(
    statement: str, values: Sequence[object]
) -> Callable[[sqlite3.Connection], TakenRow | None]:
    """Return the job that deletes a row in one statement; it returns None when there was none."""

    def job(db: sqlite3.Connection) -> TakenRow | None:
        cursor = db.execute(statement, tuple(values))
        rows = cursor.fetchall()
        if not rows:
            return None
        return TakenRow(tuple(column[0] for column in cursor.description), tuple(rows[0]))

    return job

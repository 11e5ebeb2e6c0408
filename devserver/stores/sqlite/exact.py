"""Rows of one table changed in place, or taken away whole; jobs of the writer's connection."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.base import Record, SessionId
from session_inspector.devserver.stores.exact import Change
from session_inspector.devserver.stores.splice import splice_member
from session_inspector.devserver.stores.sqlite.statements import SqliteStatements
from session_inspector.devserver.stores.timestamps import encode_like, to_end


@dataclass(frozen=True, slots=True)
class TakenRow:
    """A row that was deleted, with all its columns."""

    names: tuple[str, ...]
    values: tuple[object, ...]


def make_change(
    sql: SqliteStatements, key: SessionId, change: Change, now: Seconds
) -> Callable[[sqlite3.Connection], bool]:
    """Return the job that changes a live row; it returns False when the row is gone."""

    def job(db: sqlite3.Connection) -> bool:
        if not db.in_transaction:
            db.execute("BEGIN IMMEDIATE")  # nobody writes between our reading and our writing
        row = db.execute(sql.read, (key,)).fetchone()
        if row is None or not Record(data={}, expires=to_end(row[1])).is_live(now):
            return False
        data, expires = row
        if change.member is not None:
            db.execute(sql.move_data, (_splice(data, change), key))
        if change.ends is not None:
            db.execute(sql.move_end, (encode_like(expires, change.ends), key))
        return True

    return job


def make_take(
    sql: SqliteStatements, key: SessionId
) -> Callable[[sqlite3.Connection], TakenRow | None]:
    """Return the job that deletes a row in one statement; it returns None when there was none."""

    def job(db: sqlite3.Connection) -> TakenRow | None:
        cursor = db.execute(sql.take, (key,))
        rows = cursor.fetchall()
        if not rows:
            return None
        return TakenRow(tuple(column[0] for column in cursor.description), tuple(rows[0]))

    return job


def _splice(data: object, change: Change) -> object:
    """Return content with one member changed, of the type it has; what is no JSON stays."""
    path = change.member or ()
    if isinstance(data, bytes):
        changed = splice_member(data.decode("utf-8", "surrogateescape"), path, change.value)
        return data if changed is None else changed.encode("utf-8", "surrogateescape")
    if not isinstance(data, str):
        return data
    changed = splice_member(data, path, change.value)
    return data if changed is None else changed

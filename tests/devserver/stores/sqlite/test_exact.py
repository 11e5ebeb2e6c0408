"""A row of SQLite changed in place, or taken and put back, with all that the app added to it."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.stores.base import SessionId
from session_inspector.devserver.stores.exact import Change
from session_inspector.devserver.stores.sqlite.store import SqliteStore

NOW = 1_760_000_000
HOUR = 3600
DATA = '{ "user": {"sub": "u"}, "internal": {"createdAt": 5, "sid": "s"}, "big": 1e400 }'
MOVED = DATA.replace('"createdAt": 5', '"createdAt": 77')
A_ROW = ("a", DATA, NOW + HOUR, b"\x00app")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a database whose table has a column of the app's own, and numbers for ends."""
    path = tmp_path / "app.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE sessions (id TEXT PRIMARY KEY, data, expires_at, mine BLOB)")
        db.execute("INSERT INTO sessions VALUES (?, ?, ?, ?)", A_ROW)
        db.execute("INSERT INTO sessions VALUES (?, ?, ?, ?)", ("gone", DATA, NOW - 1, None))
    db.close()
    return path


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    url = f"sqlite://{path}"
    store = await SqliteStore.open(url, ManualClock(NOW), may_create=False)
    assert isinstance(store, SqliteStore)
    yield store
    await store.close()


def read_rows(path: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(path) as db:
        rows = db.execute("SELECT * FROM sessions WHERE id != 'gone'").fetchall()
    db.close()
    return rows


async def test_a_member_changes_and_no_other_byte(store: SqliteStore, path: Path) -> None:
    assert await store.change(SessionId("a"), Change(member=("internal", "createdAt"), value=77))
    assert read_rows(path) == [("a", MOVED, NOW + HOUR, b"\x00app")]


async def test_an_end_moves_in_the_form_that_it_has(store: SqliteStore, path: Path) -> None:
    assert await store.change(SessionId("a"), Change(ends=NOW + 5))
    assert read_rows(path) == [("a", DATA, NOW + 5, b"\x00app")]


async def test_what_was_changed_is_put_back_byte_by_byte(store: SqliteStore, path: Path) -> None:
    change = Change(ends=NOW - 5, member=("internal", "createdAt"), value=77)
    put_back = await store.change(SessionId("a"), change)
    assert put_back is not None
    assert await put_back()
    assert read_rows(path) == [A_ROW]


async def test_what_the_app_has_written_since_a_change_stays(
    store: SqliteStore, path: Path
) -> None:
    put_back = await store.change(SessionId("a"), Change(ends=NOW + 5))
    with sqlite3.connect(path) as db:
        db.execute("UPDATE sessions SET expires_at = ? WHERE id = 'a'", (NOW + 9,))
    db.close()
    assert put_back is not None
    assert not await put_back()
    assert read_rows(path) == [("a", DATA, NOW + 9, b"\x00app")]


@pytest.mark.parametrize("key", ["none", "gone"])
async def test_a_row_that_is_gone_is_not_changed(store: SqliteStore, path: Path, key: str) -> None:
    assert not await store.change(SessionId(key), Change(ends=NOW + 5))
    assert read_rows(path) == [A_ROW]


async def test_content_of_another_type_stays_of_it(store: SqliteStore, path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("UPDATE sessions SET data = ? WHERE id = 'a'", (DATA.encode(),))
    db.close()
    assert await store.change(SessionId("a"), Change(member=("internal", "createdAt"), value=77))
    assert read_rows(path)[0][1] == MOVED.encode()


async def test_what_was_taken_comes_back_whole(store: SqliteStore, path: Path) -> None:
    put_back = await store.take(SessionId("a"))
    assert put_back is not None
    assert read_rows(path) == []
    assert await put_back()
    assert read_rows(path) == [A_ROW]


async def test_a_row_that_is_there_again_stays(store: SqliteStore, path: Path) -> None:
    put_back = await store.take(SessionId("a"))
    assert put_back is not None
    newer = ("a", "{}", NOW + 9, None)
    with sqlite3.connect(path) as db:
        db.execute("INSERT INTO sessions VALUES (?, ?, ?, ?)", newer)
    db.close()
    assert not await put_back()
    assert read_rows(path) == [newer]


async def test_no_row_no_put_back(store: SqliteStore) -> None:
    assert await store.take(SessionId("none")) is None

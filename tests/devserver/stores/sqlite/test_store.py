"""SQLite keeps the contract, in a private file, and in nobody's file unasked."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import InputError, StoreUnavailable
from session_inspector.devserver.stores.base import Store
from session_inspector.devserver.stores.sqlite.store import SqliteStore
from tests.contracts.store import NOW, A, record, session
from tests.contracts.touch import TouchContract


class TestSqliteFile(TouchContract):
    @pytest.fixture
    async def store(self, clock: ManualClock, tmp_path: Path) -> AsyncIterator[Store]:
        url = f"sqlite://{tmp_path}/deep/er/sessions.db"
        store = await SqliteStore.open(url, clock, may_create=True)
        yield store
        await store.close()


class TestSqliteMemory(TouchContract):
    @pytest.fixture
    async def store(self, clock: ManualClock) -> AsyncIterator[Store]:
        store = await SqliteStore.open("sqlite://:memory:", clock, may_create=True)
        yield store
        await store.close()


async def test_the_file_is_private_and_in_wal_mode(tmp_path: Path) -> None:
    path = tmp_path / "state" / "sessions.db"
    store = await SqliteStore.open(f"sqlite://{path}", ManualClock(), may_create=True)
    await store.create(A, record())
    modes = [stat.S_IMODE(p.stat().st_mode) for p in (path, path.parent)]
    with sqlite3.connect(path) as other:
        journal = other.execute("PRAGMA journal_mode").fetchone()[0]
        row = other.execute("SELECT id, data, expires_at FROM sessions").fetchone()
    other.close()
    await store.close()
    assert modes == [0o600, 0o700]
    assert journal == "wal"
    assert row[0] == A
    assert row[1].startswith('{"user":{"sub":"u"}')
    assert row[2] == "2025-10-09 08:54:20.000000"


async def test_two_processes_worth_of_stores_see_each_other(tmp_path: Path) -> None:
    url = f"sqlite://{tmp_path}/s.db"
    clock = ManualClock(NOW)
    one = await SqliteStore.open(url, clock, may_create=True)
    two = await SqliteStore.open(url, clock, may_create=False)
    await one.create(A, record())
    assert await two.read(A) == record()
    await two.delete(A)
    assert not await one.update(A, record())
    await one.close()
    await two.close()


async def test_nothing_is_made_unasked(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="unable to open"):
        await SqliteStore.open(f"sqlite://{tmp_path}/no.db", ManualClock(), may_create=False)
    (tmp_path / "empty.db").touch()
    with pytest.raises(InputError, match="nothing is created unasked"):
        await SqliteStore.open(f"sqlite://{tmp_path}/empty.db", ManualClock(), may_create=False)
    assert os.listdir(tmp_path) == ["empty.db"]


async def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("this is a text file, not a database, and a long one " * 20)
    with pytest.raises(StoreUnavailable, match="not a database"):
        await SqliteStore.open(f"sqlite://{tmp_path}/x.db", ManualClock(), may_create=True)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite://x.db?table=a;drop", "sqlite://x?table="])
async def test_a_bad_url_is_bad_input(url: str, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        await SqliteStore.open(url, ManualClock(), may_create=False)


async def test_another_table_can_be_named(tmp_path: Path) -> None:
    url = f"sqlite://{tmp_path}/s.db?table=web_sessions"
    store = await SqliteStore.open(url, ManualClock(NOW), may_create=True)
    await store.create(A, record(session("x")))
    assert await store.read(A) == record(session("x"))
    await store.close()


async def test_a_closed_store_is_unavailable(tmp_path: Path) -> None:
    store = await SqliteStore.open(f"sqlite://{tmp_path}/s.db", ManualClock(), may_create=True)
    await store.close()
    with pytest.raises(StoreUnavailable):
        await store.read(A)
    with pytest.raises(StoreUnavailable):
        await store.create(A, record())


async def test_a_foreign_row_that_is_no_json_is_shown_empty(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    store = await SqliteStore.open(f"sqlite://{path}", ManualClock(NOW), may_create=True)
    with sqlite3.connect(path) as other:
        other.execute("INSERT INTO sessions VALUES ('x', 'not json', 'soon')")
    other.close()
    ((key, found),) = (await store.page()).rows
    assert (key, found.data, found.expires) == ("x", {}, None)
    await store.close()


SHAPES = {
    "connect": "CREATE TABLE sessions (id TEXT PRIMARY KEY, sess TEXT, expired INTEGER)",
    "authjs": 'CREATE TABLE sessions ("sessionToken" TEXT, "userId" TEXT, expires TEXT)',
    "flask": "CREATE TABLE sessions (session_id TEXT, data BLOB, expiry TIMESTAMP)",
}


def make_app_file(path: Path, shape: str) -> bytes:
    db = sqlite3.connect(path)
    db.execute(shape)
    db.commit()
    db.close()
    path.chmod(0o664)
    return path.read_bytes()


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("may_create", [True, False])
async def test_a_table_of_others_is_refused_before_anything_is_changed(
    tmp_path: Path, shape: str, may_create: bool
) -> None:
    path = tmp_path / "other.db"
    before = make_app_file(path, shape)
    with pytest.raises(InputError, match="another app's"):
        await SqliteStore.open(f"sqlite://{path}", ManualClock(), may_create=may_create)
    assert path.read_bytes() == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o664
    assert os.listdir(tmp_path) == ["other.db"]


async def test_a_file_that_was_there_keeps_its_mode_and_its_journal(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    make_app_file(path, "CREATE TABLE users (id INTEGER)")
    store = await SqliteStore.open(f"sqlite://{path}", ManualClock(NOW), may_create=True)
    await store.create(A, record())
    await store.close()
    db = sqlite3.connect(path)
    journal = db.execute("PRAGMA journal_mode").fetchone()[0]
    db.close()
    assert journal == "delete"
    assert stat.S_IMODE(path.stat().st_mode) == 0o664

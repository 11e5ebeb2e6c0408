"""A full disk: an error for who was not written, nothing lost of who was, and it recovers."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.stores.base import SessionId
from session_inspector.devserver.stores.sqlite.group_commit import GroupConnection
from session_inspector.devserver.stores.sqlite.store import SqliteStore
from tests.chaos.server import record_of, version_of


async def limit(store: object, pages: int) -> None:
    """Let SQLite find its disk full (SQLITE_FULL, as for ENOSPC) after so many pages."""
    assert isinstance(store, SqliteStore)
    await store._writer.rows(f"PRAGMA max_page_count={pages}", ())


async def test_nobody_is_told_that_a_lost_session_was_saved(tmp_path: Path) -> None:
    url = f"sqlite://{tmp_path / 'sessions.db'}"
    store = await SqliteStore.open(url, ManualClock(), may_create=True)
    await limit(store, 40)
    keys = [SessionId(f"{number:032x}") for number in range(200)]
    outcomes = await asyncio.gather(
        *(store.create(key, record_of(key, 1)) for key in keys), return_exceptions=True
    )
    refused = [error for error in outcomes if isinstance(error, BaseException)]
    assert 0 < len(refused) <= 200
    assert all(isinstance(error, StoreUnavailable) for error in refused)
    assert all("full" in str(error) for error in refused)
    saved = [key for key, error in zip(keys, outcomes, strict=True) if error is None]
    for key in saved:
        record = await store.read(key)
        assert record is not None, "it was acknowledged"
        version_of(key, record)
    assert await store.count() == len(saved)
    await limit(store, 100_000)
    await store.create(keys[-1], record_of(keys[-1], 2))
    assert await store.read(keys[-1]) == record_of(keys[-1], 2)
    await store.close()


async def test_an_error_that_rolls_all_back_reaches_all_who_wrote_together(tmp_path: Path) -> None:
    """SQLite undoes the whole transaction for a full disk, an I/O error or no memory."""
    writer = GroupConnection(commits=True)
    await writer.open(f"file:{tmp_path / 'x.db'}", "CREATE TABLE t (x)")

    def fails(db: sqlite3.Connection) -> None:
        db.rollback()  # what SQLite does by itself then
        raise sqlite3.OperationalError("database or disk is full")

    outcomes = await asyncio.gather(
        writer.run("INSERT INTO t VALUES (1)", ()),
        writer.do(fails),
        writer.run("INSERT INTO t VALUES (2)", ()),
        return_exceptions=True,
    )
    rows = await writer.rows("SELECT x FROM t", ())
    await writer.close()
    assert isinstance(outcomes[0], sqlite3.OperationalError), "its row is gone: it must hear so"
    assert isinstance(outcomes[1], sqlite3.OperationalError)
    assert (outcomes[2], rows) == (1, [(2,)])


async def test_one_bad_statement_harms_nobody_else(tmp_path: Path) -> None:
    writer = GroupConnection(commits=True)
    await writer.open(f"file:{tmp_path / 'x.db'}", "CREATE TABLE t (x UNIQUE)")
    outcomes = await asyncio.gather(
        *(writer.run("INSERT INTO t VALUES (?)", (x,)) for x in (1, 1, 2)), return_exceptions=True
    )
    rows = await writer.rows("SELECT x FROM t", ())
    await writer.close()
    assert [type(each).__name__ for each in outcomes] == ["int", "IntegrityError", "int"]
    assert rows == [(1,), (2,)]


@pytest.mark.parametrize("text", ["not a database", "SQLite format 3\x00" + "junk" * 100])
async def test_a_damaged_file_is_one_clear_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.db").write_text(text)
    with pytest.raises(StoreUnavailable, match=r"x\.db"):
        await SqliteStore.open(f"sqlite://{tmp_path / 'x.db'}", ManualClock(), may_create=False)

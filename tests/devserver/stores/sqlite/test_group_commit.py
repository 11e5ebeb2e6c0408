"""A store's file that is deleted or replaced: what is there now counts."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.stores.base import Record, SessionId, Store
from session_inspector.devserver.stores.sqlite.store import SqliteStore, _read_sign

NOW = 1_760_000_000.0


async def make_store(path: Path, *keys: str) -> Store:
    """Return a store of a file that was there, without WAL, with a row per key."""
    await asyncio.to_thread(path.touch)
    store = await SqliteStore.open(f"sqlite://{path}", ManualClock(NOW), may_create=True)
    for key in keys:
        await store.create(SessionId(key), Record(data={"user": {"sub": key}}, expires=NOW + 60))
    return store


async def replace(path: Path, *keys: str) -> None:
    """Put another file at a path."""
    new = path.with_name("new.db")
    await (await make_store(new, *keys)).close()
    new.replace(path)


async def keys_of(store: Store) -> list[str]:
    return [key for key, _ in (await store.page()).rows]


async def test_rows_of_a_file_that_takes_its_place_are_read(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    store = await make_store(path, "a")
    await replace(path, "b", "c")
    assert await keys_of(store) == ["b", "c"]
    assert await store.delete(SessionId("b"))
    assert await keys_of(store) == ["c"]
    await store.close()


async def test_a_file_that_is_gone_is_never_made(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    store = await make_store(path, "a")
    path.unlink()
    gone = r"^SQLite: the file [^\n]*app\.db is not there any more$"
    with pytest.raises(StoreUnavailable, match=gone):
        await store.page()
    with pytest.raises(StoreUnavailable, match=gone):
        await store.delete(SessionId("a"))
    assert not path.exists()
    await replace(path, "b")
    assert await keys_of(store) == ["b"]
    await store.close()


async def test_an_undo_is_not_put_into_another_file(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    store = await make_store(path, "a")
    assert isinstance(store, SqliteStore)
    put_back = await store.take(SessionId("a"))
    assert put_back is not None
    await replace(path, "b")
    with pytest.raises(StoreUnavailable, match="was replaced; nothing is put back"):
        await put_back()
    assert await keys_of(store) == ["b"]
    await store.close()


async def test_another_file_moves_the_sign_of_its_feed(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    store = await make_store(path, "a")
    assert isinstance(store, SqliteStore)
    before = await _read_sign(store._reader)
    assert await _read_sign(store._reader) == before
    await replace(path, "a")
    assert await _read_sign(store._reader) != before
    await store.close()


async def open_private(path: Path, key: str) -> Store:
    """Return a store of a file of our own, which has a write-ahead log, with a row."""
    store = await SqliteStore.open(f"sqlite://{path}", ManualClock(NOW), may_create=True)
    await store.create(SessionId(key), Record(data={"user": {"sub": key}}, expires=NOW + 60))
    return store


async def test_a_new_file_is_never_read_through_the_log_of_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "own.db"
    store = await open_private(path, "a")
    log = tmp_path / "own.db-wal"
    assert await asyncio.to_thread(log.exists)
    await replace(path, "b")
    content = await asyncio.to_thread(path.read_bytes)
    mixed = r"own\.db was replaced, but own\.db-wal and -shm beside it are of the file before"
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match=mixed):
            await store.page()
        with pytest.raises(StoreUnavailable, match=mixed):
            await store.delete(SessionId("b"))
    assert await asyncio.to_thread(path.read_bytes) == content
    log.unlink()
    (tmp_path / "own.db-shm").unlink()
    assert await keys_of(store) == ["b"]
    assert await store.delete(SessionId("b"))
    await store.close()


async def test_a_file_that_is_moved_away_and_back_is_the_same(tmp_path: Path) -> None:
    path = tmp_path / "own.db"
    store = await open_private(path, "a")
    await asyncio.to_thread(path.rename, tmp_path / "away.db")
    with pytest.raises(StoreUnavailable, match="is not there any more"):
        await store.page()
    await asyncio.to_thread((tmp_path / "away.db").rename, path)
    assert await keys_of(store) == ["a"]
    await store.close()


@pytest.mark.parametrize("endings", [["-wal"], ["-shm"], ["-wal", "-shm"]], ids="".join)
async def test_a_log_that_was_deleted_is_said_and_its_rows_are_in_the_file_at_the_end(
    tmp_path: Path, endings: list[str]
) -> None:
    path = tmp_path / "own.db"
    store = await SqliteStore.open(f"sqlite://{path}", ManualClock(NOW), may_create=True)
    row = Record(data={"user": {"sub": "a"}}, expires=NOW + 60)
    await store.create(SessionId("a"), row)
    for ending in endings:
        path.with_name(f"own.db{ending}").unlink()
    said = r"^SQLite: own\.db-wal or -shm was deleted while [^\n]+ was open: .* start it again$"
    for work in (store.page, lambda: store.create(SessionId("b"), row)):
        with pytest.raises(StoreUnavailable, match=said) as error:
            await work()
        assert error.value.is_gone, "reading is no better than writing"
    await store.close()
    store = await SqliteStore.open(f"sqlite://{path}", ManualClock(NOW), may_create=False)
    assert await keys_of(store) == ["a"]
    await store.close()

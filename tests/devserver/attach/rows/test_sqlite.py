"""Rows of other frameworks in SQLite: watched, and changed in the form they have."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from session_inspector.devserver.attach.layouts import find_layout
from session_inspector.devserver.attach.rows.opening import open_reader
from session_inspector.devserver.attach.rows.sqlite.connection import close_file, open_file
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import StoreUnavailable
from tests.contracts.raw_rows import KEY, NOW, SESS, App, as_it_is, writer_of
from tests.contracts.undone_rows import UndoneRowsContract
from tests.waiting import eventually


class File:
    """connect-sqlite3's `sessions`, with a column more."""

    layout = "connect-redis"

    def __init__(self, path: Path, slashes: str) -> None:
        self._path = path
        self.url = f"sqlite:{slashes}{path.relative_to('/')}"
        self.db = sqlite3.connect(path, isolation_level=None, timeout=0.05)
        self.db.execute("CREATE TABLE sessions (sid TEXT PRIMARY KEY, expired, sess, extra)")

    async def put(self, key: str, ends: float) -> None:
        row = (key, round(ends * 1000), json.dumps(SESS, ensure_ascii=False), "kept")
        self.db.execute("INSERT OR REPLACE INTO sessions VALUES (?, ?, ?, ?)", row)

    async def stored(self, key: str) -> object:
        return self.db.execute("SELECT * FROM sessions WHERE sid = ?", (key,)).fetchone()

    async def delete(self, key: str) -> None:
        self.db.execute("DELETE FROM sessions WHERE sid = ?", (key,))

    async def ends(self, key: str) -> float | None:
        found = self.db.execute("SELECT expired FROM sessions WHERE sid = ?", (key,)).fetchone()
        return float(found[0]) / 1000


class TestConnectSqlite(UndoneRowsContract):
    slashes = "///"

    @pytest.fixture
    def app(self, tmp_path: Path) -> App:
        return File(tmp_path / "app.db", self.slashes)

    async def test_the_app_waits_while_a_row_is_changed(self, app: App) -> None:
        await app.put(KEY, NOW + 3600)
        assert isinstance(app, File)
        other = sqlite3.connect(app._path, timeout=0.05, check_same_thread=False)

        def change(value: bytes) -> None:
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("UPDATE sessions SET extra = 'lost'")

        async with writer_of(app) as writer:
            assert await writer.end(find_layout(app.layout).places, KEY, NOW - 1, change)
            with pytest.raises(ValueError, match="mistake"):  # an error lets go of the file
                await writer.end(find_layout(app.layout).places, KEY, NOW - 1, _failing)
        other.close()
        app.db.execute("UPDATE sessions SET extra = 'new'")

    async def test_a_file_that_is_locked_or_read_only_is_one_line(self, app: App) -> None:
        await app.put(KEY, NOW + 3600)
        assert isinstance(app, File)
        places = find_layout(app.layout).places
        async with writer_of(app) as writer:
            app.db.execute("DROP TABLE sessions")
            assert await writer.remove(places, KEY) is None
            app._path.write_bytes(b"no database" * 100)
            with pytest.raises(StoreUnavailable, match=r"^SQLite: [^\n]+$"):
                await writer.end(places, KEY, NOW, as_it_is)

    async def test_changes_at_the_same_time_wait_for_each_other(self, app: App) -> None:
        await app.put(KEY, NOW + 3600)
        locations = find_layout(app.layout).places
        async with writer_of(app) as writer:
            ends = [NOW - 1, NOW - 2, NOW - 3]
            work = [writer.end(locations, KEY, at, as_it_is) for at in ends]
            assert all(await asyncio.gather(*work))
        assert await app.ends(KEY) in ends

    async def test_a_change_that_is_cancelled_lets_go_of_the_file(self, app: App) -> None:
        await app.put(KEY, NOW + 3600)
        assert isinstance(app, File)
        before = await app.stored(KEY)
        app.db.execute("BEGIN IMMEDIATE")
        async with writer_of(app) as writer:
            locations = find_layout(app.layout).places
            change = asyncio.ensure_future(writer.end(locations, KEY, NOW - 1, as_it_is))
            await asyncio.sleep(0)  # it has asked for the file, which the app holds
            change.cancel()
            app.db.execute("COMMIT")
            with pytest.raises(asyncio.CancelledError):
                await change
            assert await app.stored(KEY) == before
            app.db.execute("UPDATE sessions SET extra = 'new'")

    async def test_a_connection_that_was_closed_is_unavailable(self, app: App) -> None:
        reader = await open_reader(app.url, ManualClock(NOW))
        await reader.close()
        with pytest.raises(StoreUnavailable, match=r"^SQLite: [^\n]+$"):
            await reader.at(find_layout(app.layout).places, [KEY])


class TestFourSlashes(TestConnectSqlite):
    """As SQLAlchemy writes an absolute path."""

    slashes = "////"


def _failing(value: bytes) -> None:
    raise ValueError("a mistake of ours")


async def test_an_opening_that_is_cancelled_leaves_no_thread(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    sqlite3.connect(path).close()
    before = threading.active_count()
    for steps in range(6):  # wherever it is
        opening = asyncio.create_task(open_file(f"sqlite://{path}", "ro"))
        for _ in range(steps):
            await asyncio.sleep(0)
        opening.cancel()
        with suppress(asyncio.CancelledError):
            await close_file(await opening)
    eventually(lambda: threading.active_count() <= before)

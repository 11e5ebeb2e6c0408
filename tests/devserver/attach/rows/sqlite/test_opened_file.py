"""A SQLite file that is deleted or replaced while it is open: what is there now counts."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from session_inspector.devserver.attach.foreign_watch import ForeignWatch
from session_inspector.devserver.attach.layouts import find_layout
from session_inspector.devserver.attach.rows.opening import open_reader, open_writer
from session_inspector.devserver.attach.rows.sqlite.opened_file import OpenedFile
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.core.events.session import SessionSeen, SessionVanished
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.decoders.base import Material

NOW = 1_760_000_000.0
LAYOUT = find_layout("connect-redis")
GONE = r"^SQLite: the file [^\n]*app\.db is not there any more$"


def make_file(path: Path, *keys: str) -> str:
    """Make connect-sqlite3's table with a row per key; return the file's URL."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("CREATE TABLE sessions (sid TEXT PRIMARY KEY, expired, sess)")
        for key in keys:
            sess = json.dumps({"cookie": {}, "user": {"sub": key}})
            db.execute("INSERT INTO sessions VALUES (?, ?, ?)", (key, (NOW + 3600) * 1000, sess))
    return f"sqlite://{path}"


def keys_in(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return [str(row[0]) for row in db.execute("SELECT sid FROM sessions ORDER BY sid")]


async def test_rows_of_a_file_that_takes_its_place_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    events: list[Event] = []
    clock = ManualClock(NOW)
    url = make_file(path, "a", "b")
    material = Material(cookies={}, now=NOW)
    watch = ForeignWatch(
        lambda: open_reader(url, clock), "db", LAYOUT, material, clock, events.append
    )
    await watch.look()
    make_file(tmp_path / "new.db", "b", "c")
    (tmp_path / "new.db").replace(path)
    await watch.look()
    seen = [event.facts.sub for event in events if isinstance(event, SessionSeen)]
    assert seen == ["a", "b", "c"]
    assert len([event for event in events if isinstance(event, SessionVanished)]) == 1
    path.unlink()
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="is not there"):
            await watch.look()
    assert not path.exists()
    make_file(path, "d")
    await watch.look()
    seen = [event.facts.sub for event in events if isinstance(event, SessionSeen)]
    assert seen == ["a", "b", "c", "d"]
    assert len([event for event in events if isinstance(event, SessionVanished)]) == 3
    await watch.reader.close()


async def test_a_file_that_is_gone_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    reader = await open_reader(make_file(path), ManualClock(NOW))
    writer = await open_writer(f"sqlite://{path}", ManualClock(NOW))
    path.unlink()
    with pytest.raises(StoreUnavailable, match=GONE):
        await reader.version()
    with pytest.raises(StoreUnavailable, match=GONE):
        await reader.at(LAYOUT.places, ["a"])
    with pytest.raises(StoreUnavailable, match=GONE):
        await writer.remove(LAYOUT.places, "a")
    await reader.close()
    await writer.close()


async def test_an_undo_is_not_put_into_another_file(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    writer = await open_writer(make_file(path, "a", "b"), ManualClock(NOW))
    put_back = await writer.remove(LAYOUT.places, "a")
    assert put_back is not None
    make_file(tmp_path / "new.db", "c", "d")
    (tmp_path / "new.db").replace(path)
    with pytest.raises(StoreUnavailable, match="was replaced; nothing is put back"):
        await put_back()
    assert await writer.remove(LAYOUT.places, "c") is not None
    await writer.close()
    assert keys_in(path) == ["d"]


async def test_the_same_file_is_opened_once(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    file = await OpenedFile.open(make_file(path), "ro")
    await file.refresh()
    assert file.opened == 1
    make_file(tmp_path / "new.db")
    (tmp_path / "new.db").replace(path)
    await file.refresh()
    await file.refresh()
    assert file.opened == 2
    await file.close()


MAKE_LOGGED = """
import os, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA journal_mode=WAL")
db.execute("CREATE TABLE sessions (sid TEXT PRIMARY KEY, expired, sess)")
db.execute("INSERT INTO sessions VALUES ('a', 4e12, '{}')")
os._exit(0)  # an app that was killed: its log stays
"""


def make_logged(path: Path) -> None:
    subprocess.run([sys.executable, "-c", MAKE_LOGGED, str(path)], check=True)


def delete_log(path: Path) -> None:
    for ending in ("-wal", "-shm"):
        Path(f"{path}{ending}").unlink(missing_ok=True)


async def test_a_log_of_the_file_before_is_obeyed_as_the_app_does_until_it_is_deleted(
    tmp_path: Path,
) -> None:
    path = tmp_path / "app.db"
    make_logged(path)
    file = await OpenedFile.open(f"sqlite://{path}", "ro")

    async def keys() -> list[str]:
        await file.refresh()
        return [str(row[0]) for row in await file.db.execute_fetchall("SELECT sid FROM sessions")]

    assert await keys() == ["a"]
    make_file(tmp_path / "new.db", "b")
    (tmp_path / "new.db").replace(path)
    assert (await keys(), keys_in(path)) == (["a"], ["a"])  # whoever opens it reads so
    delete_log(path)
    assert await keys() == ["b"]
    assert await keys() == ["b"]
    assert file.opened == 3
    await file.close()

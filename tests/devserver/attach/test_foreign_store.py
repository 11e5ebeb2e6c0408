"""Rows of other frameworks: joined, watched, and changed in their own form only when allowed."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import redis
import redis.asyncio as aio

from session_inspector.devserver.attach.foreign_store import ForeignStore, StoreAccess
from session_inspector.devserver.attach.layouts import find_layout
from session_inspector.devserver.attach.rows.base import RawRow
from session_inspector.devserver.attach.rows.opening import open_reader, open_writer
from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.commands import MOST_KEPT
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.events.server import StoreStateChanged
from session_inspector.devserver.core.events.session import (
    ClockForced,
    SessionDestroyed,
    SessionSeen,
    SessionVanished,
    SessionWritten,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import fingerprint
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.stores.exact import Change, change_bytes
from session_inspector.devserver.stores.redis import exact
from tests.servers import RedisServer

CLOCK = SystemClock()


@pytest.fixture
def events() -> list[Event]:
    return []


class Heard(list[Event]):
    """Events, and a signal at the first about the store."""

    def __init__(self) -> None:
        super().__init__()
        self.has_store = asyncio.Event()

    def append(self, event: Event) -> None:
        super().append(event)
        if isinstance(event, StoreStateChanged):
            self.has_store.set()


@asynccontextmanager
async def store_of(
    url: str, layout: str, events: list[Event], *, may_write: bool = True
) -> AsyncIterator[ForeignStore]:
    access = StoreAccess(
        read=lambda: open_reader(url, CLOCK),
        write=(lambda: open_writer(url, CLOCK)) if may_write else None,
        label=url,
    )
    material = Material(cookies={}, now=CLOCK.now())
    store = ForeignStore(access, find_layout(layout), material, CLOCK, events.append)
    try:
        yield store
    finally:
        await store.close()


def database(path: Path, expires: object) -> str:
    """Make a table as connect-sqlite3 does, with a column more."""
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE sessions (sid TEXT PRIMARY KEY, sess TEXT, expired, extra TEXT)")
    row = {"cookie": {"expires": "2099-01-01T00:00:00.000Z"}, "user": {"sub": "ann"}}
    db.execute("INSERT INTO sessions VALUES ('id1', ?, ?, 'kept')", (json.dumps(row), expires))
    db.commit()
    db.close()
    return f"sqlite://{path}"


def row_in(path: Path) -> tuple[object, ...] | None:
    db = sqlite3.connect(path)
    row: tuple[object, ...] | None = db.execute("SELECT * FROM sessions").fetchone()
    db.close()
    return row


async def test_a_row_is_removed_and_put_back_with_all_its_columns(
    tmp_path: Path, events: list[Event]
) -> None:
    url = database(tmp_path / "a.db", 4_070_908_800_000)
    before = row_in(tmp_path / "a.db")
    async with store_of(url, "connect-redis", events) as store:
        await store.look()
        assert [e.facts.sub for e in events if isinstance(e, SessionSeen)] == ["ann"]
        await store.revoke(fingerprint("id1"), cause="c1")
        assert row_in(tmp_path / "a.db") is None
        assert type(events[-1]) is SessionDestroyed
        await store.undo_revoke(cause="c2")
        assert row_in(tmp_path / "a.db") == before
        assert type(events[-1]).__name__ == SessionWritten.__name__
        with pytest.raises(InspectorError, match="no revoked session"):
            await store.undo_revoke(cause="c3")


async def test_an_end_is_undone_without_taking_the_row_away(
    tmp_path: Path, events: list[Event]
) -> None:
    """What hangs on a row by a foreign key would go with it."""
    url = database(tmp_path / "a.db", 4_070_908_800_000)
    before = row_in(tmp_path / "a.db")
    db = sqlite3.connect(tmp_path / "a.db")
    db.execute(
        "CREATE TRIGGER kept BEFORE DELETE ON sessions BEGIN SELECT RAISE(ABORT, 'kept'); END"
    )
    db.close()
    async with store_of(url, "connect-redis", events) as store:
        await store.look()
        await store.expire(fingerprint("id1"), "inactivity", cause="c1")
        assert row_in(tmp_path / "a.db") != before
        await store.undo(cause="c2")
        assert row_in(tmp_path / "a.db") == before
        await store.expire(fingerprint("id1"), "inactivity", cause="c3")
        db = sqlite3.connect(tmp_path / "a.db")
        db.execute("UPDATE sessions SET expired = 4070908800001")
        db.commit()
        db.close()
        with pytest.raises(InspectorError, match="written or deleted the row since"):
            await store.undo(cause="c4")


@pytest.mark.parametrize(
    ("expires", "kind"),
    [(4_070_908_800_000, int), (4_070_908_800, int), ("2099-01-01T00:00:00.000Z", str)],
)
async def test_a_row_ends_in_the_form_its_column_has(
    tmp_path: Path, events: list[Event], expires: object, kind: type
) -> None:
    url = database(tmp_path / "a.db", expires)
    async with store_of(url, "connect-redis", events) as store:
        await store.expire(fingerprint("id1"), "inactivity", cause="c1")
        assert isinstance(events[-1], ClockForced)
        row = row_in(tmp_path / "a.db")
        assert row is not None
        assert type(row[2]) is kind
        assert len(str(row[2])) == len(str(expires))
        assert str(row[2]) < str(expires)
        assert json.loads(str(row[1]))["cookie"]["expires"] < "2099"
        assert "1 expired row would" in (await store.prune(is_dry=True, cause="c2")).message
        assert row_in(tmp_path / "a.db") is not None
        assert (await store.prune(is_dry=False, cause="c3")).message == "1 expired row deleted"
        assert row_in(tmp_path / "a.db") is None


async def test_of_a_large_store_it_is_said_that_there_is_more_and_all_of_it_is_pruned(
    tmp_path: Path,
) -> None:
    events = Heard()
    url = database(tmp_path / "a.db", 4_070_908_800_000)
    with sqlite3.connect(tmp_path / "a.db") as db:
        many = (
            (f"old{n}", '{"cookie":{}}', 1000 * (2 if n > 5990 else 9**10)) for n in range(6000)
        )
        db.executemany("INSERT INTO sessions (sid, sess, expired) VALUES (?, ?, ?)", many)
    db.close()
    async with store_of(url, "connect-redis", events) as store:
        following = asyncio.ensure_future(store.follow())
        await events.has_store.wait()
        following.cancel()
        told = next(event for event in events if isinstance(event, StoreStateChanged))
        assert (told.has_more, "5,000 of about" in told.watched_by) == (True, True)
        assert (await store.prune(is_dry=True, cause="c1")).rows == 9
        assert (await store.prune(is_dry=False, cause="c2")).message == "9 expired rows deleted"
        assert (await store.prune(is_dry=True, cause="c3")).rows == 0


async def test_rows_of_a_large_prune_are_not_kept_to_be_put_back(
    tmp_path: Path, events: list[Event]
) -> None:
    url = database(tmp_path / "a.db", 4_070_908_800_000)
    with sqlite3.connect(tmp_path / "a.db") as db:
        many = ((f"old{n}", '{"cookie":{}}', 2000) for n in range(MOST_KEPT + 1))
        db.executemany("INSERT INTO sessions (sid, sess, expired) VALUES (?, ?, ?)", many)
    db.close()
    async with store_of(url, "connect-redis", events) as store:
        assert (await store.prune(is_dry=False, cause="c1")).rows == MOST_KEPT + 1
        with pytest.raises(InspectorError):
            await store.undo(cause="c2")
    assert row_in(tmp_path / "a.db") is not None


async def test_without_leave_nothing_is_changed(tmp_path: Path, events: list[Event]) -> None:
    url = database(tmp_path / "a.db", 4_070_908_800_000)
    before = row_in(tmp_path / "a.db")
    async with store_of(url, "connect-redis", events, may_write=False) as store:
        for work in (
            store.revoke(fingerprint("id1"), cause="c"),
            store.expire(fingerprint("id1"), "absolute", cause="c"),
            store.undo_revoke(cause="c"),
            store.prune(is_dry=False, cause="c"),
        ):
            with pytest.raises(InspectorError, match="--write"):
                await work
    assert row_in(tmp_path / "a.db") == before


async def test_a_key_of_redis_keeps_its_end_when_put_back_and_is_gone_when_it_ends(
    tmp_path: Path, events: list[Event]
) -> None:
    server = RedisServer(tmp_path)
    client = aio.Redis.from_url(server.url)
    try:
        row = {"cookie": {"expires": "2099-01-01T00:00:00.000Z"}, "user": {"sub": "ann"}}
        await client.set("sess:id1", json.dumps(row), ex=3600)
        async with store_of(server.url, "connect-redis", events) as store:
            await store.look()
            ends = await client.pexpiretime("sess:id1")
            await store.revoke(fingerprint("id1"), cause="c1")
            assert await client.get("sess:id1") is None
            await store.undo_revoke(cause="c2")
            assert await client.pexpiretime("sess:id1") == ends
            await store.expire(fingerprint("id1"), "absolute", cause="c3")
            assert await client.keys("*") == []
            await store.look()
            assert isinstance(events[-1], SessionVanished)

            await client.set("sess:id1", json.dumps(row), ex=3600)
            await store.revoke(fingerprint("id1"), cause="c4")
            await client.set("sess:id1", json.dumps({**row, "n": 2}), ex=60)
            with pytest.raises(InspectorError, match="again; it stays as it is"):
                await store.undo_revoke(cause="c5")
            assert json.loads(await client.get("sess:id1") or "")["n"] == 2
    finally:
        await client.aclose()
        server.kill()


async def test_what_the_app_writes_to_a_key_meanwhile_is_kept(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "sess:id1"
    with redis.Redis.from_url(redis_server.url) as client:
        client.set(name, '{"internal":{"createdAt":1},"n":1}', ex=3600)
        news = iter([b'{"internal":{"createdAt":1},"n":2}', b'{"internal":{"createdAt":1},"n":3}'])

        def change_late(content: bytes, change: Change) -> bytes:
            for new in news:  # the app writes between our reading and our writing, twice
                client.set(name, new, ex=3600)
                break
            return change_bytes(content, change)

        monkeypatch.setattr(exact, "change_bytes", change_late)
        ends = client.pexpiretime(name)
        async with aio.Redis.from_url(redis_server.url) as changing:
            change = Change(member=("internal", "createdAt"), value=7)
            assert await exact.change_key(changing, name, change)
        assert client.get(name) == b'{"internal":{"createdAt":7},"n":3}'
        assert abs(int(str(client.pexpiretime(name))) - int(str(ends))) < 1000


async def test_a_key_that_the_app_writes_is_taken_as_it_is_then(redis_server: RedisServer) -> None:
    writer = await open_writer(redis_server.url, CLOCK)
    places = find_layout("connect-redis").places
    with redis.Redis.from_url(redis_server.url) as client:
        client.set("sess:id1", "1", ex=3600)

        def still(row: RawRow) -> bool:
            client.append("sess:id1", "!")
            return not row.value.endswith(b"!!")

        assert await writer.remove(places, "sess:id1", still) is None
        with pytest.raises(InspectorError, match="faster than"):
            await writer.remove(
                places, "sess:id1", lambda row: bool(client.append("sess:id1", "!"))
            )
    await writer.close()

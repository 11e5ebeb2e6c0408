"""Rows of other frameworks in MongoDB (FerretDB speaks its protocol): watched, and changed."""

from __future__ import annotations

import gc
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pymongo import MongoClient

from session_inspector.devserver.attach.layouts import find_layout
from session_inspector.devserver.attach.rows.opening import open_reader
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import fingerprint
from session_inspector.devserver.stores.exact import BUSY
from tests.contracts.raw_rows import (
    ISO,
    KEY,
    NOW,
    SESS,
    App,
    assert_an_outage_is_one_line,
    shelf_of,
    writer_of,
)
from tests.contracts.undone_rows import UndoneRowsContract
from tests.engines import SOON, MongoServer

PLACES = find_layout("connect-redis").places


def naive(moment: float) -> datetime:
    """Return a moment as the driver reads a BSON date."""
    return datetime.fromtimestamp(moment, UTC).replace(tzinfo=None)


class Collection:
    """connect-mongo's `sessions`, whose session is text."""

    layout = "connect-redis"
    key = "_id"
    expires = "expires"

    def __init__(self, url: str) -> None:
        self.url = url

    def clear(self) -> None:
        self.client.get_default_database()["sessions"].drop()

    @property
    def client(self) -> MongoClient[dict[str, object]]:
        return MongoClient(self.url)

    def document(self, ends: float) -> dict[str, object]:
        return {"expires": naive(ends), "session": json.dumps(SESS, ensure_ascii=False)}

    async def put(self, key: str, ends: float) -> None:
        """Write as connect-mongo 6 does (its `set`)."""
        with self.client as client:
            rows = client.get_default_database()["sessions"]
            rows.update_one({self.key: key}, {"$set": self.document(ends)}, upsert=True)

    async def delete(self, key: str) -> None:
        with self.client as client:
            client.get_default_database()["sessions"].delete_one({self.key: key})

    async def stored(self, key: str) -> object:
        with self.client as client:
            return client.get_default_database()["sessions"].find_one({self.key: key})

    async def ends(self, key: str) -> float | None:
        found = await self.stored(key)
        assert isinstance(found, dict)
        moment = found[self.expires]
        assert isinstance(moment, datetime)
        return moment.replace(tzinfo=UTC).timestamp()


class Objects(Collection):
    """With `stringify: false` the session is an object, and its dates are dates."""

    def document(self, ends: float) -> dict[str, object]:
        cookie = {"originalMaxAge": 3_600_000, "expires": datetime.fromisoformat(ISO)}
        return {"expires": naive(ends), "session": {**SESS, "cookie": cookie, "logins": 7}}


class Authjs(Collection):
    """@auth/mongodb-adapter's `sessions`."""

    layout = "authjs"
    key = "sessionToken"

    def document(self, ends: float) -> dict[str, object]:
        return {"userId": "zoë", "expires": naive(ends)}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
class TestConnectMongo(UndoneRowsContract):
    collection: type[Collection] = Collection

    @pytest.fixture
    def app(self, mongodb_server: MongoServer) -> App:
        # `test` is where an app's rows are that names no database; the store's tests use `auth`
        found = self.collection(mongodb_server.url.replace("/auth", "/test"))
        found.clear()
        return found

    async def test_what_the_app_writes_meanwhile_is_kept(self, app: App) -> None:
        await app.put(KEY, NOW + 60)
        assert isinstance(app, Collection)
        rows = app.client.get_default_database()["sessions"]
        rolls = iter([naive(NOW + 3600)])

        def change(value: bytes) -> None:
            for moment in rolls:  # the app rolls its row between our reading and our writing
                rows.update_one({}, {"$set": {"expires": moment, "seen": True}})

        async with writer_of(app) as writer:
            assert await writer.end(find_layout(app.layout).places, KEY, NOW - 1, change)
        found = await app.stored(KEY)
        assert isinstance(found, dict)
        assert (found["seen"], await app.ends(KEY)) == (True, NOW - 1)

    async def test_a_row_that_never_rests_is_said_so(self, app: App) -> None:
        await app.put(KEY, NOW + 60)
        assert isinstance(app, Collection)
        rows = app.client.get_default_database()["sessions"]

        moments = iter(range(100))

        def change(value: bytes) -> None:
            rows.update_one({}, {"$set": {"expires": naive(NOW + next(moments))}})

        async with writer_of(app) as writer:
            with pytest.raises(InspectorError, match=BUSY):
                await writer.end(find_layout(app.layout).places, KEY, NOW - 1, change)
        assert (await app.ends(KEY) or 0) >= NOW


class TestObjects(TestConnectMongo):
    collection = Objects


class TestAuthjs(TestConnectMongo):
    collection = Authjs


@pytest.mark.parametrize("collection", [Collection, Objects])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_the_end_inside_a_row_is_moved_and_keeps_its_type(
    collection: type[Collection], mongodb_server: MongoServer
) -> None:
    app = collection(mongodb_server.url.replace("/auth", "/test"))
    events: list[Event] = []
    app.clear()
    await app.put(KEY, NOW + 3600)
    async with shelf_of(app, ManualClock(NOW), events) as shelf:
        await shelf.expire(fingerprint(KEY), "absolute", cause="c1")
    found = await app.stored(KEY)
    assert isinstance(found, dict)
    if collection is Objects:
        cookie = {"originalMaxAge": 3_600_000, "expires": naive(NOW - 1)}
        assert found["session"] == {**SESS, "cookie": cookie, "logins": 7}
    else:
        cookie = {"originalMaxAge": 3_600_000, "expires": "2025-10-09T08:53:19.000Z"}
        assert json.loads(found["session"]) == {**SESS, "cookie": cookie}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_server_that_goes_is_one_line_and_comes_back(tmp_path: Path) -> None:
    server = MongoServer(tmp_path)
    app = Collection(server.url)
    await app.put(KEY, NOW + 3600)
    app.url = f"{server.url}?{SOON}"
    try:
        await assert_an_outage_is_one_line(app, server, "MongoDB")
    finally:
        server.kill()
        gc.collect()  # the driver leaves the sockets of refused connections to the collector


async def test_a_sample_looks_at_the_first_documents_only(mongodb_server: MongoServer) -> None:
    """A collection of another layout is not searched through for one of ours."""
    app = Collection(mongodb_server.url.replace("/auth", "/test"))
    with app.client as client:
        rows = client.get_default_database()["sessions"]
        rows.drop()
        rows.insert_many([{"_id": f"other{number}", "text": "x"} for number in range(50)])
    await app.put("zz", NOW + 60)
    reader = await open_reader(app.url, ManualClock(NOW))
    few = [row async for row in reader.rows(PLACES, 2, is_sample=True)]
    many = [row async for row in reader.rows(PLACES, 5, is_sample=True)]
    every = [row async for row in reader.rows(PLACES, 5)]
    await reader.close()
    assert [len(few), len(many), len(every)] == [0, 1, 1]

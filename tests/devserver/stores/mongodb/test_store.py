"""MongoDB (FerretDB speaks its protocol) keeps the contract."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pymongo import AsyncMongoClient

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import InputError, StoreUnavailable
from session_inspector.devserver.stores.base import Store
from session_inspector.devserver.stores.mongodb.store import MongoStore
from tests.contracts.load import LoadContract
from tests.contracts.outage import assert_outlives
from tests.contracts.store import NOW, A, record, session
from tests.engines import SOON, MongoServer
from tests.servers import free_port
from tests.waiting import PATIENCE


@pytest.fixture
async def raw(mongodb_server: MongoServer) -> AsyncIterator[AsyncMongoClient[dict[str, object]]]:
    client: AsyncMongoClient[dict[str, object]] = AsyncMongoClient(mongodb_server.url)
    await client["auth"].drop_collection("sessions")
    yield client
    await client.close()


class TestMongoStore(LoadContract):
    @pytest.fixture
    async def store(
        self,
        clock: ManualClock,
        mongodb_server: MongoServer,
        raw: AsyncMongoClient[dict[str, object]],
    ) -> AsyncIterator[Store]:
        # a thousand at once queue behind one connection to SQLite in this server: a busy machine
        # takes longer than a person would wait
        url = f"{mongodb_server.url}?socketTimeoutMS=60000&serverSelectionTimeoutMS=60000"
        store = await MongoStore.open(url, clock, may_create=True)
        yield store
        await store.close()


async def test_the_document_is_the_documented_one(
    mongodb_server: MongoServer, raw: AsyncMongoClient[dict[str, object]]
) -> None:
    store = await MongoStore.open(mongodb_server.url, ManualClock(NOW), may_create=True)
    await store.create(A, record(session("alice")))
    await store.close()
    found = await raw["auth"]["sessions"].find_one({"_id": A})
    assert found is not None
    assert set(found) == {"_id", "data", "expiresAt"}
    assert found["data"] == session("alice")
    # FerretDB 1 has no TTL indexes; on MongoDB this one has expireAfterSeconds=0
    indexes = await raw["auth"]["sessions"].index_information()
    assert any(index["key"] == [("expiresAt", 1)] for index in indexes.values())


async def test_nothing_is_made_unasked(
    mongodb_server: MongoServer, raw: AsyncMongoClient[dict[str, object]]
) -> None:
    with pytest.raises(InputError, match="nothing is created unasked"):
        await MongoStore.open(mongodb_server.url, ManualClock(), may_create=False)
    assert "sessions" not in await raw["auth"].list_collection_names()


async def test_a_collection_of_another_app_gets_no_index(
    mongodb_server: MongoServer, raw: AsyncMongoClient[dict[str, object]]
) -> None:
    rows = raw["auth"]["sessions"]
    await rows.insert_one({"_id": "a", "session": "{}", "expires": None})
    before = await rows.index_information()
    with pytest.raises(InputError, match="another app's"):
        await MongoStore.open(mongodb_server.url, ManualClock(), may_create=True)
    assert await rows.index_information() == before
    await rows.drop()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_store_that_dies_is_unavailable_and_comes_back(tmp_path: Path) -> None:
    server = MongoServer(tmp_path)
    url = f"{server.url}?{SOON}"
    store = await MongoStore.open(url, ManualClock(NOW), may_create=True)
    await assert_outlives(store, server, says="MongoDB", notices_within=PATIENCE)
    gc.collect()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_nobody_there_is_unavailable_and_a_bad_url_bad_input() -> None:
    url = f"mongodb://127.0.0.1:{free_port()}/auth?serverSelectionTimeoutMS=200"
    with pytest.raises(StoreUnavailable, match="MongoDB"):
        await MongoStore.open(url, ManualClock(), may_create=True)
    with pytest.raises(InputError, match="no MongoDB URL"):
        await MongoStore.open("mongodb://127.0.0.1:x/auth", ManualClock(), may_create=True)
    gc.collect()  # the driver leaves the socket of a refused connection to the collector

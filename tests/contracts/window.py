"""What a list that is read page by page must do, in each store; `StoreContract` inherits it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.stores.base import KeyedRecord, Record, SessionId, Store
from session_inspector.devserver.stores.mongodb import source as mongo_source
from session_inspector.devserver.stores.querying import sql_source
from session_inspector.devserver.stores.querying.estimates import EstimatedStore
from session_inspector.devserver.stores.querying.filters import RowFacts, parse_filter
from session_inspector.devserver.stores.querying.opening import open_source
from session_inspector.devserver.stores.querying.sources import Search, WindowSource
from session_inspector.devserver.stores.rows import to_text

NOW = 1_760_000_000.0


def key_of(number: int) -> SessionId:
    """Return an id as random as those of an app."""
    return SessionId(hashlib.sha256(str(number).encode()).hexdigest()[:32])


def bare(key: str) -> str:
    """Return an id as it was written; PostgreSQL puts hyphens into a uuid."""
    return key.replace("-", "")


def row_of(number: int) -> Record:
    """Return a row: every third of Zoë, the larger the later, each ends a minute later."""
    user: JsonObject = {"sub": f"auth0|Zoe-{number}" if number % 3 == 0 else f"bob-{number}"}
    data: JsonObject = {"user": user, "internal": {"sid": "s", "createdAt": 1_760_000_000}}
    data["padding"] = "x" * (100 * number)
    return Record(data=data, expires=NOW + 60 * number + 30)


def facts_of(row: KeyedRecord, now: float) -> RowFacts:
    _, record = row
    left = None
    if record.expires is not None and record.expires > now:
        left = record.expires - now
    user = record.data["user"]
    assert isinstance(user, dict)
    return RowFacts(user=str(user["sub"]), left=left, size=len(to_text(record.data)))


class WindowContract:
    """Subclasses provide the fixtures `store` and `clock`."""

    @pytest.fixture
    def small_portions(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A few rows are a large store."""
        for module in (sql_source, mongo_source):
            monkeypatch.setattr(module, "PORTION", 4)
            monkeypatch.setattr(module, "BATCH", 3)

    async def test_its_pages_bring_every_row_once(self, store: Store) -> None:
        keys = await fill(store, 23)
        source = await open_source(store, parse_filter(""), NOW)
        pages = await read_pages(source, "", 5)
        assert max(len(page) for page in pages) <= 5
        listed = [bare(key) for page in pages for key, _ in page]
        assert sorted(listed) == sorted(keys)

    async def test_a_position_that_is_told_names_no_session(self, store: Store) -> None:
        keys = await fill(store, 12)
        source = await open_source(store, parse_filter(""), NOW)
        first = Search(source, lambda row: True, None)
        await first.fill(4)
        assert first.position is not None
        told = await source.disclose(first.position)
        if told is None:
            return  # it may only be told where ids are
        assert not [key for key in keys if key[:12] in told.replace("-", "")]
        rest = Search(source, lambda row: True, told)
        await rest.fill(100)
        assert sorted(bare(key) for key, _ in (*first.rows, *rest.rows)) == sorted(keys)

    async def test_rows_that_come_and_go_meanwhile_lose_no_other(self, store: Store) -> None:
        keys = await fill(store, 12)
        source = await open_source(store, parse_filter(""), NOW)
        first = Search(source, lambda row: True, None)
        await first.fill(4)
        seen = {bare(key) for key, _ in first.rows}
        gone = next(key for key in sorted(keys) if key not in seen)
        await store.delete(gone)
        for number in range(100, 105):
            await store.create(key_of(number), row_of(1))
        rest = Search(source, lambda row: True, first.position)
        await rest.fill(100)
        assert seen | {bare(key) for key, _ in rest.rows} >= set(keys) - {gone}

    @pytest.mark.usefixtures("small_portions")
    @pytest.mark.parametrize(
        "words",
        [
            "user:zoe",
            "user:auth0|zoe",
            "-user:zoe",
            "expires:<10m",
            "expires:>10m",
            "size:>1k",
            "size:<1k",
            "user:zoe expires:<10m size:>0.3k",
            "user:nobody",
            "expires:<1s",
        ],
    )
    async def test_a_filter_means_the_same_everywhere(
        self, store: Store, clock: ManualClock, words: str
    ) -> None:
        await fill(store, 20)
        wanted = parse_filter(words)
        every = [(key_of(number), row_of(number)) for number in range(20)]
        expected = sorted(key for key, row in every if wanted.keeps(facts_of((key, row), NOW)))
        source = await open_source(store, wanted, NOW)
        pages = await read_pages(source, words, 3)
        assert sorted(bare(key) for page in pages for key, _ in page) == expected
        assert [len(page) for page in pages[:-1]] == [3] * (len(pages) - 1)

    async def test_it_says_about_how_many_rows_it_has(self, store: Store) -> None:
        await fill(store, 30)
        if not isinstance(store, EstimatedStore):
            return
        found = await store.estimate_rows()
        if found is not None and found.error is not None:
            assert abs(found.count - 30) <= 30 * found.error

    async def test_an_empty_store_is_one_empty_page(self, store: Store) -> None:
        source = await open_source(store, parse_filter("user:zoe"), NOW)
        assert await read_pages(source, "user:zoe", 5) == [[]]


async def fill(store: Store, count: int) -> list[SessionId]:
    keys = [key_of(number) for number in range(count)]
    for number, key in enumerate(keys):
        await store.create(key, row_of(number))
    return keys


async def read_pages(
    source: WindowSource[KeyedRecord], words: str, size: int
) -> list[Sequence[KeyedRecord]]:
    """Return all pages, as who asks for one after the other gets them."""
    wanted = parse_filter(words)
    pages: list[Sequence[KeyedRecord]] = []
    position: str | None = None
    while True:
        search = Search(source, lambda row: wanted.keeps(facts_of(row, NOW)), position)
        await search.fill(size)
        pages.append(search.rows)
        position = search.position
        if position is None:
            return pages
